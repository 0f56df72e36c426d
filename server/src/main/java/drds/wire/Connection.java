package drds.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection as a blocking stream of bytes. One virtual thread reads and writes; {@link #close} and {@link #abort} may be
 * called by any thread. A connection that nobody reads stops reading from its socket once its input limit is reached.
 */
public interface Connection {
    /**
     * The next bytes that came in; waits for them. The caller owns the buffer.
     *
     * @return null at the end of the stream
     * @throws ConnectionLostException if the connection broke, or nothing came within the read timeout
     */
    @Nullable
    ByteBuf read();

    /** Whether {@link #read} would give bytes without waiting. */
    boolean hasInput();

    /**
     * Queues bytes; they leave at the next {@link #flush} or as soon as the thread waits for something. Waits while more bytes are
     * queued than the output limit allows. Owns the buffer from here on, also when it throws.
     *
     * @throws ConnectionLostException if the connection is gone
     */
    void write(ByteBuf bytes);

    /** Sees to it that everything written leaves. */
    void flush();

    /** Closes once everything written has left (or cannot leave within a few seconds). Does not wait. */
    void close();

    /** Closes at once; what is queued is dropped. */
    void abort();

    /** False once either side has closed. */
    boolean isOpen();

    /** Runs on the loop when the connection has ended, at once if it has; must not wait. Only the last one set counts. */
    void onEnd(Runnable action);

    /** How long a {@link #read} may wait from now on; zero: for ever. Precise to about half a second. */
    void readTimeout(Duration timeout);

    /**
     * Switches to TLS as the server and waits for the handshake.
     *
     * @param alreadyRead bytes of the handshake that were read together with what came before it; owned from here on
     * @throws ConnectionLostException if the handshake fails
     */
    void startTls(SslContext context, @Nullable ByteBuf alreadyRead);

    /** Whether TLS is on. */
    boolean secure();

    Loop loop();

    InetSocketAddress remote();
}
