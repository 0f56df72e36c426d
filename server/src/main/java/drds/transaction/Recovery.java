package drds.transaction;

import drds.atom.SessionState;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends prepared branches that nobody takes care of any more, as their transactions were decided. Safe at any time and on several
 * nodes at once: the log's unique key lets only one decision be.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int UNKNOWN_BRANCH = 1397;

    private static final String PURGE = "DELETE FROM " + SystemTables.LOG
            + " WHERE `outcome` = 'committed' AND `decided_at` < NOW(6) - INTERVAL 10 MINUTE"
            + " OR `decided_at` < NOW(6) - INTERVAL 7 DAY LIMIT 10000";

    private final Backends backends;
    private final Coordinator coordinator;

    /** Branches that were there at the last look: what is new may belong to a node that is just committing it. */
    private Set<String> seenBefore = new HashSet<>();

    public Recovery(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
    }

    /** At the start: every branch of this cluster that no transaction of this process owns is ended. */
    public void atStart() {
        look(true);
    }

    /**
     * Every few seconds: branches that were there at the last call already are ended.
     *
     * @return how many were ended
     */
    public int again() {
        return look(false);
    }

    private int look(boolean atOnce) {
        Set<String> seen = new HashSet<>();
        int ended = 0;
        boolean complete = true;
        for (String group : backends.groups()) {
            try {
                for (TransactionName transaction : prepared(group)) {
                    String key = group + " " + transaction.xid();
                    seen.add(key);
                    if (!coordinator.lives(transaction) && (atOnce || seenBefore.contains(key))) {
                        ended += end(group, transaction) ? 1 : 0;
                    }
                }
            } catch (SqlError e) {
                complete = false;
                LOG.warn("group {} can't be looked at for prepared transactions: {}", group, e.message());
            }
        }
        seenBefore = seen;
        if (complete && seen.isEmpty()) {
            purge();
        }
        return ended;
    }

    private List<TransactionName> prepared(String group) {
        return Work.on(
                backends,
                group,
                SessionState.INITIAL,
                work -> work.rows("XA RECOVER").stream()
                        .map(Recovery::read)
                        .flatMap(Optional::stream)
                        .filter(transaction -> transaction.cluster().equals(coordinator.cluster()))
                        .toList());
    }

    private static Optional<TransactionName> read(byte[] @Nullable [] row) {
        byte[] data = row[3];
        return data == null
                ? Optional.empty()
                : TransactionName.read(number(row[0]), (int) number(row[1]), (int) number(row[2]), data);
    }

    private static long number(byte @Nullable [] text) {
        return text == null ? -1 : Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    private boolean end(String group, TransactionName transaction) {
        try {
            Decision decision = Decision.settle(backends, transaction);
            String verb = decision == Decision.COMMITTED ? "XA COMMIT " : "XA ROLLBACK ";
            Work.on(backends, group, SessionState.INITIAL, work -> work.execute(verb + transaction.xid()));
            LOG.info("{}: the branch of {} is recovered: {}", group, transaction.global(), decision);
            return true;
        } catch (SqlError e) {
            if (e.number() == UNKNOWN_BRANCH) {
                // Its connection still holds it, or somebody else has ended it; the next look tells.
                return false;
            }
            LOG.warn("{}: the branch of {} can't be ended yet: {}", group, transaction.global(), e.message());
            return false;
        }
    }

    /** Only while no branch is prepared anywhere: a decision must outlive the branches that wait for it. */
    private void purge() {
        for (String group : backends.groups()) {
            try {
                Work.on(backends, group, SessionState.INITIAL, work -> work.execute(PURGE));
            } catch (SqlError e) {
                LOG.warn("old decisions of group {} can't be deleted: {}", group, e.message());
            }
        }
    }
}
