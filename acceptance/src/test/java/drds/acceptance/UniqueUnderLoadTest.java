package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that want the same unique values on several shards at the same time: in the end each is there once at most. */
@ExtendWith(ClusterExtension.class)
class UniqueUnderLoadTest {
    private static final int CLIENTS = 4;
    private static final int STATEMENTS = 60;
    private static final int VALUES = 12;

    /** Duplicates, lock waits, deadlocks: what a client must expect. */
    private static final Set<Integer> EXPECTED = Set.of(1062, 1205, 1213, 1614, 1402);

    @Test
    void noValueIsThereTwiceAndTheIndexAgrees(Cluster cluster) throws Exception {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        System.out.println("UniqueUnderLoadTest: -Ddrds.seed=" + seed);
        try (Client client = new Client(cluster.drdsPort(), "root", "", 0)) {
            succeeds(client, "DROP DATABASE IF EXISTS clashes");
            succeeds(client, "CREATE DATABASE clashes");
            succeeds(
                    client,
                    "CREATE TABLE clashes.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL, name VARCHAR(20), n INT,"
                            + " UNIQUE KEY by_name (name), UNIQUE KEY by_n (n)) DBPARTITION BY HASH(k)");
            run(cluster, seed);
            assertThat(client.query(
                            "SELECT name FROM clashes.t GROUP BY name HAVING name IS NOT NULL AND COUNT(*) > 1"))
                    .as("seed " + seed)
                    .matches(UniqueUnderLoadTest::isEmpty);
            assertThat(client.query("SELECT n FROM clashes.t GROUP BY n HAVING n IS NOT NULL AND COUNT(*) > 1"))
                    .as("seed " + seed)
                    .matches(UniqueUnderLoadTest::isEmpty);
            assertThat(client.query("SELECT id FROM clashes.t GROUP BY id HAVING COUNT(*) > 1"))
                    .as("seed " + seed)
                    .matches(UniqueUnderLoadTest::isEmpty);
            for (String index : List.of("by_name", "by_n")) {
                assertThat(client.query("CHECK GLOBAL INDEX " + index + " ON clashes.t")
                                .toString())
                        .as("seed " + seed)
                        .contains("OK")
                        .doesNotContain("DIFFERS");
            }
        }
    }

    private static boolean isEmpty(Answer answer) {
        return answer instanceof Answer.Rows rows && rows.rows().isEmpty();
    }

    private static void succeeds(Client client, String sql) {
        assertThat(client.query(sql)).as(sql).isInstanceOf(Answer.Done.class);
    }

    private static void run(Cluster cluster, long seed) throws Exception {
        List<Callable<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + i);
            clients.add(() -> {
                work(cluster, random);
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<Void> done : threads.invokeAll(clients)) {
                done.get();
            }
        }
    }

    private static void work(Cluster cluster, Random random) throws Exception {
        try (Client client = new Client(cluster.drdsPort(), "root", "", 0)) {
            succeeds(client, "USE clashes");
            succeeds(client, "SET innodb_lock_wait_timeout = 2");
            for (int i = 0; i < STATEMENTS; i++) {
                String sql = statement(random);
                if (client.query(sql) instanceof Answer.Failure failure) {
                    assertThat(EXPECTED).as(sql + ": " + failure).contains(failure.number());
                }
            }
        }
    }

    private static String statement(Random random) {
        int k = random.nextInt(20);
        int n = random.nextInt(VALUES);
        String name = "'n" + random.nextInt(VALUES) + "'";
        int id = random.nextInt(30) + 1;
        return switch (random.nextInt(9)) {
            case 0 -> "INSERT INTO t (k, name, n) VALUES (" + k + ", " + name + ", " + n + ")";
            case 1 -> "INSERT INTO t VALUES (" + id + ", " + k + ", " + name + ", NULL)";
            case 2 ->
                "INSERT IGNORE INTO t (k, name, n) VALUES (" + k + ", " + name + ", " + n + "), (" + (k + 1)
                        + ", NULL, " + n + ")";
            case 3 -> "REPLACE INTO t (k, name, n) VALUES (" + k + ", " + name + ", " + n + ")";
            case 4 ->
                "INSERT INTO t (k, name, n) VALUES (" + k + ", " + name + ", NULL) ON DUPLICATE KEY UPDATE n = " + n;
            case 5 -> "UPDATE t SET name = " + name + " WHERE k = " + k;
            case 6 -> "UPDATE t SET k = k + 1, n = " + n + " WHERE id = " + id;
            case 7 -> "DELETE FROM t WHERE name = " + name;
            default -> "DELETE FROM t WHERE k = " + k;
        };
    }
}
