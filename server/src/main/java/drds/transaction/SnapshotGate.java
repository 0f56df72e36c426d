package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the commits of distributed transactions out while snapshots open on all instances, so that each of them is seen whole or not
 * at all, whichever DRDS server commits it. Every decision holds a shared lock on the gate's row of its deciding instance; whoever
 * opens snapshots locks the gates of all instances, and then waits until no branch of a decided transaction is left to be committed.
 * Sessions that open snapshots at the same time share one closing ({@link GateRound}).
 */
final class SnapshotGate {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotGate.class);

    /** Appended to an INSERT ... SELECT of one row: waits while snapshots open, and lets none open before its transaction ends. */
    static final String SHARED = " FROM " + SystemTables.GATE + " WHERE `id` = 1 LOCK IN SHARE MODE";

    private static final SessionState PATIENT = SessionState.INITIAL.withVariable("innodb_lock_wait_timeout", "10");
    /**
     * The same, and MariaDB ends the connection of a server that stops in the middle: otherwise all commits would wait for it. The
     * second setting stays with the connection, which never has transactions of clients.
     */
    private static final SessionState CLOSING = SessionState.INITIAL.withVariable(
            "innodb_lock_wait_timeout", "10 /*M!100300 , idle_transaction_timeout = 20 */");

    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Backends backends;
    private final Coordinator coordinator;

    SnapshotGate(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
    }

    /**
     * Opens snapshots while nothing distributed is being committed.
     *
     * @throws drds.error.SqlError if that can't be had: an instance is lost, or a decided transaction's branch stays uncommitted
     */
    void whileClosed(Runnable open) {
        if (!coordinator.safeguards().gate()) {
            open.run();
            return;
        }
        GateRound round = coordinator.joinGate();
        if (round.isLedByCaller()) {
            lead(round, open);
        } else {
            round.follow(open);
        }
    }

    private void lead(GateRound round, Runnable open) {
        Map<String, Backend> taken = new LinkedHashMap<>();
        boolean done = false;
        try {
            coordinator.gate().writeLock().lock();
            try {
                close(taken);
                awaitDecided(taken);
                round.openTogether(open);
                open(taken);
                done = true;
            } finally {
                coordinator.gate().writeLock().unlock();
            }
        } finally {
            round.end(done);
            for (Backend backend : taken.values()) {
                if (done) {
                    backend.release();
                } else {
                    backend.discard();
                }
            }
        }
    }

    /** The first Group's gate alone first, so that two who open snapshots don't wait for each other; then all others at once. */
    private void close(Map<String, Backend> taken) {
        List<String> groups = backends.groups();
        for (String group : groups) {
            Backend backend = backends.takeAside(group, CLOSING);
            taken.put(group, backend);
            backend.limitSilence(LONGEST_SILENCE);
            backend.use(CLOSING);
            backend.sendAhead("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            backend.sendAhead("START TRANSACTION");
            if (taken.size() == 1) {
                sendLock(backend);
                Work.rows(backend);
            }
        }
        List<Backend> others = new ArrayList<>(taken.values()).subList(1, taken.size());
        others.forEach(SnapshotGate::sendLock);
        others.forEach(Work::rows);
    }

    private static void sendLock(Backend backend) {
        backend.sendQuery("SELECT 1 FROM " + SystemTables.GATE + " WHERE `id` = 1 FOR UPDATE");
        backend.flush();
    }

    private static void open(Map<String, Backend> taken) {
        for (Backend backend : taken.values()) {
            backend.sendQuery("COMMIT");
            backend.flush();
        }
        taken.values().forEach(Work::ok);
    }

    /** What isn't decided yet can't be while the gates are closed; what is decided has to be committed everywhere. */
    private void awaitDecided(Map<String, Backend> closed) {
        long end = System.nanoTime() + LONGEST_COMMIT.toNanos();
        while (isAnyDecided(closed)) {
            if (System.nanoTime() - end > 0) {
                throw ErrorCode.LOCK_WAIT_TIMEOUT.with();
            }
            Work.pause(PAUSE);
        }
    }

    private boolean isAnyDecided(Map<String, Backend> closed) {
        for (Backend backend : closed.values()) {
            backend.sendQuery("XA RECOVER");
            backend.flush();
        }
        Map<String, List<String>> prepared = new LinkedHashMap<>();
        for (Backend backend : closed.values()) {
            for (byte[] @Nullable [] row : Work.rows(backend)) {
                TransactionName.read(row)
                        .map(TransactionName.OfBranch::transaction)
                        .filter(transaction -> transaction.cluster().equals(coordinator.cluster()))
                        .ifPresent(transaction -> prepared.computeIfAbsent(
                                        transaction.decidingGroup(), group -> new ArrayList<>())
                                .add(transaction.global()));
            }
        }
        return prepared.entrySet().stream()
                .anyMatch(entry -> isAnyDecided(closed.get(entry.getKey()), entry.getValue()));
    }

    private static boolean isAnyDecided(@Nullable Backend log, List<String> names) {
        return log != null
                && !new Work(log)
                        .rows("SELECT 1 FROM " + SystemTables.LOG + " WHERE `outcome` = 'committed' AND `name` IN ('"
                                + String.join("', '", names) + "') LIMIT 1")
                        .isEmpty();
    }

    /** Does commits on several instances that no decision stands for, with no snapshot opening between them. */
    void whileOpen(Runnable commits) {
        coordinator.gate().readLock().lock();
        try {
            boolean unlocked = Work.on(backends, backends.groups().getFirst(), PATIENT, work -> {
                work.execute("START TRANSACTION");
                work.rows("SELECT 1" + SHARED);
                commits.run();
                return endOfLock(work);
            });
            if (!unlocked) {
                LOG.warn("a connection that held the snapshot gate open was lost");
            }
        } finally {
            coordinator.gate().readLock().unlock();
        }
    }

    /** The commits are done whatever becomes of the lock's connection. @return whether it was there to the end */
    private static boolean endOfLock(Work work) {
        try {
            work.execute("COMMIT");
            return true;
        } catch (SqlError lost) {
            return false;
        }
    }
}
