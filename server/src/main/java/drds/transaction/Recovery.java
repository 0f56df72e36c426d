package drds.transaction;

import drds.atom.SessionState;
import drds.error.SqlError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
                for (Prepared branch : prepared(group)) {
                    String key = group + " " + branch.xid();
                    seen.add(key);
                    if (!branch.isLedBy(coordinator) && (atOnce || seenBefore.contains(key))) {
                        ended += end(group, branch) ? 1 : 0;
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

    /** A prepared branch whose end DRDS has to see to. */
    private sealed interface Prepared {
        String xid();

        boolean isLedBy(Coordinator coordinator);

        Decision settle(Backends backends);

        record Own(TransactionName transaction) implements Prepared {
            @Override
            public String xid() {
                return transaction.xid();
            }

            @Override
            public boolean isLedBy(Coordinator coordinator) {
                return coordinator.lives(transaction);
            }

            @Override
            public Decision settle(Backends backends) {
                return Decision.settle(backends, transaction);
            }
        }

        /** A client's, which it told DRDS to commit in one phase. */
        record Clients(String xid) implements Prepared {
            @Override
            public boolean isLedBy(Coordinator coordinator) {
                return coordinator.isClaimed(xid);
            }

            @Override
            public Decision settle(Backends backends) {
                return Decision.settle(
                        backends,
                        backends.groups().getFirst(),
                        ClientXa.LogNames.of(xid).decision());
            }
        }
    }

    private List<Prepared> prepared(String group) {
        List<byte[] @Nullable []> rows =
                Work.on(backends, group, SessionState.INITIAL, work -> work.rows("XA RECOVER"));
        List<Prepared> branches = new ArrayList<>();
        for (byte[] @Nullable [] row : rows) {
            String xid = ClientXa.xid(row);
            if (TransactionName.number(row[0]) == TransactionName.FORMAT) {
                TransactionName.read(row)
                        .filter(transaction -> transaction.cluster().equals(coordinator.cluster()))
                        .ifPresent(transaction -> branches.add(new Prepared.Own(transaction)));
            } else if (xid != null && isToldToCommit(xid)) {
                branches.add(new Prepared.Clients(xid));
            }
        }
        return branches;
    }

    private boolean isToldToCommit(String xid) {
        String question = "SELECT 1 FROM " + SystemTables.LOG + " WHERE `name` = '"
                + ClientXa.LogNames.of(xid).begun() + "'";
        return Work.on(
                backends,
                backends.groups().getFirst(),
                SessionState.INITIAL,
                work -> !work.rows(question).isEmpty());
    }

    private boolean end(String group, Prepared branch) {
        try {
            Decision decision = branch.settle(backends);
            String verb = decision == Decision.COMMITTED ? "XA COMMIT " : "XA ROLLBACK ";
            Work.on(backends, group, SessionState.INITIAL, work -> work.execute(verb + branch.xid()));
            LOG.info("{}: the branch {} is recovered: {}", group, branch.xid(), decision);
            return true;
        } catch (SqlError e) {
            if (e.number() == UNKNOWN_BRANCH) {
                // Its connection still holds it, or somebody else has ended it; the next look tells.
                return false;
            }
            LOG.warn("{}: the branch {} can't be ended yet: {}", group, branch.xid(), e.message());
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
