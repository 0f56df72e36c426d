package drds.session;

import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.FunctionCall;
import drds.parser.Query;
import drds.parser.Statement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * GET_LOCK() and its like. A lock belongs to a connection, so a session that asks for one keeps a connection to the home
 * instance, whose locks are thereby those of the whole cluster.
 */
final class UserLocks {
    private final Engine engine;
    private @Nullable HomeConnection connection;

    UserLocks(Engine engine) {
        this.engine = engine;
    }

    /** Whether the statement calls one of the functions. */
    static boolean occurIn(Statement statement) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= node instanceof FunctionCall call && call.schema() == null && isLock(call));
        return found[0];
    }

    private static boolean isLock(FunctionCall call) {
        return switch (call.name().text().toUpperCase(Locale.ROOT)) {
            case "GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_FREE_LOCK", "IS_USED_LOCK" -> true;
            default -> false;
        };
    }

    /** Runs a statement that calls one; it may name no table. */
    MemoryResult run(Session session, Statement statement, String sql) {
        boolean plain = statement instanceof Query || statement instanceof DataChange.Do;
        if (!plain
                || !HeldTables.named(statement, session.variables().database()).isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("user locks in a statement with tables");
        }
        HomeConnection held = connection;
        if (held == null) {
            held = engine.home().open(session.state());
            held.backend().markDirty();
            // GET_LOCK() waits for as long as it says.
            held.backend().limitSilence(false);
            connection = held;
        } else {
            held.use(session.state());
        }
        return held.query(sql);
    }

    /** Whether the session may hold any. */
    boolean any() {
        return connection != null;
    }

    /** Gives all locks back. */
    void release() {
        HomeConnection held = connection;
        connection = null;
        if (held != null) {
            held.close();
        }
    }
}
