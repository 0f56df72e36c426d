package drds.wire;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * One event loop and the virtual threads that it carries. They never run at the same time where the JDK lets the loop carry
 * them; where it doesn't they may, so what they share is made for several threads.
 */
public interface Loop {
    /** Starts a virtual thread carried by this loop. */
    Thread start(Runnable task);

    /**
     * Opens a connection owned by this loop; waits for it.
     *
     * @throws ConnectionLostException if it can't be made in time
     */
    Connection connect(InetSocketAddress to, Duration timeout);

    /** Computes something long on a platform thread while the calling virtual thread waits and the loop serves others. */
    <T> T compute(Callable<T> task) throws Exception;

    /**
     * For long work in between: lets the loop serve others if the calling thread has run for a while without waiting. Costs little
     * where it hasn't.
     */
    void breathe();

    /** A buffer outside the heap for bytes that are going to a connection. */
    ByteBuf allocate(int capacity);

    /** From 0. */
    int index();
}
