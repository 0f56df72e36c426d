package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.executor.Outcome.Diagnostic;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an instance says of the statement that it has just run. */
final class Warnings {
    private Warnings() {}

    /** Ask at once: the next statement makes the instance forget. */
    static List<Diagnostic> of(Backend backend, LogicalNames names) {
        backend.sendQuery("SHOW WARNINGS");
        return read(backend, names);
    }

    /** The answer to a SHOW WARNINGS that has been sent. */
    static List<Diagnostic> read(Backend backend, LogicalNames names) {
        List<Diagnostic> diagnostics = new ArrayList<>();
        for (byte[] @Nullable [] row : Work.rows(backend)) {
            diagnostics.add(new Diagnostic(text(row[0]), Integer.parseInt(text(row[1])), names.in(text(row[2]))));
        }
        return diagnostics;
    }

    /** Whether what is wrong with a value is an error of a change instead of a warning. */
    static boolean strict(SessionState state) {
        String mode = state.variables().get("sql_mode");
        return mode == null || mode.toUpperCase(Locale.ROOT).contains("STRICT");
    }

    /** The error that a warning is in strict mode. */
    static SqlError error(Diagnostic warning) {
        String state = switch (warning.code()) {
            case 1264, 1690 -> "22003";
            case 1265 -> "01000";
            case 1292, 1366, 1411 -> "22007";
            case 1365 -> "22012";
            case 1406 -> "22001";
            case 1441 -> "22008";
            default -> "HY000";
        };
        return new SqlError(warning.code(), state, warning.message());
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
