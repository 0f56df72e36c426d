package drds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.config.ServerConfig;
import drds.testing.MariaDb;
import drds.testing.Moments;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MOVE SHARD and its jobs in a running server. */
@Timeout(180)
class MoveShardTest {
    private static final long WAIT_MILLIS = 60_000;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final String TYPES = "CREATE TABLE types (id BIGINT UNSIGNED, part INT, "
            + "a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d MEDIUMINT UNSIGNED, e INT UNSIGNED, f BIGINT, "
            + "g DECIMAL(30,10), h FLOAT, i DOUBLE, j BIT(13), k BIT(64), l YEAR, m DATE, n TIME(3), o DATETIME(6), "
            + "p TIMESTAMP(2) NULL, q TIME, r CHAR(5) CHARACTER SET latin1, s VARCHAR(300) CHARACTER SET utf8mb4, "
            + "t BINARY(4), u VARBINARY(10), v TINYTEXT CHARACTER SET ucs2, w LONGBLOB, x ENUM('x','','it''s'), "
            + "y SET('a','b','c'), z JSON, g1 INT AS (part + 1) STORED, g2 INT AS (part * 2) VIRTUAL, ip INET6, "
            + "pt POINT, sj VARCHAR(20) CHARACTER SET sjis, big5 VARCHAR(9) CHARACTER SET big5, "
            + "PRIMARY KEY (id, part), KEY (g2)) DBPARTITION BY HASH(part)";

    @TempDir
    private static Path directory;

