package drds.acceptance;

import static drds.acceptance.Sql.await;
import static drds.acceptance.Sql.query;
import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions whose changes are committed one by one, and taken back by ROLLBACK. */
@ExtendWith(ClusterExtension.class)
class FlexibleTest {
    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "flexible",
                "CREATE TABLE t (id INT PRIMARY KEY, n INT, price DECIMAL(10,2), name VARCHAR(30), raw VARBINARY(10),"
                        + " at TIMESTAMP(3) NULL, flag BIT(3), kind ENUM('a', 'b'), d DOUBLE) DBPARTITION BY HASH(id)",
                "CREATE TABLE single (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT)",
                "CREATE TABLE nokey (n INT)",
                "CREATE TABLE floats (id INT PRIMARY KEY, f FLOAT)",
                "INSERT INTO t SELECT seq, 10, 1.50, 'it''s \\\\ é', X'00FF', '2026-01-02 03:04:05.678', 5, 'b', 0.1"
                        + " FROM seq_1_to_20");
    }

    private static Connection connect() throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "flexible", "");
    }

    private static Connection flexible() throws SQLException {
        Connection connection = connect();
        run(connection, "SET drds_transaction_policy = 'FLEXIBLE'");
        return connection;
    }

    @Test
    void changesAreSeenAtOnceAndStayAfterCommit() throws SQLException {
        try (Connection connection = flexible();
                Connection other = connect()) {
            assertThat(query(connection, "SELECT @@drds_transaction_policy")).containsExactly("FLEXIBLE");
            assertThat(query(other, "SELECT @@drds_transaction_policy")).containsExactly("XA");
            run(connection, "BEGIN", "UPDATE t SET n = n + 1 WHERE id IN (1, 2)");
            assertThat(query(other, "SELECT SUM(n) FROM t WHERE id IN (1, 2)")).containsExactly("22");
            run(other, "UPDATE t SET n = n + 100 WHERE id = 1");
            run(connection, "COMMIT");
            assertThat(query(other, "SELECT n FROM t WHERE id IN (1, 2) ORDER BY id"))
                    .containsExactly("111", "11");
            assertThat(query(other, "CHECK TRANSACTIONS WHERE KIND IN ('FLEXIBLE', 'UNDO')"))
                    .isEmpty();
        }
    }

    @Test
    void rollbackTakesEverythingBackTheLastFirst() throws SQLException {
        try (Connection connection = flexible()) {
            String all = "SELECT id, n, price, name, HEX(raw), at, flag + 0, kind, d FROM t WHERE id BETWEEN 3 AND 6"
                    + " OR id > 90 ORDER BY id";
            List<String> before = query(connection, all);
            connection.setAutoCommit(false);
            run(
                    connection,
                    "UPDATE t SET n = n - 3, price = price + 0.25, name = 'x', raw = NULL, at = NOW(), flag = 0, kind = 'a',"
                            + " d = d * 3 WHERE id = 3",
                    "DELETE FROM t WHERE id IN (3, 4)",
                    "INSERT INTO t (id, n) VALUES (3, 7), (91, 1)",
                    "UPDATE t SET n = id WHERE id > 4 ORDER BY id DESC LIMIT 3",
                    "INSERT INTO single (name) VALUES ('one')",
                    "UPDATE single SET name = CONCAT(name, '''') WHERE id = LAST_INSERT_ID()");
            assertThat(query(connection, "SELECT name FROM single")).containsExactly("one'");
            connection.rollback();
            assertThat(query(connection, all)).isEqualTo(before);
            assertThat(query(connection, "SELECT * FROM single")).isEmpty();
            connection.commit();
        }
    }

    @Test
    void aRowThatSomebodyChangedIsAConflictAndADifferenceIsNone() throws SQLException {
        try (Connection connection = flexible();
                Connection other = connect()) {
            run(connection, "BEGIN", "UPDATE t SET n = n + 5 WHERE id = 7", "UPDATE t SET name = 'mine' WHERE id = 8");
            run(other, "UPDATE t SET n = n + 100 WHERE id = 7", "UPDATE t SET name = 'theirs' WHERE id = 8");
            run(connection, "ROLLBACK");
            assertThat(query(other, "SELECT n, name FROM t WHERE id IN (7, 8) ORDER BY id"))
                    .containsExactly("110|it's \\ é", "10|theirs");
            List<String> conflict = query(other, "CHECK TRANSACTIONS WHERE KIND = 'UNDO'");
            assertThat(conflict)
                    .singleElement()
                    .satisfies(row -> assertThat(row).contains("CONFLICT", "not as it was left"));
            String id = conflict.getFirst().split("\\|")[2];
            run(other, "UPDATE t SET name = 'mine' WHERE id = 8", "RETRY DEFERRED " + id);
            await(other, "CHECK TRANSACTIONS WHERE KIND = 'UNDO'");
            assertThat(query(other, "SELECT name FROM t WHERE id = 8")).containsExactly("it's \\ é");
        }
    }

    @Test
    void whatADisconnectedClientLeftIsTakenBack() throws SQLException {
        try (Connection other = connect()) {
            try (Connection connection = flexible()) {
                run(connection, "BEGIN", "UPDATE t SET n = n + 5 WHERE id = 9", "DELETE FROM t WHERE id = 10");
            }
            await(other, "SELECT n FROM t WHERE id IN (9, 10) ORDER BY id", "10", "10");
        }
    }

    @Test
    void aFailedStatementChangesNothingAndTheTransactionGoesOn() throws SQLException {
        try (Connection connection = flexible()) {
            run(connection, "BEGIN", "UPDATE t SET n = n + 1 WHERE id = 11");
            assertThatThrownBy(() -> run(connection, "INSERT INTO t (id) VALUES (95), (12)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1062));
            run(connection, "COMMIT");
            assertThat(query(connection, "SELECT id, n FROM t WHERE id IN (11, 95)"))
                    .containsExactly("11|11");
        }
    }

    @Test
    void whatCouldNotBeTakenBackIsRefused() throws SQLException {
        try (Connection connection = flexible()) {
            run(connection, "BEGIN");
            for (String sql : List.of(
                    "SELECT * FROM t FOR UPDATE",
                    "SAVEPOINT s",
                    "INSERT INTO nokey VALUES (1)",
                    "UPDATE floats SET f = 1",
                    "INSERT INTO floats VALUES (1, 1)",
                    "REPLACE INTO t (id) VALUES (1)",
                    "INSERT IGNORE INTO t (id) VALUES (1)",
                    "INSERT INTO t (id) VALUES (1) ON DUPLICATE KEY UPDATE n = 1",
                    "UPDATE t SET id = 99 WHERE id = 1",
                    "UPDATE t JOIN single USING (id) SET n = 1",
                    "/*+TDDL:defer*/ UPDATE t SET n = 1 WHERE id = 1",
                    "CALL drds.publish('t', NULL, 1)")) {
                assertThatThrownBy(() -> run(connection, sql))
                        .as(sql)
                        .hasMessageContaining("can't be in a FLEXIBLE transaction");
            }
            assertThatThrownBy(() -> run(connection, "SET drds_transaction_policy = 'XA'"))
                    .hasMessageContaining("while a transaction is in progress");
            run(connection, "ROLLBACK", "SET drds_transaction_policy = DEFAULT", "BEGIN", "SAVEPOINT s", "ROLLBACK");
            assertThatThrownBy(() -> run(connection, "SET drds_transaction_policy = 'SOMETIMES'"))
                    .hasMessageContaining("can't be set");
        }
    }
}
