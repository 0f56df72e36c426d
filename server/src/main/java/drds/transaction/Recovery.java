package drds.transaction;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends prepared branches that nobody takes care of any more, as their transactions were decided. Safe at any time and on several
 * nodes at once: the log's unique key lets only one decision be. Branches that are not DRDS's are never touched.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int UNKNOWN_BRANCH = 1397;
    private static final int UNKNOWN_THREAD = 1094;

    /** So long a connection of somebody who doesn't go on may keep a branch or a decision from being ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Backends backends;
    private final Coordinator coordinator;

    /**
     * For each Group the branches that were there at the last look, and since when: what is new may belong to a node that is just
     * committing it.
     */
    private final Map<String, Map<String, Long>> seenBefore = new ConcurrentHashMap<>();

    public Recovery(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
    }

    /** At the start: every branch of this cluster that no transaction of this process owns is ended. */
    public void atStart() {
        backends.groups().forEach(group -> look(group, true));
    }

    /**
     * Every few seconds, for each Group by itself, so that one that hangs keeps no other waiting: branches that were there at the
     * last call already are ended.
     *
     * @return how many were ended
     */
    public int again(String group) {
        return look(group, false);
    }

    /** The same for all Groups. */
    public int again() {
        return backends.groups().stream().mapToInt(this::again).sum();
    }

    private int look(String group, boolean atOnce) {
        Map<String, Long> before = seenBefore.getOrDefault(group, Map.of());
        Map<String, Long> seen = new HashMap<>();
        int ended = 0;
        try {
            for (Prepared branch : prepared(group)) {
                Long since = before.get(branch.xid());
                seen.put(branch.xid(), since == null ? System.nanoTime() : since);
                if (!branch.isLedBy(coordinator) && (atOnce || since != null)) {
                    ended += end(group, branch, since) ? 1 : 0;
                }
            }
        } catch (SqlError e) {
            LOG.warn("group {} can't be looked at for prepared transactions: {}", group, e.message());
        }
        seenBefore.put(group, seen);
        return ended;
    }

    /** A prepared branch whose end DRDS has to see to. */
    private sealed interface Prepared {
        String xid();

        boolean isLedBy(Coordinator coordinator);

        /** In which Group's log the decision is, and by which name. */
        String decidingGroup(Backends backends);

        String logName();

        record Own(TransactionName.OfBranch branch) implements Prepared {
            @Override
            public String xid() {
                return branch.xid();
            }

            @Override
            public boolean isLedBy(Coordinator coordinator) {
                return coordinator.lives(branch.transaction());
            }

            @Override
            public String decidingGroup(Backends backends) {
                return branch.transaction().decidingGroup();
            }

            @Override
            public String logName() {
                return branch.transaction().global();
            }
        }

        /** A client's, which it told DRDS to commit in one phase. */
        record Clients(String xid) implements Prepared {
            @Override
            public boolean isLedBy(Coordinator coordinator) {
                return coordinator.isClaimed(xid);
            }

            @Override
            public String decidingGroup(Backends backends) {
                return backends.groups().getFirst();
            }

            @Override
            public String logName() {
                return ClientXa.LogNames.of(xid).decision();
            }
        }
    }

    private List<Prepared> prepared(String group) {
        List<byte[] @Nullable []> rows =
                Work.aside(backends, group, SessionState.INITIAL, work -> work.rows("XA RECOVER"));
        List<Prepared> branches = new ArrayList<>();
        for (byte[] @Nullable [] row : rows) {
            String xid = ClientXa.xid(row);
            if (TransactionName.number(row[0]) == TransactionName.FORMAT) {
                TransactionName.read(row)
                        .filter(branch -> branch.transaction().cluster().equals(coordinator.cluster()))
                        .ifPresent(branch -> branches.add(new Prepared.Own(branch)));
            } else if (xid != null && isToldToCommit(xid)) {
                branches.add(new Prepared.Clients(xid));
            }
        }
        return branches;
    }

    private boolean isToldToCommit(String xid) {
        String question = "SELECT 1 FROM " + SystemTables.LOG + " WHERE `name` = '"
                + ClientXa.LogNames.of(xid).begun() + "'";
        return Work.aside(
                backends,
                backends.groups().getFirst(),
                SessionState.INITIAL,
                work -> !work.rows(question).isEmpty());
    }

    private boolean end(String group, Prepared branch, @Nullable Long since) {
        boolean patienceIsOver = since != null && System.nanoTime() - since > PATIENCE.toNanos();
        try {
            Decision decision = settle(branch, patienceIsOver);
            String verb = decision == Decision.COMMITTED ? "XA COMMIT " : "XA ROLLBACK ";
            Work.aside(backends, group, SessionState.INITIAL, work -> work.execute(verb + branch.xid()));
            LOG.info("{}: the branch {} is recovered: {}", group, branch.xid(), decision);
            return true;
        } catch (SqlError e) {
            if (e.number() != UNKNOWN_BRANCH) {
                LOG.warn("{}: the branch {} can't be ended yet: {}", group, branch.xid(), e.message());
            } else if (patienceIsOver && branch instanceof Prepared.Own(TransactionName.OfBranch own)) {
                endConnection(group, own.thread(), own);
            }
            // Otherwise its connection still holds it, or somebody else has ended it; the next look tells.
            return false;
        }
    }

    private Decision settle(Prepared branch, boolean patienceIsOver) {
        String group = branch.decidingGroup(backends);
        try {
            return Decision.settle(backends, group, branch.logName());
        } catch (SqlError e) {
            if (e.number() == ErrorCode.LOCK_WAIT_TIMEOUT.number()
                    && patienceIsOver
                    && branch instanceof Prepared.Own(TransactionName.OfBranch own)) {
                endConnection(group, own.transaction().decidingThread(), own);
            }
            throw e;
        }
    }

    /**
     * Ends the connection of a node that has died or been cut off without its instance noticing. If it lives after all it asks
     * the log, as everybody does.
     */
    private void endConnection(String group, long thread, TransactionName.OfBranch branch) {
        LOG.warn("{}: connection {} holds up {} and is ended", group, thread, branch.xid());
        try {
            Work.aside(backends, group, SessionState.INITIAL, work -> work.execute("KILL CONNECTION " + thread));
        } catch (SqlError e) {
            if (e.number() != UNKNOWN_THREAD) {
                LOG.warn("{}: connection {} can't be ended: {}", group, thread, e.message());
            }
        }
    }

    // ---- the log ----

    /**
     * Deletes old decisions, to be called about once a minute. A decision must outlive the branches that wait for it: only what was
     * decided long before all Groups were asked for their prepared branches goes, and was none of these.
     */
    public void purge() {
        try {
            Map<String, String> times = new HashMap<>();
            for (String group : backends.groups()) {
                times.put(group, Log.time(backends, group));
            }
            Set<String> prepared = new HashSet<>();
            for (String group : backends.groups()) {
                prepared(group).forEach(branch -> prepared.add(branch.logName()));
            }
            times.forEach((group, time) -> Log.purge(backends, group, time, prepared));
        } catch (SqlError e) {
            LOG.warn("old decisions can't be deleted: {}", e.message());
        }
    }

    private static final class Log {
        /** No hour comes twice there. */
        private static final SessionState UTC = SessionState.INITIAL.withVariable("time_zone", "'+00:00'");

        private static final int AT_ONCE = 10_000;
        private static final int ROUNDS_LIMIT = 100;

        static String time(Backends backends, String group) {
            return Work.aside(backends, group, UTC, work -> {
                byte[] time = work.column("SELECT SYSDATE(6)").getFirst();
                return new String(time == null ? new byte[0] : time, StandardCharsets.US_ASCII);
            });
        }

        static void purge(Backends backends, String group, String time, Set<String> kept) {
            String sql = "DELETE FROM " + SystemTables.LOG + " WHERE (`outcome` = 'committed' AND `decided_at` < '"
                    + time + "' - INTERVAL 10 MINUTE OR `decided_at` < '" + time + "' - INTERVAL 7 DAY)"
                    + (kept.isEmpty() ? "" : " AND `name` NOT IN ('" + String.join("', '", kept) + "')") + " LIMIT "
                    + AT_ONCE;
            Work.aside(backends, group, UTC, work -> {
                long deleted = AT_ONCE;
                for (int round = 0; deleted == AT_ONCE && round < ROUNDS_LIMIT; round++) {
                    // So that the rows' neighbours, which commits on their way write, are not locked.
                    work.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
                    deleted = work.execute(sql).affectedRows();
                }
                return deleted;
            });
        }
    }
}
