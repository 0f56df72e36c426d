package drds.ddl;

import drds.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks of logical tables within this node: statements share them for as long as their statement or transaction lasts, a
 * change of the definition has one alone. Whoever shares a lock takes it first and reads the catalog then, so that it sees
 * the newest definition; a change that waits lets nobody new in.
 */
public final class TableLocks {
    private final ConcurrentHashMap<TableName, Lock> locks = new ConcurrentHashMap<>();

    /** A lock that is held; closing it twice is an error. */
    @FunctionalInterface
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Shares the table's lock; without a change going on it costs one atomic addition. A session that holds it already (in
     * its transaction) doesn't ask again.
     *
     * @throws drds.error.SqlError 1205 if a change holds it longer than that
     */
    public Held share(String database, String table, Duration timeout) {
        return share(database, table, timeout, false);
    }

    /** @param inside whether the session holds other locks already: {@link #drain} waits for it and must let it end */
    public Held share(String database, String table, Duration timeout, boolean inside) {
        Lock lock = lock(new TableName(database, table));
        lock.share(timeout, inside);
        return lock;
    }

    /**
     * All these tables' locks alone, without anybody who holds one of them waiting for another: sessions that hold locks still get
     * those that they ask for, until at one moment nobody has any of these.
     *
     * @return null if that moment didn't come within the time; everything is then as it was
     */
    public @Nullable Held drain(Collection<TableName> tables, Duration timeout) {
        List<Lock> all = new TreeSet<>(tables).stream().map(this::lock).toList();
        Deque<Lock> draining = new ArrayDeque<>();
        long end = System.nanoTime() + timeout.toNanos();
        boolean done = false;
        try {
            for (Lock lock : all) {
                if (!lock.beginDraining()) {
                    return null;
                }
                draining.push(lock);
            }
            while (!closeAll(all)) {
                for (Lock lock : all) {
                    if (!lock.awaitDrained(end)) {
                        return null;
                    }
                }
            }
            done = true;
        } finally {
            if (!done) {
                draining.forEach(Lock::endDraining);
            }
        }
        return () -> all.forEach(Lock::endDraining);
    }

    private static boolean closeAll(List<Lock> locks) {
        for (int i = 0; i < locks.size(); i++) {
            if (!locks.get(i).closeDrained()) {
                locks.subList(0, i).forEach(Lock::openAgain);
                return false;
            }
        }
        return true;
    }

    /**
     * All these tables' locks alone, taken in one order.
     *
     * @throws drds.error.SqlError 1205 if statements hold one longer than that
     */
    public Held alone(Collection<TableName> tables, Duration timeout) {
        Deque<Lock> held = new ArrayDeque<>();
        long end = System.nanoTime() + timeout.toNanos();
        try {
            for (TableName table : new TreeSet<>(tables)) {
                Lock lock = lock(table);
                lock.alone(end);
                held.push(lock);
            }
        } catch (RuntimeException failed) {
            held.forEach(Lock::leaveAlone);
            throw failed;
        }
        List<Lock> all = new ArrayList<>(held);
        return () -> all.forEach(Lock::leaveAlone);
    }

    /**
     * Tables that a failed change left halfway on an instance that is away: until {@link #admit} whoever wants their lock gets
     * an error at once.
     */
    void refuse(Collection<TableName> tables) {
        tables.forEach(table -> lock(table).refuse(table));
    }

    void admit(Collection<TableName> tables) {
        tables.forEach(table -> lock(table).admit());
    }

    private Lock lock(TableName table) {
        Lock lock = locks.get(table);
        return lock != null ? lock : locks.computeIfAbsent(table, name -> new Lock());
    }

    private static final class Lock implements Held {
        /** Set in the state while a change has or wants the lock; below it the number of those who share it. */
        private static final int CHANGE = 1 << 30;

        /** Set in the state while nobody may have the lock. */
        private static final int REFUSED = 1 << 29;

        /** Set in the state while only those may have the lock who hold others. */
        private static final int DRAINING = 1 << 28;

        private final AtomicInteger state = new AtomicInteger();
        private final ReentrantLock gate = new ReentrantLock();
        private final Condition moved = gate.newCondition();
        private volatile String name = "";

        void share(Duration timeout, boolean inside) {
            int closed = inside ? CHANGE | REFUSED : CHANGE | REFUSED | DRAINING;
            if (trySharing(closed)) {
                return;
            }
            long end = System.nanoTime() + timeout.toNanos();
            gate.lock();
            try {
                while (!trySharing(closed)) {
                    await(end);
                }
            } finally {
                gate.unlock();
            }
        }

        private boolean trySharing(int closed) {
            int seen = state.get();
            while ((seen & closed) == 0) {
                if (state.compareAndSet(seen, seen + 1)) {
                    return true;
                }
                seen = state.get();
            }
            return false;
        }

        @Override
        public void close() {
            int left = state.decrementAndGet() & ~REFUSED;
            if (left == CHANGE || left == DRAINING) {
                signal();
            }
        }

        /** False if somebody else changes the table. */
        boolean beginDraining() {
            int seen = state.get();
            while ((seen & (CHANGE | REFUSED | DRAINING)) == 0) {
                if (state.compareAndSet(seen, seen | DRAINING)) {
                    return true;
                }
                seen = state.get();
            }
            return false;
        }

        boolean closeDrained() {
            return state.compareAndSet(DRAINING, DRAINING | CHANGE);
        }

        /** Those who hold others may come in again. */
        void openAgain() {
            state.getAndUpdate(seen -> seen & ~CHANGE);
            signal();
        }

        void endDraining() {
            state.getAndUpdate(seen -> seen & ~(CHANGE | DRAINING));
            signal();
        }

        /** Waits until nobody has the lock. @return false if somebody still has at that time */
        boolean awaitDrained(long end) {
            gate.lock();
            try {
                while (state.get() != DRAINING) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    if (moved.awaitNanos(left) <= 0 && state.get() != DRAINING) {
                        return false;
                    }
                }
                return System.nanoTime() < end;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw ErrorCode.QUERY_INTERRUPTED.with();
            } finally {
                gate.unlock();
            }
        }

        void alone(long end) {
            gate.lock();
            try {
                throwIfRefused();
                while (!claim()) {
                    await(end);
                }
                try {
                    while (state.get() != CHANGE) {
                        await(end);
                    }
                } catch (RuntimeException late) {
                    leaveAlone();
                    throw late;
                }
            } finally {
                gate.unlock();
            }
        }

        /** False while another change has or wants it, in whichever way. */
        private boolean claim() {
            int seen = state.get();
            while ((seen & (CHANGE | DRAINING)) == 0) {
                if (state.compareAndSet(seen, seen | CHANGE)) {
                    return true;
                }
                seen = state.get();
            }
            return false;
        }

        void leaveAlone() {
            state.getAndUpdate(seen -> seen & ~CHANGE);
            signal();
        }

        void refuse(TableName table) {
            name = table.table().isEmpty() ? table.schema() : table.toString();
            state.getAndUpdate(seen -> seen | REFUSED);
            signal();
        }

        void admit() {
            state.getAndUpdate(seen -> seen & ~REFUSED);
            signal();
        }

        private void throwIfRefused() {
            if ((state.get() & REFUSED) != 0) {
                throw ErrorCode.INSTANCE_UNAVAILABLE.with(
                        "A change of '" + name + "' is halfway since an instance is away;"
                                + " it is ended or taken back as soon as the instance is there again");
            }
        }

        private void signal() {
            gate.lock();
            try {
                moved.signalAll();
            } finally {
                gate.unlock();
            }
        }

        /** Called in a loop that looks whether the wait was worth it. */
        @SuppressWarnings("WaitNotInLoop")
        private void await(long end) {
            throwIfRefused();
            long left = end - System.nanoTime();
            try {
                if (left <= 0 || !moved.await(left, TimeUnit.NANOSECONDS) && System.nanoTime() >= end) {
                    throw ErrorCode.LOCK_WAIT_TIMEOUT.with();
                }
                throwIfRefused();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw ErrorCode.QUERY_INTERRUPTED.with();
            }
        }
    }
}
