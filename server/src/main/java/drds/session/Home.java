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

    HomeConnection open(SessionState state) {
        return new HomeConnection(backends.take(group, state.withFoundRows(false)), state);
    }

    MemoryResult query(SessionState state, String sql) {
        try (HomeConnection connection = open(state)) {
            return connection.query(sql);
        }
    }
}
