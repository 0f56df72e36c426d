package drds.acceptance;

import static drds.acceptance.Sql.await;
import static drds.acceptance.Sql.query;
import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Statements that run after the commit, and messages that go out after it. */
@ExtendWith(ClusterExtension.class)
class DeferredTest {
    private static final String DEFER = "/*+TDDL:defer*/ ";

    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "deferred",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, name VARCHAR(40), at DATETIME(6)) DBPARTITION BY HASH(id)",
                "CREATE TABLE single (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40))",
                "INSERT INTO t (id, v) SELECT seq, 0 FROM seq_1_to_40");
    }

    private static Connection connect() throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "deferred", "");
    }

    @Test
    void aDeferredStatementRunsAfterTheCommitAndNotBefore() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "BEGIN",
                    "UPDATE t SET v = 1 WHERE id = 1",
                    DEFER + "UPDATE t SET v = v + 5 WHERE id IN (2, 3)");
            assertThat(query(connection, "SHOW WARNINGS").getFirst()).contains("it is run after the commit");
            assertThat(query(connection, "SELECT SUM(v) FROM t WHERE id IN (2, 3)"))
                    .containsExactly("0");
            run(connection, "COMMIT", "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT id, v FROM t WHERE id < 4 ORDER BY id"))
                    .containsExactly("1|1", "2|5", "3|5");
        }
    }

    @Test
    void whatIsRolledBackNeverRuns() throws SQLException {
        try (Connection connection = connect()) {
            run(connection, "BEGIN", "UPDATE t SET v = 1 WHERE id = 4", "SAVEPOINT s");
            run(connection, DEFER + "UPDATE t SET v = 9 WHERE id = 5", "ROLLBACK TO s");
            run(connection, DEFER + "UPDATE t SET v = 7 WHERE id = 6", "COMMIT");
            run(connection, "BEGIN", DEFER + "UPDATE t SET v = 9 WHERE id = 5", "ROLLBACK", "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT v FROM t WHERE id IN (5, 6) ORDER BY id"))
                    .containsExactly("0", "7");
        }
    }

    @Test
    void theSessionThatDeferredIsRemembered() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "SET time_zone = '+05:00', sql_mode = 'ANSI_QUOTES', @name = 'it''s', timestamp = 1700000000.5");
            run(connection, "INSERT INTO single (name) VALUES ('first')");
            run(
                    connection,
                    DEFER + "UPDATE \"t\" SET name = CONCAT(@name, LAST_INSERT_ID() > 0), at = NOW(6) WHERE id = 7",
                    "SET @name = 'other', time_zone = DEFAULT",
                    "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT name, at FROM t WHERE id = 7"))
                    .containsExactly("it's1|2023-11-15 03:13:20.500000");
        }
    }

    @Test
    void preparedStatementsAndProceduresDefer() throws SQLException {
        try (Connection connection = JdbcDriver.MARIADB_CONNECTOR_J_SERVER_PREPARED.connect(port, "deferred", "");
                PreparedStatement statement = connection.prepareStatement(DEFER + "UPDATE t SET v = ? WHERE id = ?")) {
            for (int id = 8; id < 10; id++) {
                statement.setInt(1, id * 10);
                statement.setInt(2, id);
                assertThat(statement.executeUpdate()).isZero();
            }
            run(
                    connection,
                    "CREATE PROCEDURE later(n INT) BEGIN " + DEFER + "UPDATE t SET v = n WHERE id = 10; END",
                    "CALL later(55)",
                    "DROP PROCEDURE later",
                    "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT v FROM t WHERE id BETWEEN 8 AND 10 ORDER BY id"))
                    .containsExactly("80", "90", "55");
        }
    }

    @Test
    void whatIsWrongInTheStatementIsToldAtOnce() throws SQLException {
        try (Connection connection = connect()) {
            refuses(connection, "UPDATE t SET nothing = 1", 1054);
            refuses(connection, "UPDATE nothing SET v = 1", 1146);
            refuses(connection, "UPDATE t SET v = = 1", 1064);
            refuses(connection, "SELECT 1", 1105);
            refuses(connection, "DELETE FROM t WHERE id = 1 RETURNING id", 1105);
            run(connection, "CREATE TEMPORARY TABLE mine (id INT)");
            refuses(connection, "INSERT INTO mine VALUES (1)", 1105);
            assertThat(query(connection, "SHOW DEFERRED WHERE STATEMENT LIKE '%nothing%'"))
                    .isEmpty();
        }
    }

    private static void refuses(Connection connection, String sql, int number) {
        assertThatThrownBy(() -> run(connection, DEFER + sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(number));
    }

    @Test
    void whatCannotRunIsParkedAndHoldsUpItsOwnKeyAlone() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    DEFER + "INSERT INTO t (id, v) VALUES (11, 1)",
                    DEFER + "UPDATE t SET v = 2 WHERE id = 11",
                    DEFER + "UPDATE t SET v = 3 WHERE id = 12");
            assertThatThrownBy(() -> run(connection, "WAIT FOR DEFERRED 30")).hasMessageContaining("are parked");
            await(connection, "SELECT v FROM t WHERE id = 12", "3");
            String own = "WHERE TOUCHES = 'deferred.t(11)' ORDER BY ID";
            assertThat(query(connection, "SHOW DEFERRED " + own))
                    .satisfiesExactly(
                            first -> assertThat(first).contains("PARKED", "1062", "Duplicate entry '11'"),
                            second -> assertThat(second).contains("WAITING", "SET v = 2"));
            assertThat(query(connection, "CHECK TRANSACTIONS WHERE KIND = 'DEFERRED' ORDER BY ID LIMIT 1"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).contains("PARKED"));
            String id = query(connection, "SHOW DEFERRED " + own).getFirst().split("\\|", 2)[0];
            run(connection, "DELETE FROM t WHERE id = 11", "RETRY DEFERRED " + id, "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT v FROM t WHERE id = 11")).containsExactly("2");
            run(connection, DEFER + "INSERT INTO t (id, v) VALUES (11, 1)");
            assertThatThrownBy(() -> run(connection, "WAIT FOR DEFERRED")).hasMessageContaining("are parked");
            run(connection, "DISCARD DEFERRED ALL", "WAIT FOR DEFERRED 30");
            assertThat(query(connection, "SELECT v FROM t WHERE id = 11")).containsExactly("2");
            assertThatThrownBy(() -> run(connection, "RETRY DEFERRED 5"))
                    .hasMessageContaining("There is no deferred statement 5");
        }
    }

    @Test
    void aTableThatIsGoneParksWhatWasDeferredForIt() throws SQLException {
        try (Connection connection = connect();
                Connection other = connect()) {
            run(connection, "CREATE TABLE gone (id INT PRIMARY KEY)", "INSERT INTO gone VALUES (1)");
            run(other, "BEGIN", "INSERT INTO gone VALUES (2)");
            run(other, "COMMIT", "BEGIN", DEFER + "DELETE FROM gone WHERE id = 1");
            run(connection, "DROP TABLE gone");
            run(other, "COMMIT");
            assertThatThrownBy(() -> run(other, "WAIT FOR DEFERRED 30")).hasMessageContaining("are parked");
            assertThat(query(connection, "SHOW DEFERRED WHERE TOUCHES LIKE '%gone%'"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).contains("PARKED", "1146"));
            run(connection, "DISCARD DEFERRED ALL");
        }
    }

    @Test
    void messagesComeInOrderAndStayUntilTheyAreAcknowledged() throws SQLException {
        try (Connection connection = connect()) {
            run(connection, "BEGIN", "UPDATE t SET v = 1 WHERE id = 20", "SET @body = 'one'");
            run(
                    connection,
                    "CALL drds.publish('news', 'k', @body)",
                    "CALL drds.publish('news', 'k', CONCAT('t', 'wo'))");
            assertThat(query(connection, "SELECT id FROM drds.messages WHERE topic = 'news'"))
                    .isEmpty();
            run(connection, "COMMIT", "BEGIN", "CALL drds.publish('news', 'k', 'never')", "ROLLBACK");
            run(connection, "CALL drds.publish('news', NULL, 3)");
            String news = "SELECT body FROM drds.messages WHERE topic = 'news' ORDER BY id";
            await(connection, news, "one", "two", "3");
            String second = query(connection, "SELECT id FROM drds.messages WHERE topic = 'news' AND body = 'two'")
                    .getFirst();
            run(connection, "BEGIN", "CALL drds.acknowledge('news', " + second + ")", "ROLLBACK");
            assertThat(query(connection, news)).hasSize(3);
            run(connection, "CALL drds.acknowledge('news', " + second + ")");
            assertThat(query(connection, news)).containsExactly("3");
            assertThatThrownBy(() -> run(connection, "CALL drds.publish('no topic', NULL, 1)"))
                    .hasMessageContaining("topic");
        }
    }
}
