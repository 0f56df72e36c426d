package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;

import drds.error.SqlError;
import drds.executor.TestCluster;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** At each step of a commit an instance is killed, or DRDS forgets the transaction: afterwards all of it is there or nothing. */
class CommitFaultTest {
    private static final int ROUNDS = 14;
    private static final int MONEY = 1000;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(
                    i,
                    "CREATE TABLE shop.account (id INT PRIMARY KEY, money INT);"
                            + " INSERT INTO shop.account VALUES (1, " + MONEY + ")");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private enum Fault {
        KILL_DECIDING,
        KILL_BRANCH,
        FORGET
    }

    @Test
    void nothingIsHalfDone() throws Exception {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        System.out.println("CommitFaultTest: -Ddrds.seed=" + seed);
        Random random = new Random(seed);
        int moved = 0;
        for (int round = 0; round < ROUNDS; round++) {
            CommitStep step = CommitStep.values()[random.nextInt(CommitStep.values().length)];
            Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
            int deciding = random.nextInt(2);
            String what =
                    "seed " + seed + " round " + round + ": " + fault + " at " + step + ", g" + deciding + " decides";
            String outcome = transfer(deciding, step, fault, random);
            repair();
            int now = MONEY - money(0);
            assertThat(money(0) + money(1)).as(what).isEqualTo(2 * MONEY);
            for (int i = 0; i < 2; i++) {
                assertThat(cluster.rows(i, "XA RECOVER")).as(what).isEmpty();
            }
            switch (outcome) {
                case "committed" -> assertThat(now).as(what).isEqualTo(moved + 1);
                case "rolled back" -> assertThat(now).as(what).isEqualTo(moved);
                default -> assertThat(now).as(what).isBetween(moved, moved + 1);
            }
            if (step.compareTo(CommitStep.DECIDED) >= 0) {
                assertThat(now).as(what).isEqualTo(moved + 1);
            }
            moved = now;
        }
    }

    private static int money(int instance) throws Exception {
        return Integer.parseInt(
                cluster.rows(instance, "SELECT money FROM shop.account").getFirst());
    }

    /** Moves one from g0 to g1. */
    private static String transfer(int deciding, CommitStep step, Fault fault, Random random) {
        Consumer<CommitStep> steps = reached -> {
            if (reached == step) {
                strike(deciding, fault);
            }
        };
        Coordinator coordinator =
                new Coordinator("test", "n" + random.nextInt(1_000_000), cluster.groups(), steps, Safeguards.ALL);
        return cluster.onLoop(() -> {
            Transaction transaction = new Transaction(cluster.backends, coordinator);
            transaction.begin(Characteristics.DEFAULT);
            change(transaction, deciding);
            change(transaction, 1 - deciding);
            try {
                transaction.commit();
                return "committed";
            } catch (Forgotten e) {
                return "unknown";
            } catch (SqlError e) {
                return e.message().contains("not known yet") ? "unknown" : "rolled back";
            }
        });
    }

    private static void change(Transaction transaction, int group) {
        transaction
                .on("g" + group, true, state())
                .run("UPDATE account SET money = money " + (group == 0 ? "- 1" : "+ 1"));
    }

    private static void strike(int deciding, Fault fault) {
        try {
            switch (fault) {
                case KILL_DECIDING -> cluster.instances.get(deciding).kill();
                case KILL_BRANCH -> cluster.instances.get(1 - deciding).kill();
                case FORGET -> throw new Forgotten();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything runs again, connections of a DRDS that died are cut, and another DRDS recovers. */
    private static void repair() throws Exception {
        for (int i = 0; i < 2; i++) {
            if (!cluster.instances.get(i).runs()) {
                cluster.instances.get(i).restart();
            }
            List<String> connections = cluster.rows(
                    i,
                    "SELECT id FROM information_schema.processlist" + " WHERE id <> CONNECTION_ID() AND user = 'root'");
            for (String connection : connections) {
                try {
                    cluster.run(i, "KILL " + connection);
                } catch (SQLException gone) {
                    assertThat(gone.getMessage()).contains("Unknown thread id");
                }
            }
        }
        Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("bbbbbbbb"));
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end && prepared() > 0) {
            cluster.onLoop(recovery::again);
        }
    }

    private static int prepared() throws Exception {
        return cluster.rows(0, "XA RECOVER").size()
                + cluster.rows(1, "XA RECOVER").size();
    }
}
