package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import drds.executor.TestCluster;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client's XA transactions over two real instances. */
class XaCommandsTest {
    private static final String XID = "X'61',X'62',1";

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(i, "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void rows() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(cluster.rows(i, "XA RECOVER")).isEmpty();
            cluster.run(i, "TRUNCATE shop.t");
            cluster.run(i, "INSERT INTO shop.t VALUES (1, 10)");
        }
    }

    private static void write(Transaction transaction, int group) {
        transaction.on("g" + group, true, state()).run("UPDATE t SET v = v + 1 WHERE id = 1");
    }

    private static List<String> values() throws Exception {
        return List.of(
                cluster.rows(0, "SELECT v FROM shop.t").getFirst(),
                cluster.rows(1, "SELECT v FROM shop.t").getFirst());
    }

    /** A transaction with changes on both instances that has come to its XA END. */
    private static void idle(Transaction transaction) {
        transaction.xa().start(XID, "");
        write(transaction, 0);
        write(transaction, 1);
        transaction.xa().end(XID, "");
    }

    private static void with(Consumer<Transaction> work) {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            work.accept(transaction);
            transaction.abandon();
            return null;
        });
    }

    @Test
    void whatIsPreparedIsCommittedByItsSession() throws Exception {
        with(transaction -> {
            idle(transaction);
            transaction.xa().prepare(XID);
            assertThat(transaction.xa().recover("XA RECOVER")).hasSize(1);
            transaction.xa().commit(XID, false);
            assertThat(transaction.active()).isFalse();
        });
        assertThat(values()).containsExactly("11", "11");
    }

    @Test
    void whatIsPreparedOutlivesItsSessionAndRecovery() throws Exception {
        with(transaction -> {
            idle(transaction);
            transaction.xa().prepare(XID);
        });
        cluster.onLoop(() -> {
            Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("bbbbbbbb"));
            recovery.atStart();
            return recovery.again();
        });
        assertThat(values()).containsExactly("10", "10");
        with(transaction -> transaction.xa().commit(XID, false));
        assertThat(values()).containsExactly("11", "11");
    }

    @Test
    void anotherSessionRollsItBack() throws Exception {
        with(transaction -> {
            idle(transaction);
            transaction.xa().prepare(XID);
        });
        with(transaction -> transaction.xa().rollback(XID));
        assertThat(values()).containsExactly("10", "10");
        with(transaction -> assertThatThrownBy(() -> transaction.xa().rollback(XID))
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(1397)));
    }

    @Test
    void aSessionThatEndsBeforeItPreparesLeavesNothing() throws Exception {
        with(XaCommandsTest::idle);
        assertThat(values()).containsExactly("10", "10");
    }

    @Test
    void onePhaseCommitsSeveralInstances() throws Exception {
        with(transaction -> {
            idle(transaction);
            transaction.xa().commit(XID, true);
        });
        assertThat(values()).containsExactly("11", "11");
        assertThat(cluster.rows(0, "SELECT name FROM drds.transaction_log WHERE name LIKE 'xa?%'"))
                .isEmpty();
    }

    @Test
    void aOnePhaseCommitThatIsCutOffIsEndedByRecoveryAsItWasDecided() throws Exception {
        for (CommitStep step : List.of(CommitStep.PREPARED, CommitStep.DECIDED)) {
            rows();
            Coordinator coordinator = new Coordinator(
                    "test",
                    "cccccccc",
                    cluster.groups(),
                    reached -> {
                        if (reached == step) {
                            throw new Forgotten();
                        }
                    },
                    Safeguards.ALL);
            cluster.onLoop(() -> {
                Transaction transaction = new Transaction(cluster.backends, coordinator);
                idle(transaction);
                assertThatThrownBy(() -> transaction.xa().commit(XID, true)).isInstanceOf(Forgotten.class);
                transaction.branches().forEach(branch -> branch.backend.discard());
                return null;
            });
            cluster.onLoop(() -> {
                Recovery recovery = new Recovery(cluster.backends, cluster.coordinator("dddddddd"));
                while (cluster.backends.groups().stream().anyMatch(XaCommandsTest::hasPrepared)) {
                    recovery.again();
                }
                return null;
            });
            String wanted = step == CommitStep.DECIDED ? "11" : "10";
            assertThat(values()).as(step.name()).containsExactly(wanted, wanted);
        }
    }

    private static boolean hasPrepared(String group) {
        return Work.on(
                cluster.backends,
                group,
                state(),
                work -> !work.rows("XA RECOVER").isEmpty());
    }

    @Test
    void statementsAreRefusedOutsideOfTheActiveState() {
        with(transaction -> {
            transaction.xa().start(XID, "");
            refused(1399, transaction::commit);
            refused(1399, () -> transaction.xa().commit(XID, false));
            refused(1399, () -> transaction.xa().rollback(XID));
            refused(1399, () -> transaction.xa().start("X'',X'',1", ""));
            transaction.xa().end(XID, "");
            refused(1399, () -> write(transaction, 0));
            refused(1397, () -> transaction.xa().prepare("X'',X'',1"));
            transaction.xa().rollback(XID);
            refused(1399, () -> transaction.xa().end(XID, ""));
            transaction.begin(Characteristics.DEFAULT);
            refused(1400, () -> transaction.xa().start(XID, ""));
        });
    }

    @Test
    void oneXidIsOneSessions() {
        with(first -> {
            first.xa().start(XID, "");
            with(second -> refused(1440, () -> second.xa().start(XID, "")));
        });
        with(third -> third.xa().start(XID, ""));
    }

    private static void refused(int number, Runnable statement) {
        assertThatThrownBy(statement::run)
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(number));
    }
}
