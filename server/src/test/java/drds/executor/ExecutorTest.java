package drds.executor;

import static drds.executor.TestCluster.fragments;
import static drds.executor.TestCluster.input;
import static drds.executor.TestCluster.insert;
import static drds.executor.TestCluster.residual;
import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.Table;
import drds.error.SqlError;
import drds.planner.Plan;
import drds.planner.Plan.Aggregation;
import drds.planner.Plan.Aggregation.Output;
import drds.planner.Plan.Merge;
import drds.planner.Plan.SortKey;
import drds.transaction.Transaction;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The executor on two real instances, with plans written by hand. */
class ExecutorTest {
    private static final Plan.Names NO_NAMES = new Plan.Names("shop", List.of());
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Plan.Gather gather(Table table, String sql, Merge merge) {
        return new Plan.Gather(fragments(table, sql), sql, merge, false, false, null, NO_NAMES, "test", null);
    }

    @Test
    void rowsGoWhereTheirKeysSay() throws Exception {
        Table t = cluster.sharded("placed", "id INT PRIMARY KEY, name VARCHAR(20)", "DBPARTITION BY HASH(id)");
        Answer answer = cluster.run("", insert(t, "id, name", "1; 'one'", "2; 'two'", "5; 'five'", "1+2; 'three'"));
        assertThat(answer.affectedRows).isEqualTo(4);
        assertThat(answer.info).isEqualTo("Records: 4  Duplicates: 0  Warnings: 0");
        assertThat(cluster.rows(1, "SELECT * FROM shop_0001.placed ORDER BY id"))
                .containsExactly("1|one", "5|five");
        assertThat(cluster.rows(0, "SELECT * FROM shop_0002.placed")).containsExactly("2|two");
        assertThat(cluster.rows(1, "SELECT * FROM shop_0003.placed")).containsExactly("3|three");
    }

    @Test
    void aFailedInsertLeavesNothing() throws Exception {
        Table t = cluster.sharded("failing", "id INT PRIMARY KEY, name VARCHAR(20)", "DBPARTITION BY HASH(id)");
        cluster.run("", insert(t, "id, name", "3; 'old'"));
        assertThatThrownBy(() -> cluster.run("", insert(t, "id, name", "1; 'a'", "2; 'b'", "3; 'c'")))
                .isInstanceOf(SqlError.class)
                .hasMessageContaining("Duplicate entry '3'");
        assertThat(cluster.rows(1, "SELECT COUNT(*) FROM shop_0001.failing")).containsExactly("0");
        assertThat(cluster.rows(0, "SELECT COUNT(*) FROM shop_0002.failing")).containsExactly("0");
        assertThat(cluster.rows(0, "XA RECOVER")).isEmpty();
        assertThat(cluster.rows(1, "XA RECOVER")).isEmpty();
    }

    /** More often than the pools have connections: each run gives back those that it read over. */
    @Test
    void anInsertSelectKeepsNoConnection() throws Exception {
        Table from = cluster.sharded("copied_from", "id INT PRIMARY KEY", "DBPARTITION BY HASH(id)");
        Table to = cluster.sharded("copied_to", "id INT", "DBPARTITION BY HASH(id)");
        cluster.run("", insert(from, "id", "1", "2", "3"));
        Plan copy = new Plan.InsertSelect(
                gather(from, "SELECT id FROM %s", Merge.CONCATENATE), insert(to, "id"), false, "test");
        for (int i = 0; i < 30; i++) {
            assertThat(cluster.run("", copy).affectedRows).isEqualTo(3);
        }
    }

    @Test
    void numbersAreGeneratedInOrder() throws Exception {
        Table t = cluster.sharded(
                "counted", "id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20)", "DBPARTITION BY HASH(id)");
        Answer answer = cluster.run("", insert(t, "name", "'a'", "'b'", "'c'"));
        long first = answer.lastInsertId;
        Plan all = gather(t, "SELECT id, name FROM %s ORDER BY id", ordered(new SortKey(0, -1, false)));
        assertThat(cluster.run("", all).rows).containsExactly(first + "|a", (first + 1) + "|b", (first + 2) + "|c");
        Answer second = cluster.run("", insert(t, "id, name", "500; 'x'", "0; 'y'"));
        assertThat(second.lastInsertId).isEqualTo(501);
    }

    private static Merge ordered(SortKey... keys) {
        return new Merge(List.of(keys), null, false, List.of(), null, 0, Integer.MAX_VALUE);
    }

