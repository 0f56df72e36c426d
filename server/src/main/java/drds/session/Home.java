package drds.session;

import drds.atom.SessionState;
import drds.transaction.Backends;

/** The home instance: evaluates, judges and describes for a session, always beside the session's transaction. */
final class Home {
    private final Backends backends;
    private final String group;

    Home(Backends backends, String group) {
        this.backends = backends;
        this.group = group;
    }

    String group() {
        return group;
    }

    /** The connection has the session's variables, but for the limit of rows, which is for what the client selects. */
    HomeConnection open(SessionState state) {
        SessionState unlimited = state.withFoundRows(false).withoutVariable("sql_select_limit");
        return new HomeConnection(backends.take(group, unlimited), unlimited);
    }

    MemoryResult query(SessionState state, String sql) {
        try (HomeConnection connection = open(state)) {
            return connection.query(sql);
        }
    }
}
