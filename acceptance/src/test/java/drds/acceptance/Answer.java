package drds.acceptance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server said to one statement, as it stood on the wire. */
sealed interface Answer {
    /** A result set. A cell is null, text where its bytes are UTF-8, else {@code 0x} and hexadecimal digits. */
    record Rows(List<Column> columns, List<List<@Nullable String>> rows, int warnings, int status) implements Answer {}

    /** An OK packet. */
    record Done(long affectedRows, long lastInsertId, int warnings, int status, String info) implements Answer {}

    /** An error packet. */
    record Failure(int number, String state, String message) implements Answer {}

    /** Several answers to one statement, as a procedure gives them: result sets, and an OK or an error at the end. */
    record Several(List<Answer> parts) implements Answer {}

    /** No answer: the connection broke or timed out. */
    record Lost(String reason) implements Answer {}

    /** A column definition. */
    record Column(
            String schema,
            String table,
            String originalTable,
            String name,
            String originalName,
            int charset,
            long length,
            int type,
            int flags,
            int decimals) {
        static final int NOT_NULL = 1;
        static final int PRIMARY_KEY = 2;
        static final int UNIQUE_KEY = 4;
        static final int MULTIPLE_KEY = 8;
        static final int BLOB = 16;
        static final int UNSIGNED = 32;
        static final int ZEROFILL = 64;
        static final int BINARY = 128;
        static final int ENUM = 256;
        static final int AUTO_INCREMENT = 512;
        static final int SET = 2048;

        boolean unsigned() {
            return (flags & UNSIGNED) != 0;
        }
    }

    /** How many warnings the server announced; an error announces none. */
    default int announcedWarnings() {
        return switch (this) {
            case Rows rows -> rows.warnings;
            case Done done -> done.warnings;
            case Several several -> several.parts.getLast().announcedWarnings();
            case Failure _, Lost _ -> 0;
        };
    }
}
