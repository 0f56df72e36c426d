package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** DRDS's hints: what no MariaDB has. */
@ExtendWith(ClusterExtension.class)
class HintsTest {
    private static final int ROWS = 100;

    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        String sharded = " DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2";
        cluster.makeDatabase(
                "hints",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, c VARCHAR(10), UNIQUE GLOBAL INDEX g (c) DBPARTITION BY HASH(c))"
                        + sharded,
                "CREATE TABLE u (id INT PRIMARY KEY, v INT)" + sharded,
                "CREATE TABLE other (id INT PRIMARY KEY) DBPARTITION BY HASH(id)",
                "CREATE TABLE whole (id INT PRIMARY KEY)",
                "INSERT INTO t SELECT seq, 0, CONCAT('c', seq) FROM seq_1_to_" + ROWS,
                "INSERT INTO u SELECT id, 0 FROM t");
    }

    private static Connection connect(JdbcDriver driver) throws SQLException {
        return driver.connect(port, "hints", "");
    }

    private static List<String> rows(ResultSet rows) throws SQLException {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
            found.add(rows.getString(1));
        }
        return found;
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        // Connector/J takes /! for no comment, and so the statement for no query.
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute(sql)).isTrue();
            return rows(statement.getResultSet());
        }
    }

    private static int sum(List<String> counts) {
        return counts.stream().mapToInt(Integer::parseInt).sum();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"CONNECTOR_J", "CONNECTOR_J_SERVER_PREPARED", "MARIADB_CONNECTOR_J_SERVER_PREPARED"})
    void eachPhysicalTableAnswersForItself(JdbcDriver driver) throws SQLException {
        try (Connection connection = connect(driver)) {
            int tables = query(connection, "SHOW TOPOLOGY FROM t").size();
            List<String> counts = query(connection, "/*+TDDL:scan()*/ SELECT COUNT(*) FROM t");
            assertThat(counts).hasSize(tables);
            assertThat(sum(counts)).isEqualTo(ROWS);
            List<String> first = query(connection, "SELECT /*+TDDL:node(0)*/ COUNT(*) FROM t");
            List<String> second = query(connection, "/!+TDDL:node('g1')*/ SELECT COUNT(*) FROM t");
            assertThat(first).hasSizeBetween(1, tables - 1);
            assertThat(first.size() + second.size()).isEqualTo(tables);
            assertThat(sum(first) + sum(second)).isEqualTo(ROWS);
            try (PreparedStatement select =
                    connection.prepareStatement("/*+TDDL:scan()*/ SELECT id, c FROM t WHERE id > ? ORDER BY id")) {
                select.setInt(1, 10);
                for (int i = 0; i < 3; i++) {
                    assertThat(rows(select.executeQuery()))
                            .hasSize(ROWS - 10)
                            .contains("11", "100")
                            .doesNotHaveDuplicates();
                }
            }
        }
    }

    @Test
    void aConditionOrPhysicalNamesChooseTables() throws SQLException {
        try (Connection connection = connect(JdbcDriver.CONNECTOR_J)) {
            String where = " SELECT id FROM t WHERE id = 5";
            assertThat(query(connection, "/*+TDDL:scan('t', condition='t.id = 5')*/ SELECT COUNT(*) FROM t"))
                    .hasSize(1);
            assertThat(query(connection, "/*+TDDL:scan('t', condition='t.id = 5')*/" + where))
                    .containsExactly("5");
            assertThat(query(connection, "/*+TDDL:scan('t', condition='id = 6')*/" + where))
                    .isEmpty();
            List<String> one = query(connection, "/*+TDDL:scan('t', real_table=('t_01'))*/ SELECT COUNT(*) FROM t");
            List<String> none = query(connection, "/*+TDDL:scan('t', real_table=('t_00'))*/ SELECT COUNT(*) FROM t");
            assertThat(sum(one) + sum(none)).isEqualTo(ROWS);
            assertThat(sum(query(connection, "/*+TDDL:scan()*/ SELECT COUNT(*) FROM t JOIN u ON t.id = u.id")))
                    .isEqualTo(ROWS);
            assertThat(sum(query(connection, "/*+TDDL:node('g0','g1')*/ SELECT COUNT(*) FROM u_00"))
                            + sum(query(connection, "/*+TDDL:node('0,1')*/ SELECT COUNT(*) FROM u_01")))
                    .isEqualTo(ROWS);
            assertThat(query(connection, "/*+TDDL:node('hints_0000')*/ SHOW TABLES"))
                    .contains("t_00", "t_01", "u_00", "u_01");
        }
    }

    @Test
    void changesAreMadeWhereTheHintSays() throws SQLException {
        try (Connection connection = connect(JdbcDriver.CONNECTOR_J);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("/*+TDDL:scan()*/ UPDATE u SET v = 1"))
                    .isEqualTo(ROWS);
            int there = statement.executeUpdate("/*+TDDL:node(1)*/ UPDATE u SET v = 2");
            assertThat(query(connection, "SELECT COUNT(*) FROM u WHERE v = 2")).containsExactly(String.valueOf(there));
            connection.setAutoCommit(false);
            statement.executeUpdate("/*+TDDL:node(0)*/ DELETE FROM u");
            assertThat(query(connection, "SELECT COUNT(*) FROM u")).containsExactly(String.valueOf(there));
            connection.rollback();
            assertThat(query(connection, "SELECT COUNT(*) FROM u")).containsExactly(String.valueOf(ROWS));
        }
    }

    @Test
    void otherHintsChangeHowNotWhat() throws SQLException {
        try (Connection connection = connect(JdbcDriver.CONNECTOR_J);
                Statement statement = connection.createStatement()) {
            for (String hint :
                    List.of("master()", "slave()", "socket_timeout(5000)", "a_setting=1", "master() index(t,g)")) {
                assertThat(query(connection, "/*+TDDL:" + hint + "*/ SELECT id FROM t WHERE c = 'c7'"))
                        .as(hint)
                        .containsExactly("7");
            }
            assertThatThrownBy(() -> query(connection, "/*+TDDL:socket_timeout(200)*/ SELECT SLEEP(5)"))
                    .hasMessageContaining("200 ms");
            statement.execute("BEGIN");
            statement.execute("UPDATE u SET v = 9 WHERE id = 1");
            assertThat(query(connection, "SELECT v FROM u WHERE id = 1")).containsExactly("9");
            assertThat(query(connection, "/*+TDDL:slave()*/ SELECT v FROM u WHERE id = 1"))
                    .doesNotContain("9");
            statement.execute("ROLLBACK");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+TDDL:node(9)*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:nod(0)*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:node(0*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:node(0) scan()*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:master() slave()*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:scan('x', condition='id = 1')*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:scan('t', condition='id = ')*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:scan('t', real_table='t_99')*/ SELECT COUNT(*) FROM t",
                "/*+TDDL:scan()*/ SELECT COUNT(*) FROM t JOIN other USING (id)",
                "/*+TDDL:scan()*/ SELECT COUNT(*) FROM t JOIN whole USING (id)",
                "/*+TDDL:scan()*/ UPDATE u SET id = 1",
                "/*+TDDL:scan()*/ UPDATE t SET v = 1",
                "/*+TDDL:scan()*/ INSERT INTO u VALUES (1000, 1)",
                "/*+TDDL:node(0)*/ CREATE TABLE x (id INT)",
                "/*+TDDL:node(0)*/ SET @x = 1",
                "/*+TDDL:index(t, none)*/ SELECT * FROM t WHERE c = 'c7'",
                "/*+TDDL:index(t, g)*/ SELECT * FROM t WHERE v = 7",
                "/*+TDDL:index(t, g)*/ DELETE FROM t WHERE c = 'none'",
                "/*+TDDL:defer() node(0)*/ UPDATE u SET v = 1"
            })
    void aHintThatCanNotBeFollowedIsAnError(String sql) throws SQLException {
        try (Connection connection = connect(JdbcDriver.CONNECTOR_J);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("[TDDL-4509][ERR_IN_HINT]");
            assertThat(query(connection, "SELECT COUNT(*) FROM u")).containsExactly(String.valueOf(ROWS));
        }
    }
}
