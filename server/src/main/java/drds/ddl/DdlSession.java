package drds.ddl;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import java.time.Duration;

/**
 * What a definition statement needs of the session that sends it.
 *
 * @param currentDatabase empty if none
 * @param state the session's variables
 * @param lockTimeout lock_wait_timeout
 * @param inserter fills the table of a CREATE TABLE ... SELECT, and new global indexes
 * @param autoGlobalIndex whether unique keys that lack the shard key get a global index by themselves
 */
public record DdlSession(
        String currentDatabase, SessionState state, Duration lockTimeout, Inserter inserter, boolean autoGlobalIndex) {
    public DdlSession {
        state = state.withFoundRows(false);
    }

    /** Without automatic global indexes. */
    public DdlSession(String currentDatabase, SessionState state, Duration lockTimeout, Inserter inserter) {
        this(currentDatabase, state, lockTimeout, inserter, false);
    }

    /** Runs an INSERT ... SELECT into a table whose lock is held, as a statement of the session, committed. */
    @FunctionalInterface
    public interface Inserter {
        Inserted insert(TableName into, String sql);

        /** Runs an INSERT ... SELECT over tables of this catalog, which nobody else knows yet, committed. */
        default void fill(Catalog catalog, String sql) {
            throw new IllegalStateException("nothing can be filled here: " + sql);
        }
    }

    /** For statements whose names are all qualified: the current database may be gone. */
    SessionState plainState() {
        return state.withDatabase("");
    }

    /** @param info the OK packet's text */
    public record Inserted(long affectedRows, String info) {}
}
