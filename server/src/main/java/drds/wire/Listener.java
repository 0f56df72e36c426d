package drds.wire;

import java.net.InetSocketAddress;

/** A listening socket. */
public interface Listener extends AutoCloseable {
    InetSocketAddress address();

    /** Accepts no more; connections that are open stay open. */
    @Override
    void close();
}
