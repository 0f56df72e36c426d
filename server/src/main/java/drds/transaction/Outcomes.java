package drds.transaction;

import drds.atom.SessionState;
import drds.error.SqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How transactions ended whose client was told that this is not known: what SHOW TRANS says of them. */
public final class Outcomes {
    private static final Pattern NAME = Pattern.compile("drds,[^,'\\\\]+,[^,'\\\\]+,[0-9]+");

    private final Backends backends;
    private final Coordinator coordinator;

    public Outcomes(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
    }

    /** What is known of a transaction. */
    public enum State {
        COMMITTED,
        ROLLED_BACK,
        /** An instance that may know can't be asked now, or nobody has decided yet. */
        UNKNOWN,
        /** No log has it: it was never prepared, or has ended so long ago that the log has forgotten it. */
        NOT_IN_THE_LOG
    }

    public record Outcome(String name, State state) {}

    /** All of this process that ended in doubt, the latest 1,000. */
    public List<Outcome> doubtful() {
        return coordinator.doubtful().stream()
                .map(transaction -> new Outcome(
                        transaction.global(), state(List.of(transaction.decidingGroup()), transaction.global())))
                .toList();
    }

    /** A transaction of whichever node, by the name in the error. */
    public Outcome of(String name) {
        return new Outcome(name, NAME.matcher(name).matches() ? state(backends.groups(), name) : State.NOT_IN_THE_LOG);
    }

    private State state(List<String> groups, String name) {
        boolean complete = true;
        List<Decision> found = new ArrayList<>();
        for (String group : groups) {
            try {
                Decision decision = Work.aside(backends, group, SessionState.INITIAL, log -> Decision.find(log, name));
                if (decision != null) {
                    found.add(decision);
                }
            } catch (SqlError e) {
                complete = false;
            }
        }
        if (found.isEmpty()) {
            return complete && !isPrepared(name) ? State.NOT_IN_THE_LOG : State.UNKNOWN;
        }
        return found.getFirst() == Decision.COMMITTED ? State.COMMITTED : State.ROLLED_BACK;
    }

    private boolean isPrepared(String name) {
        for (String group : backends.groups()) {
            try {
                boolean here =
                        Work.aside(backends, group, SessionState.INITIAL, work -> work.rows("XA RECOVER")).stream()
                                .flatMap(row -> TransactionName.read(row).stream())
                                .anyMatch(
                                        branch -> branch.transaction().global().equals(name));
                if (here) {
                    return true;
                }
            } catch (SqlError e) {
                return true;
            }
        }
        return false;
    }
}
