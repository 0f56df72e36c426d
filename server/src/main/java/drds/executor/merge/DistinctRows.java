package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drops each row that equals the one before it. */
public final class DistinctRows implements RowSource {
    private final RowSource source;
    private final RowOrder order;
    private @Nullable Object @Nullable [] before;

    public DistinctRows(RowSource source, RowOrder order) {
        this.source = source;
        this.order = order;
    }

    @Override
    public List<ColumnDefinition> columns() {
        return source.columns();
    }

    @Override
    public @Nullable Row next() {
        for (; ; ) {
            Row row = source.next();
            if (row == null) {
                return null;
            }
            @Nullable Object[] key = order.keyOf(row);
            if (before == null || order.compare(before, key) != 0) {
                before = key;
                return row;
            }
            row.release();
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
