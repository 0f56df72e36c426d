package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Skips the first rows and ends after some more. */
public final class LimitedRows implements RowSource {
    private final RowSource source;
    private long toSkip;
    private long left;

    /** @param limit as unsigned, null for all */
    public LimitedRows(RowSource source, long offset, @Nullable Long limit) {
        this.source = source;
        this.toSkip = offset;
        this.left = limit == null ? -1 : limit;
    }

    @Override
    public List<ColumnDefinition> columns() {
        return source.columns();
    }

    @Override
    public @Nullable Row next() {
        if (left == 0) {
            return null;
        }
        for (; toSkip != 0; toSkip--) {
            Row row = source.next();
            if (row == null) {
                toSkip = 0;
                left = 0;
                return null;
            }
            row.release();
        }
        left--;
        return source.next();
    }

    @Override
    public void close() {
        source.close();
    }
}
