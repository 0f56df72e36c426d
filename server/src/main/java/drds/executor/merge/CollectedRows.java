package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows held in memory, all of one statement's under one limit. */
public final class CollectedRows {
    private final long limitBytes;
    private long usedBytes;

    public CollectedRows(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Reads a stream to its end.
     *
     * @throws TooManyRows if it is more than the limit; all rows are released then
     */
    public List<Row> all(RowSource source) {
        List<Row> rows = new ArrayList<>();
        boolean whole = false;
        try {
            for (Row row = source.next(); row != null; row = source.next()) {
                rows.add(row);
                usedBytes += row.sizeBytes();
                if (usedBytes > limitBytes) {
                    throw new TooManyRows();
                }
            }
            whole = true;
            return rows;
        } finally {
            if (!whole) {
                rows.forEach(Row::release);
            }
        }
    }

    /** The rows of a stream that has been read whole, again as a stream. */
    public static final class Replay implements RowSource {
        private final List<ColumnDefinition> columns;
        private final ArrayDeque<Row> rows;

        public Replay(List<ColumnDefinition> columns, List<Row> rows) {
            this.columns = columns;
            this.rows = new ArrayDeque<>(rows);
        }

        @Override
        public List<ColumnDefinition> columns() {
            return columns;
        }

        @Override
        public @Nullable Row next() {
            return rows.poll();
        }

        @Override
        public void close() {
            rows.forEach(Row::release);
            rows.clear();
        }
    }
}
