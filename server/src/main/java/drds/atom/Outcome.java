package drds.atom;

import drds.error.SqlError;
import org.jspecify.annotations.Nullable;

/**
 * What a statement that was passed through came to.
 *
 * @param status the instance's status flags at the end
 * @param error the instance's error, which the client has got already; null for success
 * @param rows whether it was a result set
 */
public record Outcome(
        long affectedRows,
        long lastInsertId,
        int status,
        int warnings,
        boolean rows,
        @Nullable SqlError error) {}
