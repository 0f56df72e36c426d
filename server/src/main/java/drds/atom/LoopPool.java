package drds.atom;

import drds.catalog.GroupDefinition.Instance;
import drds.error.ErrorCode;
import drds.mysql.PacketChannel;
import drds.wire.Connection;
import drds.wire.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One loop's connections to one instance. Who waits for one gets it in the order of coming. */
final class LoopPool {
    private static final int PACKET_LIMIT_BYTES = 1 << 30;
    /** How many idle connections are looked at for one that has the wanted state already. */
    private static final int LOOK_AT = 8;
    /** One that was idle for longer is asked whether it lives before it is used. */
    private static final long PING_AFTER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Atom atom;
    private final Loop loop;
    private final int limit;
    private final int kept;
    private final ReentrantLock lock = new ReentrantLock();
    /** The last used one first. */
    private final ArrayDeque<Backend> idle = new ArrayDeque<>();

    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private int open;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final boolean foundRows;

        @Nullable
        Backend given;

        boolean mayOpen;

        Waiter(boolean foundRows) {
            this.foundRows = foundRows;
        }
    }

    /** @param kept so many idle ones are never closed for being idle */
    LoopPool(Atom atom, Loop loop, int limit, int kept) {
        this.atom = atom;
        this.loop = loop;
        this.limit = limit;
        this.kept = kept;
    }

    Atom atom() {
        return atom;
    }

    AtomLimits limits() {
        return atom.limits();
    }

    /** A connection for the caller alone. @throws SqlError if the instance can't be reached or all stay busy */
    Backend take(SessionState wanted) {
        for (; ; ) {
            Backend backend = takeIdleOrWait(wanted);
            if (backend == null) {
                return openOne(wanted.foundRows());
            }
            if (System.nanoTime() - backend.idleSinceNanos < PING_AFTER_NANOS || backend.ping()) {
                return backend;
            }
            backend.discard();
        }
    }

    /** Null: the caller may open one. */
    private @Nullable Backend takeIdleOrWait(SessionState wanted) {
        Waiter waiter;
        lock.lock();
        try {
            Backend found = pollIdle(wanted);
            if (found != null) {
                return found;
            }
            atom.checkAvailable();
            if (open < limit) {
                open++;
                return null;
            }
            Backend other = idle.pollLast();
            if (other != null) {
                other.taken();
                other.quit();
                return null;
            }
            waiter = new Waiter(wanted.foundRows());
            waiting.add(waiter);
        } finally {
            lock.unlock();
        }
        return await(waiter);
    }

    private @Nullable Backend pollIdle(SessionState wanted) {
        Backend usable = null;
        int looked = 0;
        for (Iterator<Backend> all = idle.iterator(); all.hasNext(); ) {
            Backend backend = all.next();
            if (backend.foundRows() != wanted.foundRows()) {
                continue;
            }
            if (backend.state() == wanted) {
                all.remove();
                backend.taken();
                return backend;
            }
            if (usable == null
                    || (backend.state().equals(wanted) && !usable.state().equals(wanted))) {
                usable = backend;
            }
            if (++looked == LOOK_AT) {
                break;
            }
        }
        if (usable != null) {
            idle.remove(usable);
            usable.taken();
        }
        return usable;
    }

    private @Nullable Backend await(Waiter waiter) {
        long deadline = System.nanoTime() + limits().waiting().toNanos();
        for (; ; ) {
            lock.lock();
            try {
                if (waiter.given != null || waiter.mayOpen) {
                    return waiter.given;
                }
                if (System.nanoTime() - deadline >= 0 || Thread.interrupted()) {
                    waiting.remove(waiter);
                    throw ErrorCode.INSTANCE_UNAVAILABLE.with(
                            "No free connection to instance " + atom.name() + " within "
                                    + limits().waiting().toMillis() + " ms; the limit is " + limits().connections());
                }
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(this, deadline - System.nanoTime());
        }
    }

    private Backend openOne(boolean foundRows) {
        boolean opened = false;
        try {
            Backend backend = atom.open(loop, this, foundRows);
            opened = true;
            return backend;
        } finally {
            if (!opened) {
                closed();
            }
        }
    }

    Backend connect(Instance instance, boolean foundRows) {
        Duration timeout = limits().connecting();
        Connection connection = loop.connect(atom.address(), timeout);
        PacketChannel channel = new PacketChannel(connection, PACKET_LIMIT_BYTES);
        boolean loggedIn = false;
        try {
            connection.readTimeout(timeout);
            Login.Result login = Login.run(instance, channel, foundRows);
            connection.readTimeout(Duration.ZERO);
            loggedIn = true;
            Backend backend = new Backend(this, channel, login, foundRows);
            // Not by the loop itself: it must not wait for a lock that a thread it carries may have.
            connection.onEnd(() -> loop.start(() -> ended(backend)));
            return backend;
        } finally {
            if (!loggedIn) {
                channel.abort();
            }
        }
    }

    void giveBack(Backend backend) {
        Waiter next = null;
        lock.lock();
        try {
            next = waiting.poll();
            if (next == null) {
                if (atom.isClosed()) {
                    open--;
                    backend.quit();
                } else {
                    backend.idleSinceNanos = System.nanoTime();
                    idle.push(backend);
                }
            } else if (next.foundRows == backend.foundRows()) {
                backend.taken();
                next.given = backend;
            } else {
                backend.quit();
                next.mayOpen = true;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            LockSupport.unpark(next.thread);
        }
    }

    /** A taken connection was dropped. */
    void drop(Backend backend) {
        closed();
    }

    /** One connection less: who waits may open another. */
    private void closed() {
        Waiter next;
        lock.lock();
        try {
            next = waiting.poll();
            if (next == null) {
                open--;
            } else {
                next.mayOpen = true;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            LockSupport.unpark(next.thread);
        }
    }

    /** The connection has ended, maybe while it was idle. */
    private void ended(Backend backend) {
        boolean wasIdle;
        lock.lock();
        try {
            wasIdle = idle.remove(backend);
        } finally {
            lock.unlock();
        }
        if (wasIdle) {
            backend.channel().abort();
            closed();
        }
    }

    /** Closes what has been idle since before then, and isn't kept. */
    void closeIdle(long sinceNanos) {
        closeIdle(sinceNanos, kept);
    }

    void closeAllIdle() {
        closeIdle(Long.MAX_VALUE / 2 + System.nanoTime(), 0);
    }

    private void closeIdle(long sinceNanos, int staying) {
        List<Backend> old = new ArrayList<>();
        lock.lock();
        try {
            while (idle.size() > staying && idle.getLast().idleSinceNanos - sinceNanos < 0) {
                Backend backend = idle.removeLast();
                old.add(backend);
                open--;
            }
        } finally {
            lock.unlock();
        }
        old.forEach(Backend::quit);
    }

    int openConnections() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }
}
