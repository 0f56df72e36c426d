package drds.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback address. */
public final class Ports {
    /** Below the range that Linux gives to outgoing connections (from 32768), so that none of those takes it. */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS_LIMIT = 1_000;

    private Ports() {}

    /** A port that nobody listens on at the moment. */
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS_LIMIT; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new StartFailure("no free port between " + LOWEST + " and " + HIGHEST);
    }

    /** Whether a server could listen on that port of 127.0.0.1 now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // connections that linger from a server before don't count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
