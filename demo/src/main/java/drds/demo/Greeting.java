package drds.demo;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The first packet that a MySQL server sends, by which one sees that it takes connections. */
final class Greeting {
    private static final long WAIT_LIMIT_MILLIS = 500;
    private static final int PACKET_HEADER_BYTES = 4;
    private static final byte PROTOCOL_VERSION = 10;

    private Greeting() {}

    /** Whether a server greets on that Unix socket; waits half a second at most. */
    static boolean arrives(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer start = ByteBuffer.allocate(PACKET_HEADER_BYTES + 1);
            while (start.hasRemaining()) {
                if (selector.select(WAIT_LIMIT_MILLIS) == 0 || channel.read(start) < 0) {
                    return false;
                }
                selector.selectedKeys().clear();
            }
            return start.get(PACKET_HEADER_BYTES) == PROTOCOL_VERSION;
        } catch (IOException e) {
            return false; // nobody listens there yet
        }
    }
}
