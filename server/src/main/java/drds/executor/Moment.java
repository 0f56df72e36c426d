package drds.executor;

import drds.atom.SessionState;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/** The moment of a statement, for all the instances that it runs on. */
final class Moment {
    private static final String VARIABLE = "timestamp";

    private final Clock clock;

    Moment(Clock clock) {
        this.clock = clock;
    }

    /** Sets it unless the session has set one. */
    SessionState in(SessionState state) {
        if (state.variables().containsKey(VARIABLE)) {
            return state;
        }
        Instant now = clock.instant();
        return state.withVariable(
                VARIABLE, String.format(Locale.ROOT, "%d.%06d", now.getEpochSecond(), now.getNano() / 1000));
    }
}
