package drds.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Netty channel seen as a blocking stream. The loop fills the queues on one side, a virtual thread works on the other. */
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection {
    /** Above the first many bytes of unsent output a writer waits, until there are less than the second many. */
    private static final int OUTPUT_LIMIT_BYTES = 512 * 1024;

    private static final int OUTPUT_RESUME_BYTES = 128 * 1024;
    /** Above this many bytes that nobody has read the socket is not read. */
    private static final int INPUT_LIMIT_BYTES = 512 * 1024;

    private static final int INPUT_RESUME_BYTES = 128 * 1024;
    private static final int CLOSE_LIMIT_SECONDS = 5;

    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(OUTPUT_RESUME_BYTES, OUTPUT_LIMIT_BYTES);

    private enum Closing {
        NO,
        AFTER_OUTPUT,
        NOW
    }

    private final NettyLoop loop;
    private final Consumer<NettyConnection> opened;

    private final Queue<ByteBuf> input = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inputBytes = new AtomicInteger();
    private volatile boolean paused;
    private volatile @Nullable Thread reader;

    private final Queue<ByteBuf> output = new ConcurrentLinkedQueue<>();
    private final AtomicInteger outputBytes = new AtomicInteger();
    private final AtomicBoolean dirty = new AtomicBoolean();
    private volatile @Nullable Thread writer;

    private volatile boolean ended;
    private volatile @Nullable Throwable failure;
    private volatile Closing closing = Closing.NO;
    private volatile @Nullable Runnable onEnd;
    private volatile boolean secure;

    private volatile long readTimeoutNanos;
    private volatile long readingSinceNanos;
    private volatile boolean timedOut;

    private @Nullable ChannelHandlerContext context;

    /** @param opened called on the loop once the connection stands */
    NettyConnection(NettyLoop loop, Consumer<NettyConnection> opened) {
        this.loop = loop;
        this.opened = opened;
    }

    // ---- the loop's side ----

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        loop.add(this);
        opened.accept(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int size = bytes.readableBytes();
        if (size == 0 || ended) {
            bytes.release();
            return;
        }
        input.add(bytes);
        if (inputBytes.addAndGet(size) > INPUT_LIMIT_BYTES && !paused) {
            paused = true;
            from.channel().config().setAutoRead(false);
            if (inputBytes.get() <= INPUT_RESUME_BYTES) {
                resume();
            }
        }
        wakeReader();
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        var _ = from.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        wakeWriter();
    }

    private void end() {
        ended = true;
        loop.remove(this);
        for (ByteBuf bytes; (bytes = output.poll()) != null; ) {
            bytes.release();
        }
        if (closing != Closing.NO) {
            dropInput();
        }
        wakeReader();
        wakeWriter();
        Runnable action = onEnd;
        if (action != null) {
            onEnd = null;
            action.run();
        }
    }

    private void dropInput() {
        for (ByteBuf bytes; (bytes = input.poll()) != null; ) {
            bytes.release();
        }
    }

    private void wakeReader() {
        Thread waiting = reader;
        if (waiting != null) {
            reader = null;
            LockSupport.unpark(waiting);
        }
    }

    private void wakeWriter() {
        Thread waiting = writer;
        if (waiting != null) {
            writer = null;
            LockSupport.unpark(waiting);
        }
    }

    void checkTimeout(long nowNanos) {
        long limit = readTimeoutNanos;
        if (limit > 0 && reader != null && nowNanos - readingSinceNanos > limit) {
            timedOut = true;
            wakeReader();
        }
    }

    /** Hands what is queued to the socket; runs on the loop. */
    void drain() {
        dirty.set(false);
        ChannelHandlerContext to = context();
        int size = 0;
        for (ByteBuf bytes; (bytes = output.poll()) != null; ) {
            size += bytes.readableBytes();
            var _ = to.write(bytes, to.voidPromise());
        }
        if (size > 0) {
            outputBytes.addAndGet(-size);
            to.flush();
        }
        if (closing != Closing.NO) {
            closeChannel(to);
        } else if (writer != null) {
            wakeWriter();
        }
    }

    private void closeChannel(ChannelHandlerContext to) {
        dropInput();
        if (closing == Closing.NOW || ended) {
            var _ = to.close();
            return;
        }
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        Future<?> limit = to.executor()
                .schedule(
                        () -> {
                            var _ = to.close();
                        },
                        CLOSE_LIMIT_SECONDS,
                        TimeUnit.SECONDS);
        // A loop that has a timer waits at more cost.
        to.channel().closeFuture().addListener(closed -> limit.cancel(false));
    }

    // ---- the virtual thread's side ----

    @Override
    public @Nullable ByteBuf read() {
        ByteBuf bytes = input.poll();
        if (bytes == null) {
            bytes = await();
            if (bytes == null) {
                return null;
            }
        }
        if (inputBytes.addAndGet(-bytes.readableBytes()) <= INPUT_RESUME_BYTES && paused) {
            resume();
        }
        return bytes;
    }

    private @Nullable ByteBuf await() {
        if (readTimeoutNanos > 0) {
            readingSinceNanos = System.nanoTime();
        }
        for (; ; ) {
            reader = Thread.currentThread();
            boolean over = ended || closing != Closing.NO;
            ByteBuf bytes = input.poll();
            if (bytes != null) {
                reader = null;
                return bytes;
            }
            if (over) {
                reader = null;
                return atEnd();
            }
            LockSupport.park(this);
            if (Thread.interrupted()) {
                reader = null;
                throw new ConnectionLostException("interrupted while reading", false);
            }
            if (timedOut) {
                timedOut = false;
                if (input.isEmpty() && !ended) {
                    throw new ConnectionLostException("nothing came in time", true);
                }
            }
        }
    }

    private @Nullable ByteBuf atEnd() {
        Throwable cause = failure;
        if (cause != null) {
            throw new ConnectionLostException("connection lost: " + cause.getMessage(), false);
        }
        return null;
    }

    private void resume() {
        loop.run(() -> {
            paused = false;
            context().channel().config().setAutoRead(true);
        });
    }

    @Override
    public boolean hasInput() {
        return !input.isEmpty();
    }

    @Override
    public void write(ByteBuf bytes) {
        if (ended || closing != Closing.NO) {
            bytes.release();
            throw new ConnectionLostException("connection is closed", false);
        }
        int size = bytes.readableBytes();
        output.add(bytes);
        int queued = outputBytes.addAndGet(size);
        if (!dirty.get() && dirty.compareAndSet(false, true)) {
            loop.markDirty(this);
        }
        if (queued > OUTPUT_LIMIT_BYTES || !context().channel().isWritable()) {
            awaitOutput();
        }
    }

    private void awaitOutput() {
        Channel channel = context().channel();
        for (; ; ) {
            writer = Thread.currentThread();
            if (ended || closing != Closing.NO) {
                writer = null;
                throw new ConnectionLostException("connection closed while writing", false);
            }
            if (outputBytes.get() <= OUTPUT_LIMIT_BYTES && channel.isWritable()) {
                writer = null;
                return;
            }
            LockSupport.park(this);
            if (Thread.interrupted()) {
                writer = null;
                throw new ConnectionLostException("interrupted while writing", false);
            }
        }
    }

    /** Nothing to do: the loop drains a dirty connection as soon as the thread waits for anything. */
    @Override
    public void flush() {}

    @Override
    public void close() {
        requestClose(Closing.AFTER_OUTPUT);
    }

    @Override
    public void abort() {
        requestClose(Closing.NOW);
    }

    private void requestClose(Closing how) {
        if (closing == Closing.NO || (how == Closing.NOW && closing == Closing.AFTER_OUTPUT)) {
            closing = how;
            wakeReader();
            wakeWriter();
            try {
                loop.markDirty(this);
            } catch (ConnectionLostException e) {
                // The loop has closed all its channels.
            }
        }
    }

    @Override
    public boolean isOpen() {
        return !ended && closing == Closing.NO;
    }

    @Override
    public void onEnd(Runnable action) {
        onEnd = action;
        if (ended && onEnd != null) {
            onEnd = null;
            action.run();
        }
    }

    @Override
    public void readTimeout(Duration timeout) {
        readTimeoutNanos = timeout.toNanos();
    }

    @Override
    public void startTls(SslContext tls, @Nullable ByteBuf alreadyRead) {
        Thread waiting = Thread.currentThread();
        ChannelHandlerContext here = context();
        SslHandler handler = tls.newHandler(here.alloc(), loop.computing());
        AtomicBoolean done = new AtomicBoolean();
        loop.run(() -> {
            here.pipeline().addFirst(handler);
            handler.handshakeFuture().addListener(future -> {
                done.set(true);
                LockSupport.unpark(waiting);
            });
            if (alreadyRead != null && alreadyRead.isReadable()) {
                here.pipeline().fireChannelRead(alreadyRead);
            } else if (alreadyRead != null) {
                alreadyRead.release();
            }
            for (ByteBuf bytes; (bytes = input.poll()) != null; ) {
                inputBytes.addAndGet(-bytes.readableBytes());
                here.pipeline().fireChannelRead(bytes);
            }
            here.pipeline().fireChannelReadComplete();
        });
        while (!done.get()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new ConnectionLostException("interrupted in the TLS handshake", false);
            }
        }
        Throwable cause = handler.handshakeFuture().cause();
        if (cause != null) {
            throw new ConnectionLostException("TLS handshake failed: " + cause.getMessage(), false);
        }
        secure = true;
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remote() {
        return (InetSocketAddress) context().channel().remoteAddress();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext present = context;
        if (present == null) {
            throw new IllegalStateException("the connection does not stand yet");
        }
        return present;
    }
}