    @Test
    void aggregatesAreCombined() throws Exception {
        Table t = cluster.sharded(
                "sums", "id INT PRIMARY KEY, k INT, d DECIMAL(10,5), f DOUBLE", "DBPARTITION BY HASH(id)");
        cluster.run(
                "",
                insert(t, "id, k, d, f", "1; 1; 0.00001; 1.5", "2; 1; 0.00001; 2.5", "3; 1; 0; NULL", "4; 2; 7; 1"));
        String sql = "SELECT k, AVG(d), SUM(d), COUNT(*), MAX(f), SUM(f) FROM sums GROUP BY k";
        SortKey byK = new SortKey(0, -1, false);
        Merge merge = new Merge(
                List.of(byK),
                new Aggregation(
                        List.of(byK),
                        List.of(
                                new Output.First(0),
                                new Output.Avg(1, 2),
                                new Output.Sum(1),
                                new Output.Count(3),
                                new Output.Max(4, -1),
                                new Output.Sum(5))),
                false,
                List.of(),
                null,
                0,
                6);
        Plan.Gather plan =
                gather(t, "SELECT k, SUM(d), COUNT(d), COUNT(*), MAX(f), SUM(f) FROM %s GROUP BY k ORDER BY k", merge);
        Answer answer = cluster.run(sql, plan);
        assertThat(answer.rows).containsExactly("1|0.000006666|0.00002|3|2.5|4", "2|7.000000000|7.00000|1|1|1");
        assertThat(answer.names()).containsExactly("k", "AVG(d)", "SUM(d)", "COUNT(*)", "MAX(f)", "SUM(f)");
        Answer binary = cluster.onLoop(() -> cluster.run(sql, plan, cluster.transaction(), state(), true));
        assertThat(binary.rows).isEqualTo(answer.rows);
    }

    @Test
    void anOrderedGatherWithALimitReadsNoMoreThanItNeeds() throws Exception {
        Table t = cluster.sharded("many", "id INT PRIMARY KEY, name VARCHAR(20)", "DBPARTITION BY HASH(id)");
        for (int i = 0; i < 40; i++) {
            cluster.run("", insert(t, "id, name", i + "; 'n" + (99 - i) + "'"));
        }
        Merge merge = new Merge(List.of(new SortKey(1, 2, false)), null, false, List.of(), 3L, 1, 2);
        Plan plan = gather(t, "SELECT id, name, WEIGHT_STRING(name) FROM %s ORDER BY name", merge);
        List<String> expected = List.of("38|n61", "37|n62", "36|n63");
        assertThat(cluster.run("", plan).rows).isEqualTo(expected);
        assertThat(cluster.onLoop(() -> {
                    Transaction transaction = cluster.transaction();
                    transaction.begin(drds.transaction.Characteristics.DEFAULT);
                    Answer first = cluster.run("", plan, transaction, state(), true);
                    Answer second = cluster.run("", plan, transaction, state(), false);
                    transaction.commit();
                    return List.of(first.rows, second.rows);
                }))
                .containsExactly(expected, expected);
    }

    @Test
    void aResidualRunsTheStatementAsItStands() throws Exception {
        Table t = cluster.sharded(
                "left_over",
                "id INT PRIMARY KEY, k INT, name VARCHAR(20), hidden INT INVISIBLE DEFAULT 3, KEY(k, name)",
                "DBPARTITION BY HASH(id)");
        cluster.run("", insert(t, "id, k, name", "1; 1; 'a'", "2; 1; 'b'", "3; 2; 'c'", "4; 2; NULL"));
        String sql = "SELECT * FROM left_over a JOIN left_over b USING (k) WHERE a.id < b.id ORDER BY a.id";
        Answer answer = cluster.run(sql, residual(sql, input(t)));
        assertThat(answer.rows).containsExactly("1|1|a|2|b", "2|3|c|4|NULL");
        assertThat(answer.columns.get(1).flags() & 2).as("primary key flag").isEqualTo(2);
        Answer again =
                cluster.onLoop(() -> cluster.run(sql, residual(sql, input(t)), cluster.transaction(), state(), true));
        assertThat(again.rows).isEqualTo(answer.rows);
        assertThat(cluster.rows(0, "SELECT COUNT(*) FROM shop.left_over")).containsExactly("0");
    }

    @Test
    void aResidualInATransactionSeesWhatItWrote() throws Exception {
        Table t = cluster.sharded("seen", "id INT PRIMARY KEY, k INT", "DBPARTITION BY HASH(id)");
        cluster.run("", insert(t, "id, k", "1; 1", "2; 1"));
        String sql = "SELECT COUNT(*), (SELECT MAX(id) FROM seen) FROM seen";
        assertThat(cluster.onLoop(() -> {
                    Transaction transaction = cluster.transaction();
                    transaction.begin(drds.transaction.Characteristics.DEFAULT);
                    cluster.run("", insert(t, "id, k", "7; 1", "8; 1"), transaction, state(), false);
                    Answer inside = cluster.run(sql, residual(sql, input(t)), transaction, state(), false);
                    transaction.rollback();
                    return inside.rows;
                }))
                .containsExactly("4|8");
        assertThat(cluster.run(sql, residual(sql, input(t))).rows).containsExactly("2|2");
    }

    @Test
    void broadcastCopiesAreEqual() throws Exception {
        Table t = cluster.broadcast("everywhere", "id INT AUTO_INCREMENT PRIMARY KEY, r DOUBLE, at TIMESTAMP(6)");
        Answer answer = cluster.run("", insert(t, "r, at", "RAND(); NOW(6)", "2; NOW(6)"));
        assertThat(answer.affectedRows).isEqualTo(2);
        assertThat(cluster.rows(0, "SELECT * FROM shop.everywhere"))
                .hasSize(2)
                .isEqualTo(cluster.rows(1, "SELECT * FROM shop.everywhere"));
    }
}
