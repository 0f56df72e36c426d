package drds.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Sets the other servers up before the same two instances. One that this machine lacks is left out, with a line that says
 * what would bring it.
 */
final class Peers implements AutoCloseable {
    static final int HEAP_MEGABYTES = 512;

    private final Path directory;
    private final Path kept;
    private final Storage storage;
    private final int basePort;
    private final Consumer<String> progress;
    private final List<Launched> launched = new ArrayList<>();

    Peers(Path directory, Path kept, Storage storage, int basePort, Consumer<String> progress) {
        this.directory = directory;
        this.kept = kept;
        this.storage = storage;
        this.basePort = basePort;
        this.progress = progress;
    }

    Peer plain() {
        return new Peer("MariaDB", storage.port(0), Storage.WHOLE, List.of());
    }

    /** HAProxy in TCP mode before the first instance, with two threads, as many as DRDS has loops here. */
    Peer haproxy() throws IOException, InterruptedException {
        int port = basePort;
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, """
                global
                  maxconn 2000
                  nbthread 2
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                listen mysql
                  bind 127.0.0.1:%d
                  server s1 127.0.0.1:%d
                """.formatted(port, storage.port(0)));
        Launched process = launch(List.of("haproxy", "-f", config.toString(), "-db"), directory, "haproxy");
        process.awaitGreeting(port, Duration.ofSeconds(10));
        return new Peer("HAProxy", port, Storage.WHOLE, List.of(process.handle()));
    }

    /** DRDS as the launcher starts it, the tables sharded by their id over both instances. */
    Peer drds(Sysbench sysbench) throws IOException, InterruptedException, SQLException {
        Peer peer = emptyDrds(HEAP_MEGABYTES);
        try (Connection from = Storage.connect(storage.port(0), "root", "");
                Connection to = Storage.connect(peer.port(), Storage.USER, Storage.PASSWORD)) {
            sysbench.copy(from, Storage.WHOLE, to, "sharded");
        }
        return peer;
    }

    /** DRDS with a database without tables. */
    Peer emptyDrds(int heapMegabytes) throws IOException, InterruptedException, SQLException {
        int port = basePort + 3;
        Path home = Files.createDirectories(directory.resolve("drds"));
        StringBuilder config = new StringBuilder("port: " + port + "\ndata-dir: catalog\ngroups:\n");
        for (int i = 0; i < 2; i++) {
            config.append("  - {name: g" + i + ", primary: {host: 127.0.0.1, port: " + storage.port(i) + ", user: "
                    + Storage.USER + ", password: " + Storage.PASSWORD + "}}\n");
        }
        Path file = Files.writeString(home.resolve("drds.yaml"), config);
        long start = System.nanoTime();
        // With what the launcher gives it, but for the heap; the launcher becomes the server, so the process is DRDS's
        // own.
        Launched process = launch(
                List.of(
                        "env",
                        "DRDS_JAVA_OPTS=-Xmx" + heapMegabytes + "m",
                        "JAVA_HOME=" + System.getProperty("java.home"),
                        Path.of("drds").toAbsolutePath().toString(),
                        "server",
                        "--config",
                        file.toString()),
                home,
                "drds");
        process.awaitGreeting(port, Duration.ofSeconds(60));
        progress.accept(String.format(
                Locale.ROOT,
                "DRDS greets %.1f s after its start, the instances being up",
                (System.nanoTime() - start) / 1e9));
        progress.accept("DRDS, idle: resident memory " + ProcessFigures.residentMegabytes(process.pid()) + " MB");
        try (Connection connection = Storage.connect(port, "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER '" + Storage.USER + "'@'%' IDENTIFIED BY '" + Storage.PASSWORD + "'");
            statement.execute("GRANT ALL ON *.* TO '" + Storage.USER + "'@'%'");
            statement.execute("CREATE DATABASE sharded");
        }
        return new Peer("DRDS", port, "sharded", List.of(process.handle()));
    }

    /** ShardingSphere-Proxy; its jars come from Maven and it runs on the given Java (17). */
    Peer shardingSphere(Path pom, Path java) throws IOException, InterruptedException {
        int port = basePort + 1;
        Path home = Files.createDirectories(directory.resolve("shardingsphere"));
        Path jars = kept.resolve("shardingsphere-jars");
        if (!Files.isDirectory(jars)) {
            progress.accept("ShardingSphere-Proxy: fetching its jars");
            Launched maven = launch(
                    List.of(
                            "mvn",
                            "-q",
                            "-B",
                            "-f",
                            pom.toString(),
                            "dependency:copy-dependencies",
                            "-DoutputDirectory=" + jars),
                    directory,
                    "shardingsphere-jars");
            if (maven.exit() != 0 || !Files.isDirectory(jars)) {
                throw new IOException("its jars can't be had, see " + directory.resolve("shardingsphere-jars.log"));
            }
        }
        Path conf = Files.createDirectories(home.resolve("conf"));
        Files.writeString(conf.resolve("server.yaml"), """
                rules:
                  - !AUTHORITY
                    users:
                      - %1$s@%%:%2$s
                    provider:
                      type: ALL_PRIVILEGES_PERMITTED
                mode:
                  type: Memory
                props:
                  max-connections-size-per-query: 1
                  proxy-backend-executor-suitable: OLTP
                  sql-show: false
                  proxy-frontend-database-protocol-type: MySQL
                """.formatted(Storage.USER, Storage.PASSWORD));
        StringBuilder sharding = new StringBuilder("schemaName: " + Storage.CUT + "\ndataSources:\n");
        for (int i = 0; i < 2; i++) {
            sharding.append(
                    String.format(Locale.ROOT, """
                      ds_%d:
                        url: jdbc:mysql://127.0.0.1:%d/%s?useSSL=false&allowPublicKeyRetrieval=true&rewriteBatchedStatements=true&useServerPrepStmts=true&cachePrepStmts=true&prepStmtCacheSize=8192&prepStmtCacheSqlLimit=2048&useLocalSessionState=true&useInformationSchema=false
                        username: %s
                        password: %s
                        connectionTimeoutMilliseconds: 30000
                        idleTimeoutMilliseconds: 60000
                        maxLifetimeMilliseconds: 1800000
                        maxPoolSize: 100
                        minPoolSize: 1
                    """, i, storage.port(i), Storage.CUT, Storage.USER, Storage.PASSWORD));
        }
        sharding.append("rules:\n  - !SHARDING\n    tables:\n");
        for (int table = 1; table <= Sysbench.TABLES; table++) {
            sharding.append(String.format(Locale.ROOT, """
                          sbtest%1$d:
                            actualDataNodes: ds_${0..1}.sbtest%1$d
                            databaseStrategy:
                              standard:
                                shardingColumn: id
                                shardingAlgorithmName: mod2
                    """, table));
        }
        sharding.append(
                "    shardingAlgorithms:\n      mod2:\n        type: MOD\n        props:\n          sharding-count: 2\n");
        Files.writeString(conf.resolve("config-cut.yaml"), sharding);
        Files.writeString(home.resolve("logback.xml"), """
                <configuration><appender name="C" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %level %logger - %msg%n</pattern></encoder></appender>
                <root level="WARN"><appender-ref ref="C"/></root></configuration>
                """);
        Launched process = launch(
                List.of(
                        java.toString(),
                        "-server",
                        "-Xmx2g",
                        "-Xms2g",
                        "-Xmn1g",
                        "-XX:+UseG1GC",
                        "-Dio.netty.leakDetection.level=DISABLED",
                        "-cp",
                        ".:" + jars + "/*",
                        "org.apache.shardingsphere.proxy.Bootstrap",
                        Integer.toString(port),
                        "conf"),
                home,
                "shardingsphere");
        process.awaitGreeting(port, Duration.ofSeconds(60));
        return new Peer("ShardingSphere", port, Storage.CUT, List.of(process.handle()));
    }

    /** MariaDB's Spider engine in a third instance: Debian's server, since the embedded one comes without plugins. */
    Peer spider(Path mariadbd) throws IOException, InterruptedException, SQLException {
        int port = basePort + 2;
        Path data = directory.resolve("spider");
        if (!Files.isDirectory(data.resolve("mysql"))) {
            Launched install = launch(
                    List.of(
                            "mariadb-install-db",
                            "--no-defaults",
                            "--user=root",
                            "--datadir=" + data,
                            "--auth-root-authentication-method=normal",
                            "--skip-test-db"),
                    directory,
                    "spider-install");
            install.exit();
        }
        Launched process = launch(
                List.of(
                        mariadbd.toString(),
                        "--no-defaults",
                        "--user=root",
                        "--datadir=" + data,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--socket=" + data.resolve("s"),
                        "--pid-file=" + data.resolve("pid"),
                        "--skip-name-resolve",
                        "--skip-log-bin",
                        "--plugin-load-add=ha_spider.so",
                        "--plugin-maturity=unknown",
                        "--spider-conn-recycle-mode=1",
                        "--max-connections=1000",
                        "--max-prepared-stmt-count=200000"),
                directory,
                "spider");
        process.awaitGreeting(port, Duration.ofSeconds(60));
        try (Connection connection = Storage.connect(port, "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE USER '" + Storage.USER + "'@'%' IDENTIFIED BY '" + Storage.PASSWORD + "'");
            statement.execute("GRANT ALL ON *.* TO '" + Storage.USER + "'@'%'");
            for (int i = 0; i < 2; i++) {
                statement.execute("CREATE OR REPLACE SERVER b" + i
                        + " FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1',"
                        + " DATABASE '" + Storage.CUT + "', USER '" + Storage.USER + "', PASSWORD '" + Storage.PASSWORD
                        + "', PORT " + storage.port(i) + ")");
            }
            statement.execute("CREATE OR REPLACE DATABASE " + Storage.CUT);
            for (int table = 1; table <= Sysbench.TABLES; table++) {
                statement.execute("CREATE TABLE " + Storage.CUT + ".sbtest" + table
                        + " (id int NOT NULL AUTO_INCREMENT, k int NOT NULL DEFAULT 0, c char(120) NOT NULL DEFAULT '',"
                        + " pad char(60) NOT NULL DEFAULT '', PRIMARY KEY(id), KEY k_" + table + "(k)) ENGINE=SPIDER"
                        + " COMMENT='wrapper \"mysql\", table \"sbtest" + table + "\"' PARTITION BY HASH(id)"
                        + " (PARTITION p0 COMMENT='srv \"b0\"', PARTITION p1 COMMENT='srv \"b1\"')");
            }
        }
        return new Peer("Spider", port, Storage.CUT, List.of(process.handle()));
    }

    private Launched launch(List<String> command, Path in, String name) throws IOException {
        Launched process = Launched.start(command, in, directory.resolve(name + ".log"));
        launched.add(process);
        return process;
    }

    @Override
    public void close() {
        for (Launched process : launched.reversed()) {
            process.close();
        }
    }
}
