package drds.acceptance;

import drds.Server;
import drds.catalog.GroupDefinition;
import drds.config.ServerConfig;
import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import drds.demo.MariaDbInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
        return start(ServerConfig.SHARDS_PER_GROUP);
    }

    static Cluster start(int shardsPerGroup) throws Exception {
        Integer drds = Integer.getInteger("drds.port");
        Integer reference = Integer.getInteger("reference.port");
        if (drds != null && reference != null) {
            return new Cluster(drds, reference, () -> {});
        }
        InstanceSet instances = InstanceSet.temporary(3, InstanceOptions.tests());
        Path data = Files.createTempDirectory("drds-acceptance");
        ServerConfig config = ServerConfig.of(
                "127.0.0.1", 0, data, List.of(group("g0", instances.instance(0)), group("g1", instances.instance(1))));
        Server server = Server.start(withShards(config, shardsPerGroup));
        return new Cluster(server.port(), instances.instance(2).port(), () -> {
            server.close();
            instances.close();
            delete(data);
        });
    }

    private static ServerConfig withShards(ServerConfig config, int shardsPerGroup) {
        return new ServerConfig(
                config.host(),
                config.port(),
                config.dataDir(),
                config.logLevel(),
                shardsPerGroup,
                config.defaultGroup(),
                config.groups(),
                config.tls(),
                config.zookeeper(),
                config.limits(),
                config.pool(),
                config.timeouts(),
                config.kafka());
    }

    private static GroupDefinition group(String name, MariaDbInstance instance) {
        return new GroupDefinition(
                name, new GroupDefinition.Instance("127.0.0.1", instance.port(), "root", ""), List.of());
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** An empty database on DRDS, and then these statements in it. */
    void makeDatabase(String name, String... statements) throws SQLException {
        try (Connection connection = JdbcDriver.MARIADB_CONNECTOR_J.connect(drdsPort, "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name);
            statement.execute("CREATE DATABASE " + name);
            statement.execute("USE " + name);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
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
