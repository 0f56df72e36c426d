package drds.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConnectionTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int CHUNK_BYTES = 64 * 1024;

    /** Runs on a loop and waits. */
    private static <T> T onLoop(Loop loop, java.util.concurrent.Callable<T> task) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.start(() -> {
            try {
                done.complete(task.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(30, TimeUnit.SECONDS);
    }

    private static void echo(Connection connection) {
        for (ByteBuf bytes; (bytes = connection.read()) != null; ) {
            connection.write(bytes);
        }
    }

    private static ByteBuf chunk(Loop loop) {
        return loop.allocate(CHUNK_BYTES).writeZero(CHUNK_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"IO_URING,true", "IO_URING,false", "EPOLL,true", "EPOLL,false", "NIO,true", "NIO,false"})
    void whatIsSentComesBack(Transport transport, boolean carried) throws Exception {
        assumeThat(transport.isAvailable()).isTrue();
        try (Loops loops = Loops.open(2, transport, carried);
                Listener listener = loops.listen(ANY_PORT, ConnectionTest::echo)) {
            long total = 200L * CHUNK_BYTES;
            long received = onLoop(loops.loop(0), () -> {
                Loop loop = loops.loop(0);
                assertThat(Loops.current()).isSameAs(loop);
                Connection connection = loop.connect(listener.address(), SOON);
                Thread writer = loop.start(() -> {
                    for (int i = 0; i < 200; i++) {
                        connection.write(chunk(loop));
                    }
                });
                long sum = 0;
                while (sum < total) {
                    ByteBuf bytes = connection.read();
                    assertThat(bytes).isNotNull();
                    sum += bytes.readableBytes();
                    bytes.release();
                }
                writer.join();
                connection.close();
                return sum;
            });
            assertThat(received).isEqualTo(total);
        }
    }

    @Test
    void aWriterWaitsForAReaderThatDoesNotRead() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong written = new AtomicLong();
        CompletableFuture<Long> all = new CompletableFuture<>();
        try (Loops loops = Loops.open(1);
                Listener listener = loops.listen(ANY_PORT, connection -> {
                    try {
                        read.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    long sum = 0;
                    for (ByteBuf bytes; (bytes = connection.read()) != null; ) {
                        sum += bytes.readableBytes();
                        bytes.release();
                    }
                    all.complete(sum);
                })) {
            Loop loop = loops.loop(0);
            CountDownLatch stuck = new CountDownLatch(1);
            long total = 1000L * CHUNK_BYTES;
            loop.start(() -> {
                Connection connection = loop.connect(listener.address(), SOON);
                for (int i = 0; i < 1000; i++) {
                    connection.write(chunk(loop));
                    written.addAndGet(CHUNK_BYTES);
                    stuck.countDown();
                }
                connection.close();
            });
            stuck.await();
            // The kernel's and our own buffers hold some megabytes; 64 MiB can't leave before somebody reads.
            assertThat(written.get()).isLessThan(total);
            read.countDown();
            assertThat(all.get(30, TimeUnit.SECONDS)).isEqualTo(total);
        }
    }

    @Test
    void whatWasWrittenLeavesBeforeTheClose() throws Exception {
        try (Loops loops = Loops.open(1);
                Listener listener = loops.listen(ANY_PORT, connection -> {
                    connection.write(chunk(connection.loop()));
                    connection.close();
                })) {
            long received = onLoop(loops.loop(0), () -> {
                Connection connection = loops.loop(0).connect(listener.address(), SOON);
                long sum = 0;
                for (ByteBuf bytes; (bytes = connection.read()) != null; ) {
                    sum += bytes.readableBytes();
                    bytes.release();
                }
                assertThat(connection.isOpen()).isFalse();
                return sum;
            });
            assertThat(received).isEqualTo(CHUNK_BYTES);
        }
    }

    @Test
    void aReadEndsAfterItsTimeout() throws Exception {
        try (Loops loops = Loops.open(1);
                Listener listener = loops.listen(ANY_PORT, Connection::read)) {
            boolean timeout = onLoop(loops.loop(0), () -> {
                Connection connection = loops.loop(0).connect(listener.address(), SOON);
                connection.readTimeout(Duration.ofMillis(100));
                try {
                    connection.read();
                    return false;
                } catch (ConnectionLostException e) {
                    return e.timeout();
                } finally {
                    connection.abort();
                }
            });
            assertThat(timeout).isTrue();
        }
    }

    @Test
    void anotherThreadMayCloseIt() throws Exception {
        CompletableFuture<Connection> accepted = new CompletableFuture<>();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        try (Loops loops = Loops.open(2);
                Listener listener = loops.listen(ANY_PORT, connection -> {
                    connection.onEnd(() -> ended.complete(true));
                    accepted.complete(connection);
                    assertThat(connection.read()).isNull();
                })) {
            onLoop(loops.loop(0), () -> {
                Connection connection = loops.loop(0).connect(listener.address(), SOON);
                accepted.get().close();
                assertThat(connection.read()).isNull();
                return true;
            });
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void saysWhyItCannotConnect() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        try (Loops loops = Loops.open(1)) {
            assertThatThrownBy(() -> onLoop(
                            loops.loop(0),
                            () -> loops.loop(0)
                                    .connect(
                                            new InetSocketAddress(InetAddress.getLoopbackAddress(), closedPort), SOON)))
                    .hasRootCauseInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void twoListenersCannotShareAPort() throws Exception {
        try (Loops loops = Loops.open(1);
                Listener first = loops.listen(ANY_PORT, Connection::read)) {
            assertThatThrownBy(() -> loops.listen(first.address(), Connection::read))
                    .isInstanceOf(IOException.class);
        }
    }
}
