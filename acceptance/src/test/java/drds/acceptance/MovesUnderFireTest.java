package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From two instances to three and back while a bank works, with DRDS and instances killed on the way: nothing is lost, nothing is there
 * twice, and clients see only errors after which they may try again. {@code -Ddrds.seed} repeats a run's kills.
 */
@Timeout(900)
class MovesUnderFireTest {
    private static final int ACCOUNTS = 400;
    private static final int MONEY = 100;
    private static final int LOAD_THREADS = 3;
    private static final int KILLS = 3;
    private static final long PHASE_MILLIS = 240_000;
    /** Deadlock, lock wait, shutdown, and what the class 40 and 08 of SQLSTATE say. */
    private static final Set<Integer> RETRYABLE = Set.of(1213, 1205, 1053, 1402, 1927);

    @TempDir
    private static Path directory;

    private final long seed = Long.getLong("drds.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Set<Long> certain = ConcurrentHashMap.newKeySet();
    private final Set<Long> unclear = ConcurrentHashMap.newKeySet();
    private final AtomicLong tokens = new AtomicLong();
    private final List<Throwable> unexpected = java.util.Collections.synchronizedList(new ArrayList<>());
    private int port;
    private Process server;
    private InstanceSet instances;

    @Test
    void scalesOutAndInWithoutLosingAnything() throws Exception {
        System.out.println("MovesUnderFireTest: -Ddrds.seed=" + seed);
        instances = InstanceSet.temporary(3, InstanceOptions.tests());
        List<Thread> load = new ArrayList<>();
        try {
            port = freePort();
            startServer();
            makeBank();
            for (int i = 0; i < LOAD_THREADS; i++) {
                int number = i;
                load.add(Thread.ofPlatform().start(() -> work(new Random(seed + number))));
            }
            once("ADD STORAGE g2 AT '127.0.0.1:" + instances.instance(2).port() + "'");
            cancelOne();
            once("ALTER DATABASE bank REBALANCE");
            killSometimes();
            awaitJobs("switched");
            reverseOne();
            completeAll();
            once("ALTER DATABASE bank REBALANCE DRAIN g2");
            killSometimes();
            awaitJobs("switched");
            completeAll();
            once("DROP STORAGE g2");
            enough.set(true);
            for (Thread thread : load) {
                thread.join();
            }
            check();
        } finally {
            enough.set(true);
            if (server != null) {
                server.destroyForcibly().waitFor();
            }
            instances.close();
        }
    }

    // ---- the servers ----

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void startServer() throws Exception {
        Path config = directory.resolve("drds.yaml");
        Files.writeString(config, """
                port: %d
                data-dir: %s
                shards-per-group: 3
                groups:
                  - name: g0
                    primary: {host: 127.0.0.1, port: %d, user: root}
                  - name: g1
                    primary: {host: 127.0.0.1, port: %d, user: root}
                """.formatted(
                        port,
                        directory.resolve("data"),
                        instances.instance(0).port(),
                        instances.instance(1).port()));
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.nio=ALL-UNNAMED",
                        "-Dio.netty.tryReflectionSetAccessible=true",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx300m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "drds.Main",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("drds.log").toFile()))
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
        while (true) {
            try (Connection connection = connect()) {
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() > end || !server.isAlive()) {
                    throw new IllegalStateException(Files.readString(directory.resolve("drds.log")), notYet);
                }
                server.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    private Connection connect() throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "", "");
    }

    private void killSometimes() throws Exception {
        for (int i = 0; i < KILLS; i++) {
            Thread.sleep(random.nextInt(3_000));
            int what = random.nextInt(4);
            if (what == 3) {
                System.out.println("kill -9 of DRDS");
                server.destroyForcibly().waitFor();
                startServer();
            } else {
                System.out.println("kill -9 of instance " + what);
                int starts = instances.instance(what).starts();
                instances.instance(what).kill();
                instances.instance(what).awaitStarts(starts + 1, java.time.Duration.ofSeconds(90));
            }
        }
    }

    // ---- jobs ----

    private interface Task<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Again until it works: instances may be on their way back. */
    private <T> T patiently(Task<T> task) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PHASE_MILLIS);
        while (true) {
            try (Connection connection = connect()) {
                return task.run(connection);
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(500);
            }
        }
    }

    private void once(String sql) throws Exception {
        System.out.println(sql);
        patiently(connection -> execute(connection, sql));
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
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

    private List<String> jobs(String where) throws Exception {
        return patiently(connection -> rows(connection, "SHOW JOBS WHERE " + where));
    }

    /** All that run have come to that phase. */
    private void awaitJobs(String phase) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PHASE_MILLIS);
        List<String> others = List.of();
        while (System.nanoTime() < end) {
            others = jobs("STATE <> 'ended' AND PHASE <> '" + phase + "'");
            if (others.isEmpty()) {
                return;
            }
            assertThat(others).as("stopped jobs").noneMatch(job -> job.contains("|stopped|"));
            Thread.sleep(300);
        }
        throw new AssertionError(
                "seed " + seed + ": " + others + "\n" + Files.readString(directory.resolve("drds.log")));
    }

    private void cancelOne() throws Exception {
        once("SET GLOBAL move_rows_per_second = 40"); // so that it is still copying
        long job = Long.parseLong(patiently(connection ->
                rows(connection, "MOVE SHARD bank_0001 TO g2").getFirst().split("\\|", -1)[0]));
        once("CANCEL JOB " + job);
        awaitJobs("cancelled");
        once("SET GLOBAL move_rows_per_second = DEFAULT");
    }

    private void reverseOne() throws Exception {
        String job = jobs("STATE <> 'ended'").getFirst().split("\\|", -1)[0];
        once("REVERSE JOB " + job);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PHASE_MILLIS);
        while (jobs("JOB = " + job + " AND PHASE = 'switched back'").isEmpty()) {
            assertThat(System.nanoTime()).as("time to reverse").isLessThan(end);
            Thread.sleep(300);
        }
    }

    private void completeAll() throws Exception {
        List<String> open = jobs("STATE <> 'ended'");
        System.out.println(String.join("\n", open));
        for (String job : open) {
            once("COMPLETE JOB " + job.split("\\|", -1)[0]);
        }
        awaitJobs("done");
    }

    // ---- the bank ----

    private void makeBank() throws SQLException {
        try (Connection connection = connect()) {
            execute(connection, "CREATE DATABASE bank");
            execute(connection, "USE bank");
            execute(connection, "CREATE TABLE currency (id INT PRIMARY KEY, name VARCHAR(9)) BROADCAST");
            execute(connection, "INSERT INTO currency VALUES (1, 'franc'), (2, 'crown')");
            execute(connection, "CREATE TABLE account (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)");
            execute(
                    connection,
                    "CREATE TABLE journal (token BIGINT PRIMARY KEY, note VARCHAR(2000)) DBPARTITION BY HASH(token)");
            execute(connection, "INSERT INTO account SELECT seq, " + MONEY + " FROM seq_1_to_" + ACCOUNTS);
        }
    }

    private void work(Random own) {
        while (!enough.get()) {
            try (Connection connection = connect()) {
                execute(connection, "USE bank");
                connection.setAutoCommit(false);
                while (!enough.get()) {
                    transfer(connection, own);
                }
            } catch (SQLException e) {
                note(e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void transfer(Connection connection, Random own) throws SQLException {
        long token = tokens.incrementAndGet();
        boolean committing = false;
        try {
            execute(connection, "UPDATE account SET v = v - 1 WHERE id = " + (own.nextInt(ACCOUNTS) + 1));
            execute(connection, "UPDATE account SET v = v + 1 WHERE id = " + (own.nextInt(ACCOUNTS) + 1));
            execute(connection, "INSERT INTO journal VALUES (" + token + ", REPEAT('x', " + own.nextInt(200) + "))");
            if (own.nextInt(4) == 0) {
                execute(
                        connection,
                        "UPDATE journal SET note = CONCAT(note, '!') WHERE token < 50 AND token = " + own.nextInt(50));
            }
            committing = true;
            connection.commit();
            certain.add(token);
        } catch (SQLException e) {
            if (committing) {
                unclear.add(token);
            }
            note(e); // first: rolling back may fail by itself
            connection.rollback();
        }
    }

    private void note(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String text = String.valueOf(e.getMessage());
        boolean retryable = RETRYABLE.contains(e.getErrorCode())
                || state.startsWith("08")
                || state.startsWith("40")
                || text.contains("TDDL-4100")
                || text.contains("TDDL-4614");
        if (!retryable) {
            unexpected.add(e);
        }
    }

    private void check() throws Exception {
        System.out.println(certain.size() + " transactions, " + unclear.size() + " unclear; "
                + jobs("STATE = 'ended'").stream()
                        .map(job -> job.split("\\|", -1)[14])
                        .toList() + " ms stalls");
        assertThat(unexpected)
                .as("errors that no client can do anything about, seed %s", seed)
                .isEmpty();
        List<String> sums = patiently(connection -> rows(connection, "SELECT SUM(v), COUNT(*) FROM bank.account"));
        assertThat(sums).containsExactly(ACCOUNTS * MONEY + "|" + ACCOUNTS);
        Set<Long> there = ConcurrentHashMap.newKeySet();
        patiently(connection -> rows(connection, "SELECT token FROM bank.journal"))
                .forEach(token -> assertThat(there.add(Long.parseLong(token))).isTrue());
        assertThat(there).as("seed %s", seed).containsAll(certain);
        there.removeAll(certain);
        assertThat(unclear).as("seed %s", seed).containsAll(there);
        assertThat(certain).isNotEmpty();
    }
}
