package drds.transaction;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a distributed transaction ended, as the deciding Group's log has it. */
enum Decision {
    COMMITTED,
    ROLLED_BACK;

    private static final int DUPLICATE_KEY = 1062;

    /** A commit on its way holds the log's row: whoever asks waits this long for it. */
    private static final SessionState PATIENT = SessionState.INITIAL.withVariable("innodb_lock_wait_timeout", "5");

    /**
     * Finds the decision; if there is none, decides that the transaction is rolled back. Both go over the log's unique key, so
     * nobody can decide otherwise afterwards.
     *
     * @throws SqlError if the deciding Group can't be asked
     */
    static Decision settle(Backends backends, TransactionName transaction) {
        return settle(backends, transaction.decidingGroup(), transaction.global());
    }

    /** The same for what has another name in a Group's log. */
    static Decision settle(Backends backends, String group, String name) {
        return Work.aside(backends, group, PATIENT, work -> {
            try {
                work.execute("INSERT INTO " + SystemTables.LOG + " (`name`, `outcome`, `decided_at`) VALUES ('" + name
                        + "', 'rolled back', SYSDATE(6))");
                return ROLLED_BACK;
            } catch (SqlError e) {
                if (e.number() != DUPLICATE_KEY) {
                    throw e;
                }
            }
            Decision found = find(work, name);
            if (found == null) {
                throw new IllegalStateException("the decision of " + name + " has vanished");
            }
            return found;
        });
    }

    /** What a Group's log has of a transaction; null if it isn't decided. */
    static @Nullable Decision find(Work log, String name) {
        List<byte @Nullable []> outcome =
                log.column("SELECT `outcome` FROM " + SystemTables.LOG + " WHERE `name` = '" + name + "'");
        byte[] found = outcome.isEmpty() ? null : outcome.getFirst();
        if (found == null) {
            return null;
        }
        return new String(found, StandardCharsets.US_ASCII).equals("committed") ? COMMITTED : ROLLED_BACK;
    }

    /** The statement that decides for a commit; it waits while snapshots open. */
    static String commit(String name) {
        return "INSERT INTO " + SystemTables.LOG + " (`name`, `outcome`, `decided_at`) SELECT '" + name
                + "', 'committed', SYSDATE(6)" + SnapshotGate.SHARED;
    }

    /** @throws SqlError if {@link #commit} has written nothing */
    static void requireWritten(Response.Ok decided, String group) {
        if (decided.affectedRows() != 1) {
            throw ErrorCode.UNKNOWN_ERROR.with("group " + group + " has lost its " + SystemTables.GATE);
        }
    }
}
