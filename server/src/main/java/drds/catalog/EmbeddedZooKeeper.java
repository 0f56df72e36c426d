package drds.catalog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/**
 * A ZooKeeper server in this process: its data below a directory, its port any free one of the loopback address, every
 * change on disk before it counts. What it holds is readable only with the secret that lies in the directory.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final int TICK_MILLIS = 2_000;
    private static final int CLIENTS_LIMIT = 64;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_HOURS = 6;
    private static final int SECRET_BYTES = 16;

    private final ZooKeeperServer server;
    private final ServerCnxnFactory connections;
    private final DatadirCleanupManager cleanup;
    private final String secret;

    private EmbeddedZooKeeper(
            ZooKeeperServer server, ServerCnxnFactory connections, DatadirCleanupManager cleanup, String secret) {
        this.server = server;
        this.connections = connections;
        this.cleanup = cleanup;
        this.secret = secret;
    }

    /** @param directory is created where it is missing; one process at a time may use it */
    public static EmbeddedZooKeeper start(Path directory) throws IOException {
        preset("zookeeper.preAllocSize", "1024");
        preset("zookeeper.snapCount", "10000");
        preset("zookeeper.nio.numSelectorThreads", "1");
        preset("zookeeper.nio.numWorkerThreads", "0");
        preset("zookeeper.jmx.log4j.disable", "true");
        preset("zookeeper.admin.enableServer", "false");
        Files.createDirectories(directory);
        ZooKeeperServer server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MILLIS);
        ServerCnxnFactory connections = new NIOServerCnxnFactory();
        connections.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CLIENTS_LIMIT);
        DatadirCleanupManager cleanup =
                new DatadirCleanupManager(directory.toFile(), directory.toFile(), SNAPSHOTS_KEPT, PURGE_HOURS);
        EmbeddedZooKeeper started = new EmbeddedZooKeeper(server, connections, cleanup, secret(directory));
        try {
            connections.startup(server);
            cleanup.start();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            started.close();
            throw new IOException("interrupted while the catalog started", interrupted);
        }
        return started;
    }

    /** Where clients of this process connect. */
    public String connectString() {
        return "127.0.0.1:" + connections.getLocalPort();
    }

    /** What a client names itself with to read and write. */
    public String secret() {
        return secret;
    }

    /** ZooKeeper takes these settings from nowhere else; what an operator set stays. */
    private static void preset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String secret(Path directory) throws IOException {
        Path file = directory.resolve("secret");
        if (!Files.exists(file)) {
            byte[] random = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(random);
            Path fresh = directory.resolve("secret.new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, HexFormat.of().formatHex(random));
            Files.move(fresh, file);
        }
        return Files.readString(file).strip();
    }

    @Override
    public void close() {
        cleanup.shutdown();
        connections.shutdown();
        server.shutdown();
    }
}
