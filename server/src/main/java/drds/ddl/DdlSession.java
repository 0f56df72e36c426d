package drds.ddl;

import drds.atom.SessionState;
import java.time.Duration;

/**
 * What a definition statement needs of the session that sends it.
 *
 * @param currentDatabase empty if none
 * @param state the session's variables
 * @param lockTimeout lock_wait_timeout
 * @param inserter fills the table of a CREATE TABLE ... SELECT
 */
public record DdlSession(String currentDatabase, SessionState state, Duration lockTimeout, Inserter inserter) {
    public DdlSession {
        state = state.withFoundRows(false);
    }

    /** Runs an INSERT ... SELECT into a table whose lock is held, as a statement of the session, committed. */
    @FunctionalInterface
    public interface Inserter {
        Inserted insert(TableName into, String sql);
    }

    /** For statements whose names are all qualified: the current database may be gone. */
    SessionState plainState() {
        return state.withDatabase("");
    }

    /** @param info the OK packet's text */
    public record Inserted(long affectedRows, String info) {}
}
