package drds.atom;

import drds.catalog.GroupDefinition.Instance;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.wire.ConnectionLostException;
import drds.wire.Loop;
import drds.wire.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance: a pool of connections for each loop. An instance that can't be reached is tried again in the background. */
public final class Atom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Atom.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_KILL = Duration.ofSeconds(10);
    private static final int NO_SUCH_THREAD = 1094;
    private static final int ASIDES_PER_LOOP = 4;
    private static final int KNOWN_ASSIGNMENTS_LIMIT = 10_000;

    private final Instance instance;
    private final AtomLimits limits;
    private final Loops loops;
    private final List<LoopPool> pools = new ArrayList<>();
    /** A few connections that no client's statement can hold. */
    private final List<LoopPool> asides = new ArrayList<>();
    /** Settings that this instance has taken before: they need not be waited for. */
    private final Set<String> knownAssignments = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable SqlError unavailable;

    public Atom(Instance instance, Loops loops, AtomLimits limits) {
        this.instance = instance;
        this.loops = loops;
        this.limits = limits;
        int each = Math.max(1, limits.connections() / loops.count());
        for (int i = 0; i < loops.count(); i++) {
            int kept = limits.kept() / loops.count() + (i < limits.kept() % loops.count() ? 1 : 0);
            pools.add(new LoopPool(this, loops.loop(i), each, kept));
            asides.add(new LoopPool(this, loops.loop(i), ASIDES_PER_LOOP, 0));
        }
    }

    /**
     * A connection for the calling thread alone, in whatever state; {@link Backend#use} sets the state.
     *
     * @param loop the calling thread's
     * @param wanted one that has this state already is preferred
     * @throws SqlError INSTANCE_UNAVAILABLE, at once if that is known already
     */
    public Backend take(Loop loop, SessionState wanted) {
        return pools.get(loop.index()).take(wanted);
    }

    public Backend take(Loop loop) {
        return take(loop, SessionState.INITIAL);
    }

    /**
     * A connection for DRDS's own short work, which goes on (recovery, breaking deadlocks, KILL) when waiting clients hold all of
     * the pool. At most 4 a loop, beside the pool's limit.
     */
    public Backend takeAside(Loop loop, SessionState wanted) {
        return asides.get(loop.index()).take(wanted);
    }

    /** Stops the statement that runs on a connection, if there is one. @throws SqlError if the instance can't be reached or refuses */
    void killQuery(long threadId) {
        kill("QUERY " + threadId);
    }

    /** Ends a connection that nobody uses any more, with the statement that runs on it; does nothing if the instance can't be reached. */
    void endConnection(long threadId) {
        try {
            kill("CONNECTION " + threadId);
        } catch (SqlError e) {
            LOG.debug("Connection {} of {} is left to end by itself: {}", threadId, name(), e.message());
        }
    }

    private void kill(String what) {
        Backend backend = takeAside(loops.any(), SessionState.INITIAL);
        try {
            backend.limitSilence(LONGEST_KILL);
            backend.run("KILL " + what);
        } catch (SqlError e) {
            if (e.number() != NO_SUCH_THREAD) {
                throw e;
            }
        } finally {
            backend.release();
        }
    }

    Backend open(Loop loop, LoopPool pool, boolean foundRows) {
        try {
            Backend backend = pool.connect(instance, foundRows);
            unavailable = null;
            return backend;
        } catch (ConnectionLostException e) {
            throw markUnavailable(e.getMessage());
        }
    }

    private SqlError markUnavailable(@Nullable String why) {
        SqlError error = ErrorCode.INSTANCE_UNAVAILABLE.with("Instance " + name() + " is not available: " + why);
        boolean first = unavailable == null;
        unavailable = error;
        if (first && !closed.get()) {
            LOG.warn("Instance {} is not available: {}", name(), why);
            loops.any().start(this::retry);
        }
        return error;
    }

    /** Tries until the instance is there again. */
    private void retry() {
        Loop loop = loops.any();
        while (!closed.get() && unavailable != null) {
            try {
                Thread.sleep(RETRY);
                loop.connect(address(), limits.connecting()).close();
                unavailable = null;
                LOG.info("Instance {} is available again", name());
            } catch (ConnectionLostException e) {
                // Still away.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @throws SqlError if the instance is known to be away */
    void checkAvailable() {
        SqlError error = unavailable;
        if (error != null) {
            throw error;
        }
        if (closed.get()) {
            throw ErrorCode.SERVER_SHUTDOWN.with();
        }
    }

    /** False from the first failure to connect until a connection stands again. */
    public boolean isAvailable() {
        return unavailable == null;
    }

    boolean knowsAssignments(Set<String> assignments) {
        return assignments.isEmpty() || knownAssignments.containsAll(assignments);
    }

    void rememberAssignments(Set<String> assignments) {
        if (knownAssignments.size() > KNOWN_ASSIGNMENTS_LIMIT) {
            knownAssignments.clear();
        }
        knownAssignments.addAll(assignments);
    }

    /** Closes connections that have been idle for longer than the limit; to be called now and then. */
    public void closeIdle() {
        long since = System.nanoTime() - limits.idle().toNanos();
        pools.forEach(pool -> pool.closeIdle(since));
        asides.forEach(pool -> pool.closeIdle(since));
    }

    public int openConnections() {
        return Stream.concat(pools.stream(), asides.stream())
                .mapToInt(LoopPool::openConnections)
                .sum();
    }

    public Instance instance() {
        return instance;
    }

    /** Host and port. */
    public String name() {
        return instance.host() + ":" + instance.port();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(instance.host(), instance.port());
    }

    AtomLimits limits() {
        return limits;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Closes idle connections now and busy ones at their release. */
    @Override
    public void close() {
        closed.set(true);
        pools.forEach(pool -> pool.closeAllIdle());
        asides.forEach(pool -> pool.closeAllIdle());
    }
}
