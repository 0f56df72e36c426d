package drds.program;

import drds.mysql.ColumnDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a query, all kept by now; text in UTF-8. */
public interface CursorRows extends AutoCloseable {
    List<ColumnDefinition> columns();

    /** The next row; null after the last. */
    byte @Nullable [] @Nullable [] next();

    @Override
    void close();
}
