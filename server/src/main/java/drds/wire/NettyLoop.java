package drds.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Netty event loop as the scheduler of its virtual threads. To Netty a virtual thread is a stranger even while the loop runs
 * it, so it never calls a channel: its connection is noted as dirty, and written when the thread has parked.
 */
final class NettyLoop implements Loop, Executor {
    static final ScopedValue<NettyLoop> CURRENT = ScopedValue.newInstance();

    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);
    /** For so long a thread may run while others wait. */
    private static final long TURN_NANOS = 1_000_000;

    private static final int SPARE_BUFFERS = 16;
    private static final int SPARE_BYTES = 1024;

    private final EventLoop events;
    private final int index;
    private final Transport transport;
    private final @Nullable CarriedThreads threads;
    private final ExecutorService computing;

    // Touched by the loop's own thread only.
    private final ArrayDeque<NettyConnection> dirty = new ArrayDeque<>();
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final Set<NettyConnection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();
    /** Threads that gave way: they go on after the sockets had their turn. */
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();

    private boolean readyScheduled;
    private boolean givesWay;
    private boolean laterScheduled;
    private long turnBeganNanos;

    NettyLoop(
            EventLoop events,
            int index,
            Transport transport,
            @Nullable CarriedThreads threads,
            ExecutorService computing) {
        this.events = events;
        this.index = index;
        this.transport = transport;
        this.threads = threads;
        this.computing = computing;
        events.terminationFuture().addListener(ended -> spare.forEach(ByteBuf::release));
    }

    @Override
    public Thread start(Runnable task) {
        Runnable guarded = () -> ScopedValue.where(CURRENT, this).run(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                LOG.error("A thread of loop {} failed", index, e);
            }
        });
        Thread thread = threads == null ? Thread.ofVirtual().unstarted(guarded) : threads.newThread(this, guarded);
        thread.start();
        return thread;
    }

    /** Called by the JDK to run a piece of a virtual thread. */
    @Override
    public void execute(Runnable continuation) {
        if (events.inEventLoop()) {
            if (givesWay) {
                givesWay = false;
                postpone(continuation);
                return;
            }
            ready.add(continuation);
            if (!readyScheduled) {
                readyScheduled = true;
                events.execute(this::runReady);
            }
        } else {
            events.execute(() -> {
                turnBeganNanos = System.nanoTime();
                continuation.run();
                drain();
            });
        }
    }

    /** As a task that is due at once it would run before the sockets are looked at again; as a timed one it comes after them. */
    private void postpone(Runnable continuation) {
        later.add(continuation);
        if (!laterScheduled) {
            laterScheduled = true;
            var _ = events.schedule(this::runLater, 1, TimeUnit.NANOSECONDS);
        }
    }

    private void runLater() {
        laterScheduled = false;
        ready.addAll(later);
        later.clear();
        runReady();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // The scheduler is this loop: its thread goes on in a later round.
    public void breathe() {
        if (isCarried() && System.nanoTime() - turnBeganNanos > TURN_NANOS) {
            givesWay = true;
            Thread.yield();
            givesWay = false;
        }
    }

    /** Only what is ready now: a thread that yields waits for the next round, so that sockets have their turn. */
    private void runReady() {
        readyScheduled = false;
        refill();
        for (int n = ready.size(); n > 0; n--) {
            Runnable continuation = ready.poll();
            if (continuation == null) {
                break;
            }
            turnBeganNanos = System.nanoTime();
            continuation.run();
        }
        drain();
        if (!ready.isEmpty() && !readyScheduled) {
            readyScheduled = true;
            events.execute(this::runReady);
        }
    }

    /** Whether the calling thread is run by this loop. */
    private boolean isCarried() {
        return threads != null && CURRENT.isBound() && CURRENT.get() == this;
    }

    /** Buffers cost less made here than on a virtual thread, for which the allocator has no cache. */
    private void refill() {
        while (spare.size() < SPARE_BUFFERS) {
            spare.add(ByteBufAllocator.DEFAULT.directBuffer(SPARE_BYTES));
        }
    }

    private void drain() {
        for (NettyConnection connection; (connection = dirty.poll()) != null; ) {
            connection.drain();
        }
    }

    /** Sees to it that the connection is drained soon. @throws ConnectionLostException if the loop has ended */
    void markDirty(NettyConnection connection) {
        if (isCarried()) {
            dirty.add(connection);
        } else {
            try {
                events.execute(connection::drain);
            } catch (RejectedExecutionException e) {
                throw new ConnectionLostException("the loop has ended", false);
            }
        }
    }

    void run(Runnable action) {
        events.execute(action);
    }

    void add(NettyConnection connection) {
        connections.add(connection);
    }

    void remove(NettyConnection connection) {
        connections.remove(connection);
    }

    /** Ends the waits that have lasted too long; called from outside, since a loop with a timer of its own waits at more cost. */
    void sweep() {
        try {
            events.execute(() -> {
                long now = System.nanoTime();
                for (NettyConnection connection : connections) {
                    connection.checkTimeout(now);
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended.
        }
    }

    @Override
    public Connection connect(InetSocketAddress to, Duration timeout) {
        NettyConnection connection = new NettyConnection(this, ready -> {});
        ChannelFuture connecting = new Bootstrap()
                .group(events)
                .channel(transport.sockets())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, NettyConnection.WATER_MARK)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(to);
        Thread waiting = Thread.currentThread();
        connecting.addListener(done -> LockSupport.unpark(waiting));
        while (!connecting.isDone()) {
            LockSupport.park(connecting);
            if (Thread.interrupted()) {
                connecting.cancel(true);
                throw new ConnectionLostException("interrupted while connecting to " + name(to), false);
            }
        }
        Throwable cause = connecting.cause();
        if (cause != null) {
            throw new ConnectionLostException("can't connect to " + name(to) + ": " + reason(cause), false);
        }
        return connection;
    }

    private static String name(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int address = message.indexOf(": ");
        return message.contains("refused")
                ? "connection refused"
                : address < 0 ? message : message.substring(0, address);
    }

    @Override
    public <T> T compute(Callable<T> task) throws Exception {
        Future<T> result = computing.submit(task);
        try {
            return result.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    ExecutorService computing() {
        return computing;
    }

    @Override
    public ByteBuf allocate(int capacity) {
        if (capacity <= SPARE_BYTES && isCarried()) {
            ByteBuf buffer = spare.poll();
            if (buffer != null) {
                return buffer;
            }
        }
        return ByteBufAllocator.DEFAULT.directBuffer(capacity);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String toString() {
        return "loop " + index;
    }
}
