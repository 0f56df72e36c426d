package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;

import drds.executor.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Snapshots of one DRDS server beside the commits of another one. */
class SnapshotGateTest {
    private static final int READS = 60;
    private static final int MONEY = 1000;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(i, "CREATE TABLE shop.account (id INT PRIMARY KEY, money INT)");
            cluster.run(i, "INSERT INTO shop.account VALUES (1, " + MONEY + ")");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Moves money from one instance to the other again and again, with the names and the gate of a server of its own. */
    private static CompletableFuture<Integer> transferring(int from, AtomicBoolean enough) {
        Coordinator other = cluster.coordinator("other" + from + "aa");
        CompletableFuture<Integer> moved = new CompletableFuture<>();
        cluster.loops.any().start(() -> {
            try {
                int count = 0;
                while (!enough.get()) {
                    Transaction transaction = new Transaction(cluster.backends, other);
                    transaction.begin(Characteristics.DEFAULT);
                    transaction.on("g0", true, state()).run("UPDATE account SET money = money - 1 WHERE id = 1");
                    transaction.on("g1", true, state()).run("UPDATE account SET money = money + 1 WHERE id = 1");
                    transaction.commit();
                    count++;
                }
                moved.complete(count);
            } catch (Throwable e) {
                moved.completeExceptionally(e);
            }
        });
        return moved;
    }

    private static int total(Characteristics characteristics) {
        return cluster.onLoop(() -> {
            Transaction reader = cluster.transaction();
            reader.begin(characteristics);
            if (characteristics.consistentSnapshot()) {
                reader.openSnapshots(state());
            }
            int total = 0;
            for (String group : cluster.groups()) {
                byte[] money = new Work(reader.on(group, false, state()))
                        .column("SELECT money FROM account")
                        .getFirst();
                total += Integer.parseInt(new String(money, java.nio.charset.StandardCharsets.US_ASCII));
            }
            reader.rollback();
            return total;
        });
    }

    @Test
    void everySnapshotSeesTheRightTotal() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> moving = transferring(0, enough);
        List<Integer> totals = new ArrayList<>();
        try {
            for (int i = 0; i < READS; i++) {
                totals.add(total(Characteristics.SNAPSHOT));
            }
            // Proof that the test can see it: without a snapshot the total is wrong sooner or later.
            int plain = 2 * MONEY;
            for (int i = 0; i < 100 * READS && plain == 2 * MONEY; i++) {
                plain = total(Characteristics.DEFAULT);
            }
            assertThat(plain).isNotEqualTo(2 * MONEY);
        } finally {
            enough.set(true);
        }
        assertThat(moving.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(totals).containsOnly(2 * MONEY);
    }
}
