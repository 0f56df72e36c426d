package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.executor.TestCluster;
import drds.testing.Moments;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What recovery ends, what it leaves alone, and what becomes of the log. */
class RecoveryTest {
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(i, "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            cluster.run(i, "INSERT INTO shop.t VALUES (1, 10), (2, 20), (3, 30), (4, 40)");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static void prepare(int instance, String xid, int row) throws Exception {
        try (Connection connection = cluster.instances.get(instance).connect();
                Statement statement = connection.createStatement()) {
            statement.execute("XA START " + xid);
            statement.execute("UPDATE shop.t SET v = v + 1 WHERE id = " + row);
            statement.execute("XA END " + xid);
            statement.execute("XA PREPARE " + xid);
        }
    }

    private static int again(Recovery recovery) {
        return cluster.onLoop(recovery::again);
    }

    @Test
    void branchesThatAreNotItsOwnAreNeverTouched() throws Exception {
        String another = new TransactionName("another", "aaaaaaaa", 1, "g0", 5).xid(6);
        String likeOurs = "'drds,test,aaaaaaaa,1','g0,5,6',1";
        prepare(0, "'somebody'", 3);
        prepare(0, another, 4);
        prepare(1, likeOurs, 3);
        try {
            Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("bbbbbbbb"));
            cluster.onLoop(() -> {
                recovery.atStart();
                return null;
            });
            assertThat(again(recovery) + again(recovery) + again(recovery)).isZero();
            assertThat(cluster.rows(0, "XA RECOVER")).hasSize(2);
            assertThat(cluster.rows(1, "XA RECOVER")).hasSize(1);
        } finally {
            cluster.run(0, "XA ROLLBACK 'somebody'");
            cluster.run(0, "XA ROLLBACK " + another);
            cluster.run(1, "XA ROLLBACK " + likeOurs);
        }
    }

    /** As after a DRDS server that is cut off: the instances still believe in its connections. */
    @Test
    void connectionsThatHoldUpARecoveryAreEnded() throws Exception {
        Coordinator dying = new Coordinator(
                "test",
                "cccccccc",
                cluster.groups(),
                step -> {
                    if (step == CommitStep.PREPARED) {
                        throw new Forgotten();
                    }
                },
                Safeguards.ALL);
        cluster.onLoop(() -> {
            Transaction transaction = new Transaction(cluster.backends, dying);
            transaction.begin(Characteristics.DEFAULT);
            for (String group : cluster.groups()) {
                transaction.on(group, true, state()).run("UPDATE t SET v = v + 1 WHERE id = 1");
            }
            assertThatThrownBy(transaction::commit).isInstanceOf(Forgotten.class);
            return null;
        });
        assertThat(cluster.rows(1, "XA RECOVER")).hasSize(1);
        Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("dddddddd"));
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        int ended = 0;
        while (ended == 0 && System.nanoTime() < end) {
            ended = again(recovery);
        }
        assertThat(ended).isEqualTo(1);
        assertThat(cluster.rows(1, "XA RECOVER")).isEmpty();
        for (int i = 0; i < 2; i++) {
            assertThat(cluster.rows(i, "SELECT v FROM shop.t WHERE id = 1")).containsExactly("10");
        }
        assertThat(cluster.rows(0, "SELECT outcome FROM drds.transaction_log WHERE name LIKE 'drds,test,cccccccc,%'"))
                .containsExactly("rolled back");
    }

    @Test
    void theLogForgetsWhatNobodyCanAskFor() throws Exception {
        TransactionName prepared = new TransactionName("test", "eeeeeeee", 7, "g0", 5);
        for (String row : new String[] {
            "'drds,test,eeeeeeee,1', 'committed', SYSDATE(6) - INTERVAL 11 MINUTE",
            "'drds,test,eeeeeeee,2', 'committed', SYSDATE(6) - INTERVAL 9 MINUTE",
            "'drds,test,eeeeeeee,3', 'rolled back', SYSDATE(6) - INTERVAL 6 DAY",
            "'drds,test,eeeeeeee,4', 'rolled back', SYSDATE(6) - INTERVAL 8 DAY",
            "'" + prepared.global() + "', 'committed', SYSDATE(6) - INTERVAL 11 MINUTE"
        }) {
            cluster.run(0, "INSERT INTO drds.transaction_log VALUES (" + row + ")");
        }
        prepare(1, prepared.xid(6), 2);
        Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("ffffffff"));
        cluster.onLoop(() -> {
            recovery.purge();
            return null;
        });
        assertThat(names()).containsExactly("2", "3", "7");
        assertThat(Moments.await(Duration.ofSeconds(60), () -> again(recovery) > 0))
                .isTrue();
        assertThat(cluster.rows(1, "SELECT v FROM shop.t WHERE id = 2")).containsExactly("21");
        cluster.onLoop(() -> {
            recovery.purge();
            return null;
        });
        assertThat(names()).containsExactly("2", "3");
    }

    private static java.util.List<String> names() throws Exception {
        return cluster.rows(
                0,
                "SELECT SUBSTRING_INDEX(name, ',', -1) FROM drds.transaction_log WHERE name LIKE 'drds,test,eeeeeeee,%'"
                        + " ORDER BY 1");
    }
}
