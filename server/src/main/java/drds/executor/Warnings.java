package drds.executor;

import drds.atom.Backend;
import drds.executor.Outcome.Diagnostic;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
