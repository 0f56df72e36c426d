package drds.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.Table;
import drds.catalog.Table.Kind;
import drds.error.SqlError;
import drds.testing.MariaDb;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DdlExecutorTest {
    private static final String ORDERS =
            "CREATE TABLE orders (id BIGINT NOT NULL AUTO_INCREMENT, buyer INT, note VARCHAR(20)"
                    + " DEFAULT 'none', PRIMARY KEY (id), KEY by_buyer (buyer))"
                    + " DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2";

    private static MariaDb first;
    private static MariaDb second;

    @TempDir
    Path directory;

    private TestCluster cluster;
    private final List<String> points = new ArrayList<>();
    private Consumer<String> watcher = points::add;

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
    }

    @AfterEach
    void close() {
        watcher = point -> {};
        for (String group : List.of("g0", "g1")) {
            for (String schema : cluster.ask(
                            group,
                            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE"
                                    + " 'shop%' OR SCHEMA_NAME = 'drds'")
                    .split("\n")) {
                if (!schema.isEmpty()) {
                    cluster.tell(group, "SET foreign_key_checks = 0");
                    cluster.tell(group, "DROP DATABASE `" + schema + "`");
                }
            }
        }
        cluster.close();
    }

    @Test
    void aDatabaseHasItsShardsOnAllGroups() {
        assertThat(cluster.catalog().database("shop").shards())
                .extracting(shard -> shard.schema() + " " + shard.group())
                .containsExactly("shop_0000 g0", "shop_0001 g1", "shop_0002 g0", "shop_0003 g1");
        assertThat(cluster.ask("g1", "SHOW DATABASES LIKE 'shop%'")).isEqualTo("shop\nshop_0001\nshop_0003");
        assertError("CREATE DATABASE shop", 1007, "Can't create database 'shop'; database exists");
        assertThat(cluster.execute("CREATE DATABASE IF NOT EXISTS shop").notes())
                .extracting(Note::number)
                .containsExactly(1007);
        cluster.execute("ALTER DATABASE shop COLLATE utf8mb4_bin");
        assertThat(cluster.ask(
                        "g1",
                        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME ="
                                + " 'shop_0003'"))
                .isEqualTo("utf8mb4_bin");
        cluster.execute(ORDERS);
        assertThat(cluster.execute("DROP DATABASE shop").affectedRows()).isEqualTo(1);
        assertThat(cluster.ask("g1", "SHOW DATABASES LIKE 'shop%'")).isEmpty();
        assertError("DROP DATABASE shop", 1008, "Can't drop database 'shop'; database doesn't exist");
        assertThat(cluster.execute("DROP DATABASE IF EXISTS shop").notes())
                .extracting(Note::number)
                .containsExactly(1008);
    }

    @Test
    void aShardedTableHasAFaceAndPartitions() {
        cluster.execute(ORDERS);
        Table orders = table("orders");
        assertThat(orders.kind()).isEqualTo(Kind.SHARDED);
        assertThat(orders.partitions()).hasSize(8);
        assertThat(orders.partitions().get(3)).isEqualTo(new Table.Partition(3, "g1", "shop_0001", "orders_01"));
        assertThat(orders.primaryKey().columns()).containsExactly("id");
        assertThat(orders.autoIncrementColumn().name()).isEqualTo("id");
        assertThat(orders.column("note").defaultExpression()).isEqualTo("'none'");
        assertThat(cluster.ask("g1", "SHOW TABLES FROM shop_0001")).isEqualTo("orders_00\norders_01");
        assertThat(cluster.ask("g1", "SHOW CREATE TABLE shop_0003.orders_01")).contains("KEY `by_buyer` (`buyer`)");
        String face = cluster.ask("g0", "SHOW CREATE TABLE shop.orders").substring("orders|".length());
        assertThat(cluster.run(() -> cluster.ddl.showCreateTable("shop", orders, face)))
                .endsWith(
                        "COLLATE=utf8mb4_general_ci\nDBPARTITION BY HASH(`id`) TBPARTITION BY HASH(`id`) TBPARTITIONS 2");
        assertError(ORDERS, 1050, "Table 'orders' already exists");
        assertThat(cluster.execute(ORDERS.replace("TABLE orders", "TABLE IF NOT EXISTS orders"))
                        .notes())
                .containsExactly(new Note("Note", 1050, "Table 'orders' already exists"));
    }

    @Test
    void everyKindOfTable() {
        cluster.execute("CREATE TABLE regions (id INT PRIMARY KEY, name VARCHAR(20)) BROADCAST");
        cluster.execute("CREATE TABLE plain (id INT AUTO_INCREMENT PRIMARY KEY)");
        cluster.execute("CREATE TABLE alone (id INT) SINGLE");
        cluster.execute(
                "CREATE TABLE years (d DATE, n INT) PARTITION BY RANGE (YEAR(d)) (PARTITION a VALUES LESS THAN (2020),"
                        + " PARTITION b VALUES LESS THAN MAXVALUE)");
        cluster.execute("CREATE TABLE places (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci)"
                + " PARTITION BY LIST COLUMNS (name) (PARTITION a VALUES IN ('Rom', 'PARIS'), PARTITION b DEFAULT)");
        assertThat(table("regions").kind()).isEqualTo(Kind.BROADCAST);
        assertThat(table("plain").kind()).isEqualTo(Kind.SINGLE);
        assertThat(table("alone").kind()).isEqualTo(Kind.SINGLE);
        assertThat(table("years").partitions()).hasSize(2);
        assertThat(cluster.ask("g0", "SHOW CREATE TABLE shop.years")).doesNotContain("PARTITION");
        assertThat(cluster.ask("g1", "SHOW TABLES FROM shop")).isEqualTo("regions");
        assertThat(cluster.collations.current().learned()).containsKey("utf8mb4_general_ci");
        cluster.execute("CREATE TABLE orders2 LIKE years");
        assertThat(table("orders2").rule()).isEqualTo(table("years").rule());
        assertThat(cluster.execute("CREATE TABLE filled (x INT, y INT) AS SELECT 1 AS a, 2 AS y")
                        .affectedRows())
                .isEqualTo(1);
        assertThat(cluster.ask("g0", "SELECT * FROM shop.filled")).isEqualTo("NULL|1|2");
        assertError(
                "CREATE TABLE failed AS SELECT CAST('x' AS INT) AS n FROM nowhere",
                1146,
                "Table 'shop.nowhere' doesn't exist");
        assertThat(cluster.ask("g0", "SHOW TABLES FROM shop LIKE 'failed'")).isEmpty();
    }

    @Test
    void wrongDefinitionsLeaveNothing() throws Exception {
        String before = cluster.state("shop");
        assertError("CREATE TABLE t (a INT, a INT) DBPARTITION BY HASH(a)", 1060, "Duplicate column name 'a'");
        assertError("CREATE TABLE t (a INT) DBPARTITION BY HASH(b)", 1488, null);
        assertError("CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES o (id)) DBPARTITION BY HASH(a)", 1235, null);
        assertError("CREATE TABLE nowhere.t (a INT)", 1049, "Unknown database 'nowhere'");
        assertThat(cluster.state("shop")).isEqualTo(before);
        assertThat(unfinished()).isZero();
    }

    @Test
    void aTableInTheWayOfAPartitionIsFoundBeforeAnythingIsDone() throws Exception {
        cluster.tell("g1", "CREATE TABLE shop_0003.orders_01 (x INT)");
        String before = cluster.state("shop");
        assertError(ORDERS, 1050, null);
        assertThat(cluster.state("shop")).isEqualTo(before);
        assertThat(unfinished()).isZero();
    }

    @Test
    void aFailureOnOneShardTakesAllBack() throws Exception {
        cluster.execute(ORDERS);
        fill();
        String before = cluster.state("shop");
        watcher = point -> {
            if (point.equals("before partitions")) {
                cluster.tell("g1", "ALTER TABLE shop_0003.orders_01 ADD COLUMN extra INT");
            }
        };
        assertThatThrownBy(() -> run("ALTER TABLE orders ADD COLUMN extra INT, ADD KEY k (note)"))
                .hasMessage("Duplicate column name 'extra'");
        watcher = points::add;
        cluster.tell("g1", "ALTER TABLE shop_0003.orders_01 DROP COLUMN extra");
        assertThat(cluster.state("shop")).isEqualTo(before);
        assertError("ALTER TABLE orders ADD UNIQUE KEY u (buyer)", 1062, null);
        assertThat(cluster.state("shop")).isEqualTo(before);
        assertError("ALTER TABLE orders MODIFY note VARCHAR(3)", 1265, null);
        assertThat(cluster.state("shop")).isEqualTo(before);
        assertThat(unfinished()).isZero();
    }

    @Test
    void alterInPlaceAndByCopies() {
        cluster.execute(ORDERS);
        fill();
        cluster.execute("ALTER TABLE orders ADD COLUMN extra INT DEFAULT 5 AFTER buyer, ADD KEY k (extra)");
        assertThat(points).contains("after partitions").doesNotContain("after exchange");
        assertThat(cluster.ask("g1", "SELECT extra, note FROM shop_0003.orders_01 ORDER BY 1 LIMIT 1"))
                .isEqualTo("5|none");
        assertThat(table("orders").column("extra")).isNotNull();
        cluster.execute("DROP INDEX k ON orders");
        cluster.execute("CREATE INDEX k2 ON orders (note(3))");
        assertThat(cluster.ask("g0", "SHOW CREATE TABLE shop_0002.orders_00")).contains("KEY `k2` (`note`(3))");
        cluster.execute("ALTER TABLE orders ALTER COLUMN extra SET DEFAULT 7");
        points.clear();
        cluster.execute("ALTER TABLE orders MODIFY note VARCHAR(40), DROP COLUMN extra, CHANGE buyer customer BIGINT");
        assertThat(points).contains("after exchange");
        assertThat(cluster.ask("g1", "SELECT COUNT(*), MIN(customer) FROM shop_0003.orders_01"))
                .isEqualTo("5|7");
        assertThat(cluster.ask("g1", "SHOW TABLES FROM drds"))
                .isEqualTo(
                        "flexible_transactions\nmessages\noutbox\noutgoing_messages\nsnapshot_gate\nspread_transactions"
                                + "\ntransaction_log\nundo_log");
        assertError("ALTER TABLE orders ADD COLUMN note INT", 1060, "Duplicate column name 'note'");
        assertError("ALTER TABLE orders DROP COLUMN nothing", 1091, null);
        assertError("ALTER TABLE nothing ADD x INT", 1146, "Table 'shop.nothing' doesn't exist");
        assertError("ALTER TABLE orders DROP COLUMN id", 1105, null);
        assertError("ALTER TABLE orders MODIFY id INT", 1105, null);
        cluster.execute(
                "ALTER TABLE orders MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT".replace(" UNSIGNED", ""));
    }

    @Test
    void broadcastTablesAreAlteredOnEveryGroup() {
        cluster.execute("CREATE TABLE regions (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20)) BROADCAST");
        cluster.tell("g0", "INSERT INTO shop.regions VALUES (1, 'a')");
        cluster.tell("g1", "INSERT INTO shop.regions VALUES (1, 'a')");
        cluster.execute("ALTER TABLE regions ADD x INT");
        cluster.execute("ALTER TABLE regions MODIFY name TEXT");
        assertThat(cluster.ask("g0", "SELECT * FROM shop.regions")).isEqualTo("1|a|NULL");
        assertThat(cluster.ask("g1", "SHOW CREATE TABLE shop.regions")).contains("`name` text");
        cluster.execute("TRUNCATE regions");
        assertThat(cluster.ask("g1", "SELECT * FROM shop.regions")).isEmpty();
        assertThat(cluster.ask("g0", "SHOW TABLES FROM drds"))
                .isEqualTo(
                        "flexible_transactions\nmessages\nnamed_sequences\noutbox\noutgoing_messages\nsequences\nsnapshot_gate\nspread_transactions"
                                + "\ntransaction_log\nundo_log");
        cluster.execute("DROP TABLE regions");
        assertThat(cluster.ask("g1", "SHOW TABLES FROM shop")).isEmpty();
    }

    @Test
    void dropNamesWhatIsMissing() {
        cluster.execute(ORDERS);
        cluster.execute("CREATE TABLE plain (id INT)");
        cluster.execute("CREATE VIEW v AS SELECT id FROM orders");
        assertError("DROP TABLE v", 1965, "'shop.v' is a view");
        assertError("DROP TABLE nowhere.x, orders, plain, v", 1051, "Unknown table 'nowhere.x,shop.v'");
        assertThat(cluster.catalog().database("shop").tables()).isEmpty();
        assertThat(cluster.ask("g1", "SHOW TABLES FROM shop_0001")).isEmpty();
        assertThat(cluster.execute("DROP TABLE IF EXISTS gone").notes())
                .containsExactly(new Note("Note", 1051, "Unknown table 'shop.gone'"));
    }

    @Test
    void renameMovesPartitionsAndCanExchangeNames() {
        cluster.execute(ORDERS);
        cluster.execute("CREATE TABLE other (id INT, PRIMARY KEY (id)) DBPARTITION BY HASH(id)");
        fill();
        assertThat(next("orders", 3)).isEqualTo(1);
        cluster.execute("RENAME TABLE orders TO tmp, other TO orders, tmp TO other");
        assertThat(table("other").partitions().get(7).table()).isEqualTo("other_01");
        assertThat(cluster.ask("g1", "SHOW TABLES FROM shop_0003")).isEqualTo("orders\nother_00\nother_01");
        assertThat(next("other", 1)).isGreaterThan(3);
        assertError("RENAME TABLE other TO orders", 1050, "Table 'orders' already exists");
        assertError("RENAME TABLE nothing TO something", 1146, "Table 'shop.nothing' doesn't exist");
        cluster.execute("ALTER TABLE other RENAME TO others, ADD y INT");
        assertThat(cluster.ask("g1", "SELECT COUNT(y), COUNT(*) FROM shop_0003.others_01"))
                .isEqualTo("0|5");
    }

    @Test
    void viewsLieOverFaces() {
        cluster.execute(ORDERS);
        cluster.execute("CREATE VIEW v (n) AS SELECT id FROM orders");
        assertThat(cluster.catalog().database("shop").views().get("v").query())
                .isEqualTo("select `shop`.`orders`.`id` AS `n` from `shop`.`orders`");
        cluster.execute("CREATE OR REPLACE VIEW v AS SELECT buyer FROM orders");
        assertThat(cluster.ask("g0", "SHOW COLUMNS FROM shop.v")).startsWith("buyer|int(11)");
        cluster.execute("RENAME TABLE v TO w");
        assertError("CREATE VIEW orders AS SELECT 1", 1050, "Table 'orders' already exists");
        assertError("DROP VIEW w, nothing", 4092, "Unknown VIEW: 'shop.nothing'");
        assertThat(cluster.catalog().database("shop").views()).isEmpty();
    }

    @Test
    void sequencesCountFromOneAndSurvive() throws Exception {
        cluster.execute(ORDERS);
        assertThat(next("orders", 1)).isEqualTo(1);
        assertThat(next("orders", 3)).isEqualTo(2);
        assertThat(next("orders", 1)).isEqualTo(5);
        Table orders = table("orders");
        cluster.run(() -> {
            cluster.sequences.raise("shop", orders, BigInteger.valueOf(50));
            cluster.sequences.raise("shop", orders, BigInteger.valueOf(7));
            return null;
        });
        assertThat(next("orders", 1)).isEqualTo(51);
        assertThat(next("orders", 250_000)).isEqualTo(52);
        assertThat(next("orders", 1)).isEqualTo(250_052);
        cluster.run(() -> {
            cluster.sequences.raise("shop", orders, BigInteger.valueOf(1_000_000));
            return null;
        });
        assertThat(next("orders", 1)).isEqualTo(1_000_001);
        cluster.close();
        cluster = new TestCluster(directory, first, second, point -> watcher.accept(point));
        assertThat(next("orders", 1)).isGreaterThan(1_000_001);
        cluster.execute("TRUNCATE TABLE orders");
        assertThat(next("orders", 1)).isEqualTo(1);
        cluster.execute("ALTER TABLE orders AUTO_INCREMENT = 500");
        assertThat(next("orders", 1)).isEqualTo(500);
        cluster.execute(
                "CREATE TABLE small (id TINYINT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 127 DBPARTITION BY HASH(id)");
        assertThat(next("small", 1)).isEqualTo(127);
        assertThatThrownBy(() -> next("small", 1))
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(167));
    }

    private Table table(String name) {
        return Objects.requireNonNull(cluster.catalog().database("shop").table(name));
    }

    private long next(String table, int count) {
        return cluster.run(() -> cluster.sequences.next("shop", table(table), count));
    }

    /** Five rows in each partition, all of one buyer. */
    private void fill() {
        for (Table.Partition partition : table("orders").partitions()) {
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                rows.append(i == 0 ? "" : ", ")
                        .append("(")
                        .append(i * 8 + partition.index() + 8)
                        .append(", 7)");
            }
            cluster.tell(
                    partition.group(),
                    "INSERT INTO " + partition.schema() + "." + partition.table() + " (id, buyer) VALUES " + rows);
        }
    }

    private int unfinished() throws Exception {
        return cluster.store.curator().getChildren().forPath("/jobs").size();
    }

    private void run(String sql) {
        cluster.execute(sql);
    }

    private void assertError(String sql, int number, String message) {
        assertThatThrownBy(() -> cluster.execute(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SqlError.class,
                        e -> assertThat(e.number()).as(e.message()).isEqualTo(number))
                .satisfies(e -> {
                    if (message != null) {
                        assertThat(e).hasMessage(message);
                    }
                });
    }
}
