package drds.analyzer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in a FROM under one name. Each place in the text is a source of its own: sources are compared by identity. */
public sealed interface Source permits TableUse, QuerySource, OpaqueSource {
    /** The name by which columns refer to it; null for a derived table without a name. */
    @Nullable
    String correlationName();

    /** Lower-case names of all columns that can be referred to; null if not known here. */
    @Nullable
    List<String> columnNames();

    /** Lower-case names of the columns that {@code *} stands for, in order; null if not known here. */
    @Nullable
    List<String> starColumns();
}
