package drds.transaction;

import org.jspecify.annotations.Nullable;

/**
 * What a transaction is begun with, beyond the session's variables.
 *
 * @param isolation for this transaction alone (SET TRANSACTION without SESSION), such as {@code READ COMMITTED}; null for the
 *     session's
 * @param readOnly READ ONLY or READ WRITE; null for the session's
 * @param consistentSnapshot WITH CONSISTENT SNAPSHOT: on all instances at one moment
 */
public record Characteristics(
        @Nullable String isolation, @Nullable Boolean readOnly, boolean consistentSnapshot) {
    public static final Characteristics DEFAULT = new Characteristics(null, null, false);

    /** For reading at one moment of all instances, whatever the session's isolation is. */
    public static final Characteristics SNAPSHOT = new Characteristics("REPEATABLE READ", null, true);

    /** The statement that gives these to the next transaction of a connection, empty if they are the session's. */
    String setStatement() {
        if (isolation == null && readOnly == null) {
            return "";
        }
        StringBuilder sql = new StringBuilder("SET TRANSACTION ");
        if (isolation != null) {
            sql.append("ISOLATION LEVEL ").append(isolation);
        }
        if (readOnly != null) {
            sql.append(isolation != null ? ", " : "").append(readOnly ? "READ ONLY" : "READ WRITE");
        }
        return sql.toString();
    }
}