    private static List<MariaDb> instances;
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        instances = List.of(MariaDb.start(), MariaDb.start(), MariaDb.start());
        server = Server.start(ServerConfig.of("127.0.0.1", 0, directory, List.of(group("g0", 0), group("g1", 1))));
        try (Connection client = connect("")) {
            run(client, "CREATE DATABASE shop", "CREATE DATABASE types");
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
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + server.port() + "/" + database + "?user=root");
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                found.add(String.join("|", row));
            }
            return found;
        }
    }

    private static long move(Connection client, String shard, String group) throws SQLException {
        return Long.parseLong(
                rows(client, "MOVE SHARD " + shard + " TO " + group).getFirst().split("\\|", -1)[0]);
    }

    private static void await(Connection client, long job, String phase) throws Exception {
        long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        String seen = "";
        while (System.nanoTime() < end) {
            seen = rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst();
            if (seen.split("\\|", -1)[5].equals(phase)) {
                return;
            }
            assertThat(seen.contains("|stopped|") && !phase.equals("cancelled"))
                    .as(seen)
                    .isFalse();
            Moments.pass(BETWEEN_LOOKS);
        }
        throw new AssertionError("job " + job + " never was " + phase + ": " + seen);
    }

    @Test
    void everyTypeArrivesAsItWas() throws Exception {
        try (Connection client = connect("types")) {
            run(client, TYPES, "SET sql_mode = ''");
            for (int i = 0; i < 24; i++) {
                insertTypes(client, i);
            }
            String all =
                    "SELECT id, part, a, b, c, d, e, f, g, CAST(h AS DOUBLE), i, j+0, k+0, l, m, n, o, p, q, HEX(r),"
                            + " HEX(s), HEX(t), HEX(u), HEX(v), HEX(w), x+0, y+0, z, g1, g2, ip, HEX(pt), HEX(sj), HEX(big5)"
                            + " FROM types ORDER BY id";
            List<String> before = rows(client, all);
            long job = move(client, "types_0000", "g1");
            await(client, job, "switched");
            assertThat(rows(client, all)).isEqualTo(before);
            for (int i = 0; i < 24; i++) { // the reverse direction follows
                run(client, "DELETE FROM types WHERE part = " + i);
                insertTypes(client, i);
                run(client, "UPDATE types SET a = a - 1, h = h * 3, z = '{\"k\": [1, 2.50]}' WHERE part = " + i);
            }
            before = rows(client, all);
            run(client, "REVERSE JOB " + job);
            await(client, job, "switched back");
            assertThat(rows(client, all)).isEqualTo(before);
            run(client, "COMPLETE JOB " + job);
            await(client, job, "done");
            assertThat(rows(client, all)).isEqualTo(before);
        }
    }

    private static void insertTypes(Connection client, int i) throws SQLException {
        String id = i == 3 ? "18446744073709551615" : Integer.toString(i);
        run(
                client,
                "INSERT INTO types (id, part, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y,"
                        + " z, ip, pt, sj, big5) VALUES ("
                        + id + ", " + i + ", -128, 65535, -8388608, 16777215, 4294967295, -9223372036854775808,"
                        + " -12345678901234567890.0123456789, 0.1 * " + i + ", 1e300 / " + (i + 1) + ", " + (i * 37)
                        + ", 18446744073709551615, " + (i % 2 == 0 ? 0 : 2024) + ", '"
                        + (i % 3 == 0 ? "0000-00-00" : "2024-00-31") + "', '-838:59:58.123', '"
                        + (i % 2 == 0 ? "9999-12-31 23:59:59.999999" : "0000-00-00 00:00:00")
                        + "', FROM_UNIXTIME(1700000000.25 + " + i + "), '-00:00:01', x'E4F6FC', 'ä\\0\\'\\\\😀"
                        + "x".repeat(i * 12)
                        + "', x'0001', x'2000', 'ü', REPEAT(x'00275C0A', " + i + "), " + (i % 4)
                        + ", " + (i % 8) + ", '{\"a\": \"\\\\u00e4\"}', " + (i % 2 == 0 ? "NULL" : "'2001:db8::1:0'")
                        + ", POINT(" + i + ", 2), x'" + (i % 2 == 0 ? "835C" : "41") + "', x'A55C')");
    }

    @Test
    void rowsThatChangeMeanwhileAreThereAfterwards() throws Exception {
        try (Connection client = connect("shop")) {
            run(
                    client,
                    "CREATE TABLE busy (id INT PRIMARY KEY, u INT, v INT, UNIQUE KEY (u)) DBPARTITION BY HASH(id)",
                    "CREATE TABLE accounts (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "INSERT INTO busy SELECT seq, seq, 0 FROM seq_1_to_2000",
                    "INSERT INTO accounts SELECT seq, 100 FROM seq_1_to_200");
            AtomicBoolean enough = new AtomicBoolean();
            List<CompletableFuture<Integer>> load = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int seed = i;
                load.add(CompletableFuture.supplyAsync(() -> load(seed, enough)));
            }
            long job = move(client, "shop_0001", "g0");
            await(client, job, "switched");
            String stall = rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst();
            Moments.pass(Duration.ofMillis(500)); // changes go the other way
            run(client, "REVERSE JOB " + job);
            await(client, job, "switched back");
            run(client, "PAUSE JOB " + job, "CONTINUE JOB " + job);
            enough.set(true);
            int done = 0;
            for (CompletableFuture<Integer> one : load) {
                done += one.get();
            }
            System.err.println("load did " + done + " transactions; " + stall);
            assertThat(done).isPositive();
            run(client, "COMPLETE JOB " + job);
            await(client, job, "done");
            assertThat(rows(client, "SELECT SUM(v) FROM accounts")).containsExactly("20000");
            assertThat(rows(client, "SELECT COUNT(*), COUNT(DISTINCT u) FROM busy"))
                    .containsExactly("2000|2000");
            assertThat(rows(client, "CHECK GLOBAL INDEX u ON busy").toString())
                    .contains("|OK|")
                    .doesNotContain("DIFFERS");
            assertThat(rows(client, "SELECT SUM(v) FROM busy").getFirst()).isEqualTo(Integer.toString(done));
        }
    }

    /** Transfers over shards, and swaps of values that are unique. */
    private static int load(int seed, AtomicBoolean enough) {
        int done = 0;
        try (Connection client = connect("shop")) {
            client.setAutoCommit(false);
            java.util.Random random = new java.util.Random(seed);
            while (!enough.get()) {
                try {
                    int one = random.nextInt(200) + 1;
                    int other = random.nextInt(200) + 1;
                    run(client, "UPDATE accounts SET v = v - 1 WHERE id = " + one);
                    run(client, "UPDATE accounts SET v = v + 1 WHERE id = " + other);
                    int id = random.nextInt(1000) * 2 + seed % 2 + 1;
                    run(client, "UPDATE busy SET v = v + 1, u = u + 10000 * (1 - 2 * (u > 5000)) WHERE id = " + id);
                    client.commit();
                    done++;
                } catch (SQLException e) {
                    client.rollback();
                    if (e.getErrorCode() != 1213 && e.getErrorCode() != 1205) {
                        throw e;
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return done;
    }

    @Test
    void whatCantBeDoneIsRefused() throws Exception {
        try (Connection client = connect("")) {
            run(
                    client,
                    "CREATE DATABASE other",
                    "USE other",
                    "CREATE TABLE nokey (a INT) DBPARTITION BY HASH(a)",
                    "CREATE TABLE t (a INT PRIMARY KEY) DBPARTITION BY HASH(a)");
            refused(client, "MOVE SHARD other_0000 TO g0", "is on g0 already");
            refused(client, "MOVE SHARD nowhere TO g0", "no shard 'nowhere'");
            refused(client, "MOVE SHARD other_0000 TO g9", "no Group 'g9'");
            long job = move(client, "other_0000", "g1");
            refused(client, "MOVE SHARD other_0000 TO g1", "job " + job + " moves");
            refused(client, "CREATE TABLE u (a INT PRIMARY KEY) DBPARTITION BY HASH(a)", "while job " + job);
            refused(client, "DROP DATABASE other", "while job " + job);
            long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
            while (!rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst().contains("|stopped|")
                    && System.nanoTime() < end) {
                Moments.pass(BETWEEN_LOOKS);
            }
            assertThat(rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst())
                    .contains("|stopped|")
                    .contains("nokey has neither a primary key");
            refused(client, "REVERSE JOB " + job, "hasn't moved the shard yet");
            run(client, "CANCEL JOB " + job);
            await(client, job, "cancelled");
            run(client, "CREATE TABLE u (a INT PRIMARY KEY) DBPARTITION BY HASH(a)");
            run(client, "DROP DATABASE other");
        }
    }

    @Test
    void aStorageComesTakesItsShareAndGoes() throws Exception {
        try (Connection client = connect("")) {
            run(
                    client,
                    "CREATE DATABASE wide",
                    "USE wide",
                    "CREATE TABLE b (a INT PRIMARY KEY, v INT) BROADCAST",
                    "INSERT INTO b VALUES (1, 10), (2, 20)",
                    "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN 2 * n",
                    "CREATE TABLE t (a INT PRIMARY KEY, b INT) DBPARTITION BY HASH(a)",
                    "INSERT INTO t SELECT seq, seq % 2 + 1 FROM seq_1_to_100");
            int port = instances.get(2).port();
            refused(client, "ADD STORAGE g1 AT '127.0.0.1:" + port + "'", "already");
            refused(client, "ADD STORAGE g2 AT '127.0.0.1:" + instances.get(1).port() + "'", "storage 'g1' already");
            refused(client, "ADD STORAGE g2 LOCAL", "was not started with instances of its own");
            run(client, "ADD STORAGE g2 AT '127.0.0.1:" + port + "' USER 'root' PASSWORD ''");
            assertThat(rows(client, "SHOW NODE").toString()).contains("g2");
            List<String> plan = rows(client, "EXPLAIN REBALANCE wide");
            assertThat(plan).hasSize(2).allMatch(step -> step.contains("|g2|"));
            List<String> jobs = rows(client, "ALTER DATABASE wide REBALANCE");
            assertThat(jobs).hasSize(2);
            for (String job : jobs) {
                await(client, Long.parseLong(job.split("\\|", -1)[0]), "switched");
            }
            run(client, "UPDATE b SET v = v + 1");
            String query = "SELECT COUNT(*), SUM(twice(b.v)) FROM t JOIN b ON t.b = b.a";
            assertThat(rows(client, query)).containsExactly("100|3200");
            refused(client, "DROP STORAGE g2", "holds the shard");
            for (String job : jobs) {
                run(client, "COMPLETE JOB " + job.split("\\|", -1)[0]);
            }
            for (String job : jobs) {
                await(client, Long.parseLong(job.split("\\|", -1)[0]), "done");
            }
            for (String job : rows(client, "ALTER DATABASE wide REBALANCE DRAIN g2")) {
                long id = Long.parseLong(job.split("\\|", -1)[0]);
                await(client, id, "switched");
                run(client, "COMPLETE JOB " + id);
                await(client, id, "done");
            }
            assertThat(rows(client, query)).containsExactly("100|3200");
            String add = "ADD STORAGE g2 AT '127.0.0.1:" + port + "' USER 'root' PASSWORD ''";
            String parked = "INSERT INTO drds.outbox (id, session, touches, context, statement, parked)"
                    + " VALUES (1, '', '[]', '', '', 1)";
            try (Connection there = instances.get(2).connect()) {
                run(there, parked);
                refused(client, "DROP STORAGE g2", "deferred statements");
                run(there, "DELETE FROM drds.outbox");
                run(client, "DROP STORAGE g2");
                run(there, parked);
                refused(client, add, "deferred statements");
                run(there, "DELETE FROM drds.outbox", "CREATE TABLE wide.mine (a INT)");
                refused(client, add, "tables in wide that are no broadcast tables and would be dropped: mine");
                run(there, "DROP TABLE wide.mine");
            }
            refused(client, "DROP STORAGE g0", "it stays");
            run(client, add);
            assertThat(rows(client, query)).containsExactly("100|3200");
            run(client, "DROP STORAGE g2");
            assertThat(rows(client, "SHOW NODE").toString()).doesNotContain("g2");
            assertThat(rows(client, query)).containsExactly("100|3200");
            run(client, "DROP DATABASE wide");
        }
    }

    @Test
    void keysThatTheLogShortensAreFound() throws Exception {
        try (Connection client = connect("")) {
            run(
                    client,
                    "CREATE DATABASE padded",
                    "USE padded",
                    "CREATE TABLE k (part INT, b BINARY(4), c CHAR(5) COLLATE utf8mb4_nopad_bin, v INT,"
                            + " PRIMARY KEY (part, b, c)) DBPARTITION BY HASH(part)",
                    "INSERT INTO k SELECT seq, x'0100', 'a ', 1 FROM seq_1_to_40");
            long job = move(client, "padded_0000", "g1");
            await(client, job, "switched");
            run(
                    client,
                    "DELETE FROM k WHERE part <= 20",
                    "UPDATE k SET b = x'00', c = ' ' WHERE part > 30",
                    "DELETE FROM k WHERE part > 35",
                    "INSERT INTO k SELECT seq, x'02', '', 2 FROM seq_1_to_20",
                    "REVERSE JOB " + job);
            await(client, job, "switched back");
            run(client, "COMPLETE JOB " + job);
            await(client, job, "done");
            assertThat(rows(client, "SELECT HEX(b), HEX(c), COUNT(*), MIN(part) FROM k GROUP BY 1, 2 ORDER BY 1"))
                    .containsExactly("00000000||5|31", "01000000|61|10|21", "02000000||20|1");
            run(client, "DROP DATABASE padded");
        }
    }

    @Test
    void aDefinitionThatIsChangedBesideStopsTheJob() throws Exception {
        try (Connection client = connect("");
                Connection there = instances.get(1).connect()) {
            run(
                    client,
                    "CREATE DATABASE beside",
                    "USE beside",
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)");
            long job = move(client, "beside_0000", "g1");
            await(client, job, "switched");
            run(there, "USE beside_0000");
            String table = rows(there, "SHOW TABLES").getFirst();
            run(there, "CREATE TEMPORARY TABLE x (a INT)", "DROP TEMPORARY TABLE x", "TRUNCATE " + table);
            long end = System.nanoTime() + WAIT_MILLIS * 1_000_000;
            String shown = "";
            while (!shown.contains("|stopped|") && System.nanoTime() < end) {
                shown = rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst();
                Thread.sleep(50);
            }
            assertThat(shown).contains("|stopped|").contains("a definition was changed on the way: TRUNCATE");
            run(client, "COMPLETE JOB " + job);
            while (!rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst().contains("|done|")) {
                Thread.sleep(50);
            }
            run(client, "DROP DATABASE beside");
        }
    }

    @Test
    void aCancelWhileItCopiesEndsItThere() throws Exception {
        try (Connection client = connect("")) {
            run(
                    client,
                    "CREATE DATABASE slow",
                    "USE slow",
                    "CREATE TABLE a (id INT PRIMARY KEY) DBPARTITION BY HASH(id)",
                    "CREATE TABLE b (id INT PRIMARY KEY) DBPARTITION BY HASH(id)",
                    "INSERT INTO a SELECT seq FROM seq_1_to_400",
                    "INSERT INTO b SELECT seq FROM seq_1_to_400",
                    "SET GLOBAL move_rows_per_second = 100");
            refused(client, "SET GLOBAL move_pause_millis = 100", "can't be set to the value of '100'");
            try {
                long job = move(client, "slow_0000", "g1");
                await(client, job, "copying");
                run(client, "CANCEL JOB " + job);
                await(client, job, "cancelled");
                assertThat(rows(client, "SHOW JOBS WHERE JOB = " + job).getFirst())
                        .doesNotContain("|stopped|");
            } finally {
                run(client, "SET GLOBAL move_rows_per_second = 0");
            }
            refused(client, "MOVE SHARD slow_0000 TO g0", "is on g0 already");
            assertThat(rows(client, "SELECT COUNT(*) FROM a")).containsExactly("400");
            run(client, "DROP DATABASE slow");
        }
    }

    private static void refused(Connection client, String sql, String reason) {
        assertThatThrownBy(() -> rows(client, sql)).hasMessageContaining(reason);
    }
}
