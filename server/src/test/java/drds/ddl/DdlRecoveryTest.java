package drds.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.ddl.TestCluster.Killed;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.testing.MariaDb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that dies at any point of a change leaves all as it was, or as it was to be. */
class DdlRecoveryTest {
    private static MariaDb first;
    private static MariaDb second;

    @TempDir
    Path directory;

    private TestCluster cluster;
    private Consumer<String> watcher = point -> {};

    @BeforeAll
    static void start() throws Exception {
        first = MariaDb.start();
        second = MariaDb.start();
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
    }

    @BeforeEach
    void open() throws Exception {
        cluster = new TestCluster(directory, first, second, point -> watcher.accept(point));
        cluster.execute("CREATE DATABASE shop CHARACTER SET utf8mb4");
        cluster.execute(
                "CREATE TABLE orders (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, buyer INT, KEY by_buyer (buyer))"
                        + " DBPARTITION BY HASH(id)");
        cluster.execute("CREATE TABLE plain (id INT)");
        cluster.execute("CREATE TABLE regions (id INT PRIMARY KEY, name VARCHAR(10)) BROADCAST");
        cluster.execute("CREATE VIEW v AS SELECT id FROM orders");
        for (int i = 0; i < 4; i++) {
            cluster.tell("g" + i % 2, "INSERT INTO shop_000" + i + ".orders VALUES (" + (i + 4) + ", 7)");
        }
    }

    @AfterEach
    void close() {
        for (String group : List.of("g0", "g1")) {
            for (String schema :
                    cluster.ask(group, "SHOW DATABASES LIKE 'shop%'").split("\n")) {
                if (!schema.isEmpty()) {
                    cluster.tell(group, "DROP DATABASE `" + schema + "`");
                }
            }
            cluster.tell(group, "DROP DATABASE drds");
        }
        cluster.close();
    }

