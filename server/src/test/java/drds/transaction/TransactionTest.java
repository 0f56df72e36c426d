package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import drds.executor.TestCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions over two real instances. */
class TransactionTest {
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
            cluster.run(i, "TRUNCATE shop.t");
            cluster.run(i, "INSERT INTO shop.t VALUES (1, 10), (2, 20)");
        }
    }

    private static void write(Transaction transaction, int group, String sql) {
        transaction.on("g" + group, true, state()).run(sql);
    }

    private static String read(Transaction transaction, int group, String sql) {
        var backend = transaction.on("g" + group, false, state());
        byte[] value = new Work(backend).column(sql).getFirst();
        return value == null ? "NULL" : new String(value, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String value(int group, int id) throws Exception {
        return cluster.rows(group, "SELECT v FROM shop.t WHERE id = " + id).getFirst();
    }

    private static void nothingIsLeft() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(cluster.rows(i, "XA RECOVER")).isEmpty();
            assertThat(cluster.rows(i, "SELECT trx_id FROM information_schema.innodb_trx"))
                    .isEmpty();
        }
    }

    @Test
    void changesOnTwoInstancesAreCommittedTogether() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(Characteristics.DEFAULT);
            write(transaction, 0, "UPDATE t SET v = 11 WHERE id = 1");
            write(transaction, 1, "UPDATE t SET v = 12 WHERE id = 1");
            assertThat(read(transaction, 1, "SELECT v FROM t WHERE id = 1")).isEqualTo("12");
            transaction.commit();
            assertThat(transaction.active()).isFalse();
            return null;
        });
        assertThat(value(0, 1)).isEqualTo("11");
        assertThat(value(1, 1)).isEqualTo("12");
        assertThat(cluster.rows(0, "SELECT outcome FROM drds.transaction_log")).contains("committed");
        assertThat(cluster.rows(1, "SELECT outcome FROM drds.transaction_log")).isEmpty();
        nothingIsLeft();
    }

    @Test
    void aRollbackUndoesAllInstances() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(Characteristics.DEFAULT);
            write(transaction, 1, "UPDATE t SET v = 11 WHERE id = 1");
            write(transaction, 0, "UPDATE t SET v = 12 WHERE id = 1");
            transaction.rollback();
            return null;
        });
        assertThat(value(0, 1)).isEqualTo("10");
        assertThat(value(1, 1)).isEqualTo("10");
        nothingIsLeft();
    }

    @Test
    void savepointsCoverInstancesTouchedLater() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(Characteristics.DEFAULT);
            write(transaction, 0, "UPDATE t SET v = 1 WHERE id = 1");
            transaction.savepoint("s1");
            write(transaction, 0, "UPDATE t SET v = 2 WHERE id = 2");
            write(transaction, 1, "UPDATE t SET v = 3 WHERE id = 1");
            transaction.rollbackTo("S1");
            write(transaction, 1, "UPDATE t SET v = 4 WHERE id = 2");
            assertThatThrownBy(() -> transaction.rollbackTo("s2")).hasMessage("SAVEPOINT s2 does not exist");
            transaction.releaseSavepoint("s1");
            transaction.commit();
            return null;
        });
        assertThat(List.of(value(0, 1), value(0, 2), value(1, 1), value(1, 2))).containsExactly("1", "20", "10", "4");
        nothingIsLeft();
    }

    @Test
    void aFailedStatementInSeveralPlacesIsUndoneAlone() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(Characteristics.DEFAULT);
            write(transaction, 0, "UPDATE t SET v = 1 WHERE id = 1");
            assertThatThrownBy(() -> transaction.atomically(() -> {
                        write(transaction, 0, "UPDATE t SET v = 2 WHERE id = 2");
                        write(transaction, 1, "UPDATE t SET v = 2 WHERE id = 2");
                        write(transaction, 1, "INSERT INTO t VALUES (1, 1)");
                        return null;
                    }))
                    .hasMessageContaining("Duplicate entry");
            transaction.commit();
            return null;
        });
        assertThat(List.of(value(0, 1), value(0, 2), value(1, 2))).containsExactly("1", "20", "20");
        nothingIsLeft();
    }

    @Test
    void withoutATransactionSeveralPlacesMakeOneOfTheirOwn() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.atomically(() -> {
                write(transaction, 0, "UPDATE t SET v = 2 WHERE id = 2");
                write(transaction, 1, "UPDATE t SET v = 2 WHERE id = 2");
                return null;
            });
            assertThat(transaction.active()).isFalse();
            return null;
        });
        assertThat(List.of(value(0, 2), value(1, 2))).containsExactly("2", "2");
        nothingIsLeft();
    }

    @Test
    void withoutAutocommitTheFirstStatementBegins() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.autocommit(false);
            write(transaction, 1, "UPDATE t SET v = 2 WHERE id = 2");
            transaction.endStatement(null);
            assertThat(transaction.active()).isTrue();
            transaction.rollback();
            write(transaction, 1, "UPDATE t SET v = 3 WHERE id = 1");
            transaction.autocommit(true);
            assertThat(transaction.active()).isFalse();
            return null;
        });
        assertThat(List.of(value(1, 1), value(1, 2))).containsExactly("3", "20");
        nothingIsLeft();
    }

    @Test
    void aReadOnlyTransactionRefusesChangesOnEveryInstance() throws Exception {
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(new Characteristics("READ COMMITTED", true, false));
            assertThat(read(transaction, 0, "SELECT @@tx_isolation")).isNotEmpty();
            for (int i = 0; i < 2; i++) {
                int group = i;
                assertThatThrownBy(() -> write(transaction, group, "UPDATE t SET v = 2 WHERE id = 2"))
                        .isInstanceOfSatisfying(
                                SqlError.class, e -> assertThat(e.number()).isEqualTo(1792));
            }
            transaction.rollback();
            return null;
        });
        nothingIsLeft();
    }

    @Test
    void aConsistentSnapshotIsOneMomentOnAllInstances() throws Exception {
        cluster.onLoop(() -> {
            Transaction reader = cluster.transaction();
            reader.begin(new Characteristics(null, null, true));
            reader.openSnapshots(state());
            Transaction writer = cluster.transaction();
            writer.atomically(() -> {
                write(writer, 0, "UPDATE t SET v = 0 WHERE id = 1");
                write(writer, 1, "UPDATE t SET v = 0 WHERE id = 1");
                return null;
            });
            assertThat(read(reader, 0, "SELECT v FROM t WHERE id = 1")).isEqualTo("10");
            assertThat(read(reader, 1, "SELECT v FROM t WHERE id = 1")).isEqualTo("10");
            reader.commit();
            return null;
        });
        nothingIsLeft();
    }

    @Test
    void aDeadlockRollsBackTheWholeTransaction() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        CompletableFuture<String> one = deadlocking(bothHold, 1, 2);
        CompletableFuture<String> other = deadlocking(bothHold, 2, 1);
        assertThat(List.of(one.get(30, TimeUnit.SECONDS), other.get(30, TimeUnit.SECONDS)))
                .containsExactlyInAnyOrder("committed", "1213 false");
        nothingIsLeft();
    }

    /** Changes a row on g0, then two rows on g1 in the given order. */
    private static CompletableFuture<String> deadlocking(CyclicBarrier bothHold, int first, int second) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                Transaction transaction = cluster.onLoop(() -> {
                    Transaction begun = cluster.transaction();
                    begun.begin(Characteristics.DEFAULT);
                    write(begun, 0, "UPDATE t SET v = 7 WHERE id = " + first);
                    write(begun, 1, "UPDATE t SET v = 7 WHERE id = " + first);
                    return begun;
                });
                bothHold.await(30, TimeUnit.SECONDS);
                result.complete(cluster.onLoop(() -> {
                    try {
                        write(transaction, 1, "UPDATE t SET v = 7 WHERE id = " + second);
                        transaction.commit();
                        return "committed";
                    } catch (SqlError e) {
                        transaction.endStatement(e);
                        return e.number() + " " + transaction.active();
                    }
                }));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
