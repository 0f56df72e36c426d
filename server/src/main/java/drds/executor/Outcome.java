package drds.executor;

import drds.error.SqlError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement came to. Its answer has been written to the client, an error in it as well.
 *
 * @param affectedRows -1 for a result set
 * @param lastInsertId the first number generated, 0 if none
 * @param warnings how many
 * @param diagnostics what SHOW WARNINGS gives
 * @param error the error that the client got, null for success
 */
public record Outcome(
        long affectedRows,
        long lastInsertId,
        int warnings,
        List<Diagnostic> diagnostics,
        @Nullable SqlError error) {

    /** A row of SHOW WARNINGS. */
    public record Diagnostic(String level, int code, String message) {}

    /** Of many diagnostics only the first are kept. */
    Outcome keeping(int limit) {
        return diagnostics.size() <= limit
                ? this
                : new Outcome(affectedRows, lastInsertId, warnings, diagnostics.subList(0, limit), error);
    }

    static Outcome rows(int warnings, List<Diagnostic> diagnostics) {
        return new Outcome(-1, 0, warnings, diagnostics, null);
    }
}
