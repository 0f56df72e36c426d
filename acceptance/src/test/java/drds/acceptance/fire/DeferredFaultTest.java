package drds.acceptance.fire;

import static drds.acceptance.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.Moments;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients defer updates of hot rows, and write down in the same transaction that they did, while DRDS and the instances are killed
 * with -9. In the end the rows have what was written down: each update once, those of one client in their order.
 *
 * <p>{@code main} runs it with as many deferred statements as its argument says.
 */
@Timeout(600)
class DeferredFaultTest {
    private static final int CLIENTS = 4;
    private static final int HOT_ROWS = 6;
    /** Of one transaction: hot rows, the client's own row, and one new row. */
    private static final int DEFERRED = 6;

    private static final int INSTANCES = 2;
    /** The instances and DRDS. */
    private static final int TARGETS = INSTANCES + 1;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger acknowledged = new AtomicInteger();

    @Test
    void deferredUpdatesArriveExactlyOnce() throws Exception {
        run(2000, 3);
    }

    /** @param arguments how many deferred statements, and how many kills */
    public static void main(String[] arguments) throws Exception {
        new DeferredFaultTest().run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    private void run(int statements, int kills) throws Exception {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        System.out.println("DeferredFaultTest: -Ddrds.seed=" + seed);
        int transactions = statements / DEFERRED;
        try (FireCluster fire = new FireCluster(INSTANCES, INSTANCES, "")) {
            prepare(fire);
            long start = System.nanoTime();
            workWhileServersAreKilled(fire, seed, transactions, kills);
            long sent = System.nanoTime();
            fire.awaitDrds();
            awaitEmptyOutbox(fire, seed);
            check(fire, seed);
            System.out.printf(
                    "DeferredFaultTest: %d transactions acknowledged in %.1f s, all applied %.1f s later%n",
                    acknowledged.get(), (sent - start) / 1e9, (System.nanoTime() - sent) / 1e9);
        }
    }

    private void workWhileServersAreKilled(FireCluster fire, long seed, int transactions, int kills) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            BooleanSupplier enough = () -> over.get() || acknowledged.get() >= transactions;
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(threads.submit(() -> work(fire, number, enough, new Random(seed + number))));
            }
            try {
                kill(fire, new Random(seed), transactions, kills);
                for (Future<?> client : clients) {
                    client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
            } finally {
                over.set(true);
            }
        }
    }

    private static void prepare(FireCluster fire) throws SQLException {
        try (Connection connection = fire.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE fire");
            statement.execute("USE fire");
            statement.execute("CREATE TABLE hot (id INT PRIMARY KEY, n BIGINT NOT NULL) DBPARTITION BY HASH(id)");
            statement.execute("CREATE TABLE last (client INT PRIMARY KEY, n INT NOT NULL, wrong INT NOT NULL)"
                    + " DBPARTITION BY HASH(client)");
            statement.execute("CREATE TABLE entries (client INT, n INT, PRIMARY KEY (client, n))");
            statement.execute(
                    "CREATE TABLE written (id BIGINT PRIMARY KEY, client INT, n INT) DBPARTITION BY HASH(id)");
            statement.execute("INSERT INTO hot SELECT seq, 0 FROM seq_0_to_" + (HOT_ROWS - 1));
            statement.execute("INSERT INTO last SELECT seq, -1, 0 FROM seq_0_to_" + (CLIENTS - 1));
        }
    }

    private void work(FireCluster fire, int client, BooleanSupplier enough, Random random) {
        int n = 0;
        while (!enough.getAsBoolean()) {
            try (Connection connection = fire.connect("fire");
                    Statement statement = connection.createStatement()) {
                while (!enough.getAsBoolean()) {
                    transaction(statement, client, n++, random);
                    acknowledged.incrementAndGet();
                }
            } catch (SQLException lost) {
                Moments.pass(Duration.ofMillis(20));
            }
        }
    }

    private static void transaction(Statement statement, int client, int n, Random random) throws SQLException {
        statement.execute("BEGIN");
        long id = client * 10_000_000L + n;
        statement.execute("INSERT INTO written VALUES (" + id + ", " + client + ", " + n + ")");
        for (int i = 0; i < DEFERRED - 2; i++) {
            statement.execute("/*+TDDL:defer*/ UPDATE hot SET n = n + 1 WHERE id = " + random.nextInt(HOT_ROWS));
        }
        statement.execute("/*+TDDL:defer*/ UPDATE last SET wrong = wrong + (n >= " + n + "), n = " + n
                + " WHERE client = " + client);
        statement.execute("/*+TDDL:defer*/ INSERT INTO entries VALUES (" + client + ", " + n + ")");
        statement.execute("COMMIT");
    }

    private void kill(FireCluster fire, Random random, int transactions, int kills) throws Exception {
        List<Integer> targets = new ArrayList<>(List.of(0, 1, 2));
        for (int kill = 1; kill <= kills; kill++) {
            int from = transactions * kill / (kills + 1) + random.nextInt(10) - 5;
            assertThat(Moments.await(LIMIT, () -> acknowledged.get() >= from))
                    .as(() -> "only " + acknowledged + " transactions before kill of " + from + "\n" + fire.logged())
                    .isTrue();
            if (kill % TARGETS == 1) {
                Collections.shuffle(targets, random);
            }
            int what = targets.get(kill % TARGETS);
            if (what == INSTANCES) {
                fire.killDrds();
                fire.awaitDrds();
            } else {
                fire.instance(what).kill();
            }
        }
    }

    private static void awaitEmptyOutbox(FireCluster fire, long seed) throws SQLException {
        long end = System.nanoTime() + LIMIT.toNanos();
        List<String> waiting = rows(fire, "SHOW DEFERRED LIMIT 5");
        while (!waiting.isEmpty() || !rows(fire, "SHOW DEFERRED").isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("seed " + seed + ": still deferred: " + waiting + "\n" + fire.logged());
            }
            Moments.pass(Duration.ofMillis(100));
            waiting = rows(fire, "SHOW DEFERRED LIMIT 5");
        }
    }

    private void check(FireCluster fire, long seed) throws Exception {
        String what = "seed " + seed;
        long written = Long.parseLong(rows(fire, "SELECT COUNT(*) FROM written").getFirst());
        // More may be there: of some nobody was told.
        assertThat(written).as(what).isGreaterThanOrEqualTo(acknowledged.get());
        assertThat(rows(fire, "SELECT SUM(n) FROM hot"))
                .as(what)
                .containsExactly(Long.toString(written * (DEFERRED - 2)));
        assertThat(rows(fire, "SELECT COUNT(*) FROM entries")).as(what).containsExactly(Long.toString(written));
        assertThat(rows(fire, "SELECT COUNT(*) FROM written w JOIN entries e ON e.client = w.client AND e.n = w.n"))
                .as(what)
                .containsExactly(Long.toString(written));
        assertThat(rows(fire, "SELECT SUM(wrong) FROM last")).as(what).containsExactly("0");
        assertThat(rows(fire, "SELECT client, n FROM last WHERE n >= 0 ORDER BY client"))
                .as(what)
                .isEqualTo(rows(fire, "SELECT client, MAX(n) FROM written GROUP BY client ORDER BY client"));
    }

    private static List<String> rows(FireCluster fire, String sql) throws SQLException {
        try (Connection connection = fire.connect("fire")) {
            return query(connection, sql);
        }
    }
}
