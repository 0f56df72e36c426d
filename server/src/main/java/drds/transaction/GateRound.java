package drds.transaction;

import drds.error.ErrorCode;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One closing of the {@link SnapshotGate} that sessions share: the first one leads it, others that come before its own snapshots are
 * open join, and it opens again when the snapshots of all are open. Nobody has a snapshot if the gate didn't hold to the end.
 */
final class GateRound {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread leader = Thread.currentThread();
    private boolean closed;
    private boolean sealed;
    private boolean over;
    private boolean held;
    /** Who have joined, and whose snapshots are still to be opened. */
    private int opening;

    /** @return whether the caller is in this round from now on */
    boolean join() {
        lock.lock();
        try {
            if (sealed) {
                return false;
            }
            opening++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isLedByCaller() {
        return Thread.currentThread() == leader;
    }

    /** The leader's: the gate is closed, and all open their snapshots now. */
    void openTogether(Runnable open) {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        open.run();
        lock.lock();
        try {
            sealed = true;
            while (opening > 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The leader's: the gate is open again. @param done whether it was closed until all snapshots were open */
    void end(boolean done) {
        lock.lock();
        try {
            sealed = true;
            over = true;
            held = done;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Opens the snapshots of one who has joined. @throws drds.error.SqlError if the gate could not be closed */
    void follow(Runnable open) {
        if (awaitClosed()) {
            try {
                open.run();
            } finally {
                opened();
            }
        }
        lock.lock();
        try {
            while (!over) {
                changed.awaitUninterruptibly();
            }
            if (!held) {
                throw ErrorCode.LOCK_WAIT_TIMEOUT.with();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitClosed() {
        lock.lock();
        try {
            while (!closed && !over) {
                changed.awaitUninterruptibly();
            }
            return closed && !over;
        } finally {
            lock.unlock();
        }
    }

    private void opened() {
        lock.lock();
        try {
            opening--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
