package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stream after the other. */
public final class Concatenation implements RowSource {
    private final List<RowSource> sources;
    private int current;

    public Concatenation(List<RowSource> sources) {
        this.sources = sources;
    }

    @Override
    public List<ColumnDefinition> columns() {
        return sources.getFirst().columns();
    }

    @Override
    public @Nullable Row next() {
        while (current < sources.size()) {
            Row row = sources.get(current).next();
            if (row != null) {
                return row;
            }
            current++;
        }
        return null;
    }

    @Override
    public void close() {
        sources.forEach(RowSource::close);
    }
}
