package drds.analyzer;

import drds.catalog.Table;
import org.jspecify.annotations.Nullable;

/** A column of a source; {@code name} in lower case. */
public record Column(Source source, String name) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Column that && source == that.source && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(source) * 31 + name.hashCode();
    }

    /** The definition if this is the column of a table that the catalog has. */
    public Table.@Nullable Column definition() {
        return source instanceof TableUse use && use.table() != null
                ? use.definition().column(name)
                : null;
    }
}
