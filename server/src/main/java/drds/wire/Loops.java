package drds.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All event loops of the process. */
public final class Loops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loops.class);
    private static final int BACKLOG = 1024;
    private static final long SWEEP_MILLIS = 500;

    private final Transport transport;
    private final IoEventLoopGroup group;
    private final Map<EventExecutor, NettyLoop> byExecutor = new IdentityHashMap<>();
    private final List<NettyLoop> loops = new ArrayList<>();
    private final ExecutorService computing;
    private final ScheduledExecutorService timer;
    private final AtomicInteger next = new AtomicInteger();

    private Loops(Transport transport, int count, boolean carried) {
        this.transport = transport;
        this.group =
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop", true), transport.handlers());
        this.computing = Executors.newFixedThreadPool(
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("compute-", 0).factory());
        CarriedThreads threads = carried ? CarriedThreads.open() : null;
        if (carried && threads == null) {
            LOG.warn(
                    "Virtual threads can't be carried by the event loops (are --add-opens java.base/java.lang=ALL-UNNAMED,"
                            + " --add-opens java.base/java.nio=ALL-UNNAMED and"
                            + " -Dio.netty.tryReflectionSetAccessible=true missing?); ordinary ones serve, at more"
                            + " processor time a statement");
        }
        for (EventExecutor executor : group) {
            NettyLoop loop = new NettyLoop((EventLoop) executor, loops.size(), transport, threads, computing);
            loops.add(loop);
            byExecutor.put(executor, loop);
        }
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("loop-timer").factory());
        var _ = timer.scheduleAtFixedRate(
                () -> loops.forEach(NettyLoop::sweep), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** As many loops as told, on the best transport of this machine. */
    public static Loops open(int count) {
        return open(count, Transport.best(), true);
    }

    /** @param carried whether the loops carry the virtual threads (if the JDK lets them) */
    public static Loops open(int count, Transport transport, boolean carried) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one loop is needed, not " + count);
        }
        return new Loops(transport, count, carried);
    }

    public Transport transport() {
        return transport;
    }

    public int count() {
        return loops.size();
    }

    /** The loop that carries the calling virtual thread, null if none does. */
    public static @Nullable Loop current() {
        return NettyLoop.CURRENT.isBound() ? NettyLoop.CURRENT.get() : null;
    }

    /** The calling thread's loop, or else one after the other. */
    public Loop any() {
        Loop current = current();
        return current != null ? current : loop(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    public Loop loop(int index) {
        return loops.get(index);
    }

    /**
     * Accepts connections and gives each to a loop.
     *
     * @throws IOException if the address can't be bound
     */
    public Listener listen(InetSocketAddress address, ConnectionHandler handler) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverSockets())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, NettyConnection.WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(connection(channel, handler));
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        Channel server = bound.channel();
        return new Listener() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) server.localAddress();
            }

            @Override
            public void close() {
                server.close().awaitUninterruptibly();
            }
        };
    }

    private NettyConnection connection(Channel channel, ConnectionHandler handler) {
        NettyLoop loop = byExecutor.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a channel on a foreign event loop");
        }
        return new NettyConnection(
                loop,
                connection -> loop.start(() -> {
                    try {
                        handler.handle(connection);
                    } finally {
                        connection.close();
                    }
                }));
    }

    /** Stops all loops; threads they carry stop for good where they are. */
    @Override
    public void close() {
        timer.shutdownNow();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        computing.shutdownNow();
    }
}
