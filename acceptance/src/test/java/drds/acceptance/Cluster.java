package drds.acceptance;

import org.opentest4j.TestAbortedException;

/**
 * The servers of a test run: two MariaDB instances with DRDS before them, and one plain MariaDB, the reference.
 * With {@code -Ddrds.port} and {@code -Dreference.port} those that run there are used instead.
 */
final class Cluster implements AutoCloseable {
    private final int drdsPort;
    private final int referencePort;
    private final AutoCloseable servers;

    private Cluster(int drdsPort, int referencePort, AutoCloseable servers) {
        this.drdsPort = drdsPort;
        this.referencePort = referencePort;
        this.servers = servers;
    }

    static Cluster start() throws Exception {
        Integer drds = Integer.getInteger("drds.port");
        Integer reference = Integer.getInteger("reference.port");
        if (drds != null && reference != null) {
            return new Cluster(drds, reference, () -> {});
        }
        throw new TestAbortedException(
                "give -Ddrds.port and -Dreference.port: drds.Server can't be started from here yet");
    }

    int drdsPort() {
        return drdsPort;
    }

    int referencePort() {
        return referencePort;
    }

    /** The clause; nothing with {@code -Ddrds.plain}, which tries the client tests themselves on a plain MariaDB. */
    String sharded(String clause) {
        return System.getProperty("drds.plain") == null ? clause : "";
    }

    @Override
    public void close() throws Exception {
        servers.close();
    }
}
