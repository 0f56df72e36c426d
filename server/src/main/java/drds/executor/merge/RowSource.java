package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream of rows, read once from its beginning to its end. */
public interface RowSource extends AutoCloseable {
    List<ColumnDefinition> columns();

    /** The next row, the caller's from here on; waits for it; null at the end. */
    @Nullable
    Row next();

    /** The rest is not wanted. */
    @Override
    void close();
}
