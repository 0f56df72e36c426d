package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream sorted in memory, within a limit; equal rows keep their order. */
public final class SortedRows implements RowSource {
    private final RowSource source;
    private final RowOrder order;
    private final CollectedRows memory;
    private @Nullable RowSource sorted;

    public SortedRows(RowSource source, RowOrder order, CollectedRows memory) {
        this.source = source;
        this.order = order;
        this.memory = memory;
    }

    private record Keyed(Row row, @Nullable Object[] key) {}

    @Override
    public List<ColumnDefinition> columns() {
        return source.columns();
    }

    @Override
    public @Nullable Row next() {
        if (sorted == null) {
            List<Keyed> rows = new ArrayList<>();
            for (Row row : memory.all(source)) {
                rows.add(new Keyed(row, order.keyOf(row)));
            }
            rows.sort((a, b) -> order.compare(a.key, b.key));
            sorted = new CollectedRows.Replay(
                    columns(), rows.stream().map(Keyed::row).toList());
        }
        return sorted.next();
    }

    @Override
    public void close() {
        if (sorted != null) {
            sorted.close();
        }
        source.close();
    }
}
