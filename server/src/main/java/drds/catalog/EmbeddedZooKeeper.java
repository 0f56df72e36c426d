package drds.catalog;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.util.ServiceUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server in this process: its data below a directory, its port any free one of the loopback address, every
 * change on disk before it counts. A server that can't write stops for good, so another takes its place. What it holds is readable only with the secret that lies in the directory.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final int TICK_MILLIS = 2_000;
    private static final int CLIENTS_LIMIT = 64;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final Duration PURGE_EVERY = Duration.ofHours(6);
    private static final int SECRET_BYTES = 16;
    private static final long LEAST_FREE_BYTES = 8L << 20;

    private static final long RESTART_PAUSE_MILLIS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

    private final Path directory;
    private final String secret;
    private final Thread cleanup;
    private final int port;

    private ZooKeeperServer server;
    private ServerCnxnFactory connections;
    private volatile boolean closed;

    private EmbeddedZooKeeper(Path directory) throws IOException {
        this.directory = directory;
        this.secret = secret(directory);
        this.cleanup = Thread.ofPlatform().daemon().name("catalog-cleanup").unstarted(this::cleanUp);
        this.server = new Watched(directory.toFile());
        this.connections = listening(0);
        this.port = connections.getLocalPort();
    }

    /** @param directory is created where it is missing; one process at a time may use it */
    public static EmbeddedZooKeeper start(Path directory) throws IOException {
        preset("zookeeper.preAllocSize", "1024");
        preset("zookeeper.snapCount", "10000");
        preset("zookeeper.nio.numSelectorThreads", "1");
        preset("zookeeper.nio.numWorkerThreads", "0");
        preset("zookeeper.jmx.log4j.disable", "true");
        preset("zookeeper.admin.enableServer", "false");
        ServiceUtils.setSystemExitProcedure(code -> {
            throw new IllegalStateException("ZooKeeper gives up with code " + code); // it would end the process
        });
        Files.createDirectories(directory);
        EmbeddedZooKeeper started = new EmbeddedZooKeeper(directory);
        try {
            started.connections.startup(started.server);
            started.cleanup.start();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            started.close();
            throw new IOException("interrupted while the catalog started", interrupted);
        } catch (IllegalStateException gaveUp) {
            started.close();
            throw new IOException(gaveUp.getMessage(), gaveUp);
        }
        return started;
    }

    private static ServerCnxnFactory listening(int port) throws IOException {
        ServerCnxnFactory connections = new NIOServerCnxnFactory();
        connections.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CLIENTS_LIMIT);
        return connections;
    }

    private void cleanUp() {
        try {
            while (!closed) {
                try {
                    OldCatalogFiles.delete(directory, SNAPSHOTS_KEPT);
                } catch (IOException e) {
                    LOG.warn("Old files of the catalog in {} stay: {}", directory, e.toString());
                }
                Thread.sleep(PURGE_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** A server that is started again when it can't go on, as after a full disk; its clients connect again by themselves. */
    private final class Watched extends ZooKeeperServer {
        private Watched(File directory) throws IOException {
            super(directory, directory, TICK_MILLIS);
        }

        @Override
        protected void setState(State state) {
            super.setState(state);
            if (state == State.ERROR && !closed) {
                Thread.ofPlatform().daemon().name("catalog-restart").start(EmbeddedZooKeeper.this::startAgain);
            }
        }
    }

    private void startAgain() {
        LOG.error("The catalog in {} can't be written; it is tried again every second", directory);
        while (!closed) {
            try {
                Thread.sleep(RESTART_PAUSE_MILLIS);
                if (startedAgain()) {
                    LOG.warn("The catalog in {} can be written again", directory);
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.debug("The catalog can't be opened again yet", e);
            }
        }
    }

    /** False if the space is gone still. */
    private synchronized boolean startedAgain() throws IOException, InterruptedException {
        if (closed || directory.toFile().getUsableSpace() < LEAST_FREE_BYTES) {
            return closed;
        }
        connections.shutdown();
        server.shutdown();
        server = new Watched(directory.toFile());
        connections = listening(port);
        connections.startup(server);
        return true;
    }

    /** The server that runs at the moment. */
    synchronized ZooKeeperServer server() {
        return server;
    }

    /** Where clients of this process connect. */
    public String connectString() {
        return "127.0.0.1:" + port;
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
    public synchronized void close() {
        closed = true;
        cleanup.interrupt();
        connections.shutdown();
        server.shutdown();
    }
}
