package drds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.config.ServerConfig;
import drds.testing.MariaDb;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What settings do in a running server, and what becomes of a statement whose client leaves. */
@Timeout(180)
class RunningServerTest {
    @TempDir
    private static Path directory;

    private static List<MariaDb> instances;
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        instances = List.of(MariaDb.start(), MariaDb.start());
        List<GroupDefinition> groups = List.of(group("g0", 0), group("g1", 1));
        ServerConfig standard = ServerConfig.of("127.0.0.1", 0, directory, groups);
        ServerConfig.Limits limits = ServerConfig.Limits.DEFAULT;
        server = Server.start(new ServerConfig(
                standard.host(),
                standard.port(),
                standard.dataDir(),
                standard.logLevel(),
                standard.shardsPerGroup(),
                standard.defaultGroup(),
                groups,
                new ServerConfig.Tls(false, Optional.empty(), Optional.empty()),
                Optional.empty(),
                new ServerConfig.Limits(
                        limits.connections(),
                        1,
                        limits.maxPacketBytes(),
                        limits.gatherMemoryBytes(),
                        limits.mergeMemoryBytes(),
                        limits.cursorBytes(),
                        limits.preparedStatements()),
                standard.pool(),
                new ServerConfig.Timeouts(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofHours(8),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1)),
                standard.kafka()));
        try (Connection client = connect("")) {
            run(client, "CREATE DATABASE shop");
            run(client, "USE shop");
            run(client, "CREATE TABLE t (id INT PRIMARY KEY, n INT) PARTITION BY HASH(id) PARTITIONS 8");
            run(client, "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)");
        }
    }

    private static GroupDefinition group(String name, int instance) {
        Instance primary = new Instance("127.0.0.1", instances.get(instance).port(), "root", "");
        return new GroupDefinition(name, primary, List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        for (MariaDb instance : instances) {
            instance.close();
        }
    }

    private static Connection connect(String database) throws SQLException {
        return connect(database, "");
    }

    private static Connection connect(String database, String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + server.port() + "/" + database + "?user=root" + options);
    }

    private static void run(Connection client, String sql) throws SQLException {
        try (Statement statement = client.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(Connection client, String sql) throws SQLException {
        try (Statement statement = client.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @Test
    void tlsThatIsNotEnabledIsNotOffered() {
        assertThatThrownBy(() -> connect("shop", "&sslMode=trust").close()).isInstanceOf(SQLException.class);
    }

    @Test
    void anInstanceThatDoesNotAnswerInTimeIsAnError() throws Exception {
        try (Connection client = connect("shop")) {
            assertThatThrownBy(() -> run(client, "SELECT n, SLEEP(30) FROM t WHERE id = 3"))
                    .hasMessageContaining("no answer within 3000 ms");
            assertThat(one(client, "SELECT n FROM t WHERE id = 3")).isEqualTo("3");
        }
    }

    @Test
    void aStatementThatMayNotRunYetWaitsForItsTurn() throws Exception {
        List<CompletableFuture<String>> answers = new java.util.ArrayList<>();
        for (int i = 0; i < 12; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> {
                try (Connection client = connect("shop")) {
                    return one(client, "SELECT COUNT(*) FROM t WHERE id IN (1, 2, 3) AND SLEEP(0.05) = 0");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get()).isEqualTo("3");
        }
    }

    @Test
    void whoHoldsLocksDoesNotWaitForATurn() throws Exception {
        // More clients than turns wait for the row; its owner still comes to commit.
        try (Connection owner = connect("shop")) {
            run(owner, "BEGIN");
            run(owner, "UPDATE t SET n = n + 0 WHERE id = 5");
            List<CompletableFuture<Void>> waiting = new java.util.ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(CompletableFuture.runAsync(() -> {
                    try (Connection client = connect("shop")) {
                        run(client, "UPDATE t SET n = n + 0 WHERE id = 5");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            awaitRunning("UPDATE `shop%", 1);
            run(owner, "COMMIT");
            for (CompletableFuture<Void> one : waiting) {
                one.get();
            }
        }
    }

    @Test
    void aClientThatLeavesStopsItsRoutedStatement() throws Exception {
        leave("UPDATE t SET n = SLEEP(1000) WHERE id = 2");
        try (Connection client = connect("shop")) {
            assertThat(one(client, "SELECT n FROM t WHERE id = 2")).isEqualTo("2");
        }
    }

    @Test
    void aClientThatLeavesStopsItsGather() throws Exception {
        leave("SELECT n FROM t WHERE SLEEP(1000) = 0 ORDER BY n");
    }

    @Test
    void aClientThatLeavesStopsItsResidual() throws Exception {
        leave("SELECT SLEEP(1000), a.n, ROW_NUMBER() OVER (ORDER BY a.n) FROM t a JOIN t b ON a.n = b.n + 1");
    }

    /** Runs a statement in a transaction, and cuts the client off while it runs. */
    private static void leave(String sql) throws Exception {
        Connection client = connect("shop");
        run(client, "BEGIN");
        run(client, "UPDATE t SET n = 1000 WHERE id = 1");
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {
            assertThatThrownBy(() -> run(client, sql)).isInstanceOf(SQLException.class);
        });
        awaitRunning("%SLEEP(1000)%", 1);
        client.abort(Runnable::run);
        running.get();
        awaitNone("%SLEEP(1000)%");
        try (Connection other = connect("shop")) {
            // Its transaction is rolled back: the row is free, and as it was.
            run(other, "SET innodb_lock_wait_timeout = 2");
            run(other, "UPDATE t SET n = n + 0 WHERE id = 1");
            assertThat(one(other, "SELECT n FROM t WHERE id = 1")).isEqualTo("1");
        }
    }

    private static void awaitRunning(String like, int atLeast) throws Exception {
        while (running(like) < atLeast) {
            Thread.onSpinWait();
        }
    }

    private static void awaitNone(String like) throws Exception {
        while (running(like) > 0) {
            Thread.onSpinWait();
        }
    }

    /** How many such statements run on the instances. */
    private static int running(String like) throws Exception {
        int count = 0;
        for (MariaDb instance : instances) {
            try (Connection direct =
                    DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + instance.port() + "/?user=root")) {
                count += Integer.parseInt(one(
                        direct,
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '" + like
                                + "' AND info NOT LIKE '%processlist%'"));
            }
        }
        return count;
    }
}
