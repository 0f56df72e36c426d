package drds.session;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.transaction.Backends;
import org.jspecify.annotations.Nullable;

/** The home instance: evaluates, judges and describes for a session, always beside the session's transaction. */
final class Home {
    private final Backends backends;
    private final String group;
    private final @Nullable Backend kept;

    Home(Backends backends, String group) {
        this(backends, group, null);
    }

    private Home(Backends backends, String group, @Nullable Backend kept) {
        this.backends = backends;
        this.group = group;
        this.kept = kept;
    }

    /** The same over a connection that stays the session's, between two statements on it. */
    Home over(Backend connection) {
        return new Home(backends, group, connection);
    }

    String group() {
        return group;
    }

    /** The connection has the session's variables, but for the limit of rows, which is for what the client selects. */
    HomeConnection open(SessionState state) {
        SessionState unlimited = state.withFoundRows(false).withoutVariable("sql_select_limit");
        if (kept != null) {
            return HomeConnection.over(kept, unlimited.withFoundRows(state.foundRows()));
        }
        return new HomeConnection(backends.take(group, unlimited), unlimited);
    }

    MemoryResult query(SessionState state, String sql) {
        try (HomeConnection connection = open(state)) {
            return connection.query(sql);
        }
    }
}