    @Test
    void everyStatementAtEveryPoint() throws Exception {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY) DBPARTITION BY HASH(id)", "DROP TABLE t");
        statements.put("CREATE TABLE t (id INT) BROADCAST", "DROP TABLE t");
        statements.put(
                "ALTER TABLE orders ADD COLUMN c INT DEFAULT 3, DROP KEY by_buyer",
                "ALTER TABLE orders DROP COLUMN c, ADD KEY by_buyer (buyer)");
        statements.put("ALTER TABLE orders MODIFY buyer BIGINT", "ALTER TABLE orders MODIFY buyer INT");
        statements.put("ALTER TABLE plain ADD x INT", "ALTER TABLE plain DROP x");
        statements.put("ALTER TABLE regions MODIFY name VARCHAR(20)", "ALTER TABLE regions MODIFY name VARCHAR(10)");
        statements.put(
                "RENAME TABLE orders TO a, plain TO orders, v TO w",
                "RENAME TABLE w TO v, orders TO plain, a TO orders");
        statements.put(
                "CREATE OR REPLACE VIEW v AS SELECT buyer FROM orders",
                "CREATE OR REPLACE VIEW v AS SELECT id FROM orders");
        statements.put("DROP VIEW v", "CREATE VIEW v AS SELECT id FROM orders");
        statements.put("ALTER DATABASE shop COLLATE utf8mb4_bin", "ALTER DATABASE shop COLLATE utf8mb4_general_ci");
        statements.put("CREATE DATABASE shop2", "DROP DATABASE shop2");
        for (Map.Entry<String, String> statement : statements.entrySet()) {
            atEveryPoint(statement.getKey(), statement.getValue());
        }
    }

    @Test
    void dropAndTruncateLoseNothingBeforeTheyAreDone() throws Exception {
        String before = cluster.state("shop");
        for (String point : List.of("before move away", "after move away", "before publish")) {
            killAt(point, "DROP TABLE orders");
            assertThat(cluster.state("shop")).as(point).isEqualTo(before);
        }
        for (String point : List.of("after empty copies", "after exchange", "before sequence", "before publish")) {
            killAt(point, "TRUNCATE TABLE orders");
            assertThat(cluster.state("shop")).as(point).isEqualTo(before);
        }
        killAt("after publish", "TRUNCATE TABLE orders");
        assertThat(cluster.ask("g1", "SELECT COUNT(*) FROM shop_0001.orders")).isEqualTo("0");
        killAt("after publish", "DROP TABLE orders");
        assertThat(cluster.catalog().database("shop").table("orders")).isNull();
        assertThat(cluster.ask("g1", "SHOW TABLES FROM drds"))
                .isEqualTo(
                        "flexible_transactions\nmessages\noutbox\noutgoing_messages\nsnapshot_gate\nspread_transactions"
                                + "\ntransaction_log\nundo_log");
        killAt("after publish", "DROP DATABASE shop");
        assertThat(cluster.ask("g1", "SHOW DATABASES LIKE 'shop%'")).isEmpty();
    }

    @Test
    void aTableMadeOfAQueryIsThereWithItsRowsOrNotAtAll() throws Exception {
        String before = state();
        String create = "CREATE TABLE t DBPARTITION BY HASH(id) AS SELECT id FROM plain";
        for (String point : List.of("after partitions", "before publish", "before filling", "after filling")) {
            killAt(point, create);
            assertThat(state()).as(point).isEqualTo(before);
        }
        cluster.execute("CREATE TABLE t (id INT) BROADCAST");
        killAt("before filling", "CREATE OR REPLACE TABLE t AS SELECT id FROM plain");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void anInstanceThatIsAwayIsBroughtBackWhenItReturns() throws Exception {
        String before = state();
        watcher = point -> {
            if (point.equals("before publish")) {
                cluster.place("g1", 1);
                throw ErrorCode.QUERY_INTERRUPTED.with();
            }
        };
        assertThatThrownBy(() -> cluster.execute("ALTER TABLE orders ADD COLUMN c INT, DROP KEY by_buyer"))
                .isInstanceOf(SqlError.class)
                .hasMessageContaining("that is tried again");
        watcher = point -> {};
        cluster.again();
        assertThatThrownBy(() -> cluster.execute("DROP TABLE orders")).hasMessageContaining("'shop.orders' is halfway");
        assertThatThrownBy(() -> cluster.locks.share("shop", "orders", Duration.ofHours(1)))
                .hasMessageContaining("'shop.orders' is halfway");

        cluster.place("g1", second.port());
        cluster.again();
        assertThat(state()).isEqualTo(before);
        assertThat(cluster.store.curator().getChildren().forPath("/jobs")).isEmpty();
        cluster.execute("TRUNCATE TABLE orders");
    }

    @Test
    void whatIsLeftOfADroppedDatabaseGoesWhenItsInstanceReturns() throws Exception {
        watcher = point -> {
            if (point.equals("after publish")) {
                cluster.place("g1", 1);
            }
        };
        cluster.execute("DROP DATABASE shop");
        watcher = point -> {};
        assertThatThrownBy(() -> cluster.execute("CREATE DATABASE shop")).hasMessageContaining("'shop' is halfway");

        cluster.place("g1", second.port());
        cluster.again();
        assertThat(cluster.ask("g1", "SHOW DATABASES LIKE 'shop%'")).isEmpty();
        cluster.execute("CREATE DATABASE shop");
    }

    /** What the statement did is undone by {@code back}, so that each point begins with the same state. */
    private void atEveryPoint(String statement, String back) throws Exception {
        List<String> points = new ArrayList<>();
        String before = state();
        watcher = points::add;
        cluster.execute(statement);
        String after = state();
        watcher = point -> {};
        cluster.execute(back);
        assertThat(state()).as("taken back by %s", back).isEqualTo(before);
        assertThat(points).hasSizeGreaterThan(2);
        for (String point : points) {
            killAt(point, statement);
            boolean done = point.equals("after publish");
            boolean single = !done && !state().equals(before);
            // What ran on one single table can't be taken back: then the catalog follows.
            assertThat(state()).as("%s killed %s", statement, point).isEqualTo(done || single ? after : before);
            if (single) {
                assertThat(statement).contains("plain");
            }
            if (done || single) {
                cluster.execute(back);
            }
        }
    }

    private String state() {
        return cluster.state("shop") + "\n"
                + cluster.catalog().database("shop").tables().values().stream()
                        .map(table -> table.name() + table.kind() + table.columns() + table.keys() + table.partitions())
                        .toList()
                + cluster.catalog().database("shop").views()
                + cluster.catalog().databases().keySet();
    }

    private void killAt(String wanted, String statement) throws Exception {
        watcher = point -> {
            if (point.equals(wanted)) {
                throw new Killed();
            }
        };
        boolean killed = false;
        try {
            cluster.execute(statement);
        } catch (Killed expected) {
            killed = true;
        }
        assertThat(killed).as("%s reaches %s", statement, wanted).isTrue();
        watcher = point -> {};
        cluster.restart();
        assertThat(cluster.store.curator().getChildren().forPath("/jobs")).isEmpty();
    }
}
