package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the commits of distributed transactions out while snapshots open on all instances, so that each of them is seen whole or not
 * at all, whichever DRDS server commits it. Every decision holds a shared lock on the gate's row of its deciding instance; whoever
 * opens snapshots locks the gates of all instances, and then waits until no branch of a decided transaction is left to be committed.
 */
final class SnapshotGate {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotGate.class);

    /** Appended to an INSERT ... SELECT of one row: waits while snapshots open, and lets none open before its transaction ends. */
    static final String SHARED = " FROM " + SystemTables.GATE + " WHERE `id` = 1 LOCK IN SHARE MODE";

    private static final SessionState PATIENT = SessionState.INITIAL.withVariable("innodb_lock_wait_timeout", "10");
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Backends backends;
    private final Coordinator coordinator;
    private final Map<String, Work> closed = new LinkedHashMap<>();

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
        Map<String, Backend> taken = new LinkedHashMap<>();
        boolean done = false;
        coordinator.gate().writeLock().lock();
        try {
            // In the same order everywhere, so that two who open snapshots don't wait for each other.
            for (String group : backends.groups()) {
                Backend backend = backends.take(group, PATIENT);
                taken.put(group, backend);
                backend.use(PATIENT);
                close(group, new Work(backend));
            }
            awaitDecided();
            open.run();
            for (Work work : closed.values()) {
                work.execute("COMMIT");
            }
            done = true;
        } finally {
            coordinator.gate().writeLock().unlock();
            for (Backend backend : taken.values()) {
                if (done) {
                    backend.release();
                } else {
                    backend.discard();
                }
            }
        }
    }

    private void close(String group, Work work) {
        work.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        work.execute("START TRANSACTION");
        work.rows("SELECT 1 FROM " + SystemTables.GATE + " WHERE `id` = 1 FOR UPDATE");
        closed.put(group, work);
    }

    /** What isn't decided yet can't be while the gates are closed; what is decided has to be committed everywhere. */
    private void awaitDecided() {
        long end = System.nanoTime() + LONGEST_COMMIT.toNanos();
        while (isAnyDecided()) {
            if (System.nanoTime() - end > 0) {
                throw ErrorCode.LOCK_WAIT_TIMEOUT.with();
            }
            Work.pause(PAUSE);
        }
    }

    private boolean isAnyDecided() {
        for (Work work : closed.values()) {
            for (byte[] @Nullable [] row : work.rows("XA RECOVER")) {
                if (TransactionName.read(row).filter(this::isDecided).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isDecided(TransactionName transaction) {
        Work log = closed.get(transaction.decidingGroup());
        return log != null
                && transaction.cluster().equals(coordinator.cluster())
                && Decision.find(log, transaction.global()) == Decision.COMMITTED;
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
