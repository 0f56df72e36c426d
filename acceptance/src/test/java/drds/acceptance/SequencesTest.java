package drds.acceptance;

import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DRDS's sequences: what no MariaDB has. */
@ExtendWith(ClusterExtension.class)
class SequencesTest {
    private int port;

    @BeforeEach
    void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase("numbering");
    }

    private Connection connect() throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "numbering", "");
    }

    private static List<Long> numbers(Connection connection, String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    @Test
    void simpleOnesCountExactlyAndBeginAgain() throws SQLException {
        try (Connection connection = connect();
                Connection other = connect()) {
            run(connection, "CREATE SIMPLE SEQUENCE s START WITH 5 INCREMENT BY 2 MAXVALUE 11 CYCLE");
            assertThat(numbers(connection, "SELECT s.NEXTVAL")).containsExactly(5L);
            assertThat(numbers(other, "SELECT s.NEXTVAL FROM DUAL")).containsExactly(7L);
            assertThat(numbers(connection, "SELECT s.NEXTVAL FROM DUAL WHERE COUNT = 3"))
                    .containsExactly(9L, 11L, 5L);
            assertThat(numbers(connection, "SELECT s.CURRVAL")).containsExactly(5L);
            run(connection, "ALTER SEQUENCE s START WITH 7", "RENAME SEQUENCE s TO r");
            assertThat(numbers(connection, "SELECT r.NEXTVAL")).containsExactly(7L);
            run(connection, "DROP SEQUENCE r");
            assertThatThrownBy(() -> numbers(connection, "SELECT r.NEXTVAL")).hasMessageContaining("Unknown SEQUENCE");
        }
    }

    @Test
    void theOtherKindsAreUnique() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "CREATE SEQUENCE g",
                    "CREATE TIME SEQUENCE t",
                    "CREATE GROUP SEQUENCE u UNIT COUNT 3 INDEX 1");
            for (String name : List.of("g", "t", "u")) {
                List<Long> numbers = numbers(connection, "SELECT " + name + ".NEXTVAL FROM DUAL WHERE COUNT = 9000");
                assertThat(numbers).hasSize(9000).doesNotHaveDuplicates().isSorted();
            }
            assertThat(numbers(connection, "SELECT u.NEXTVAL").getFirst() / 100_000 % 3)
                    .isEqualTo(1);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW SEQUENCES")) {
                List<String> shown = new ArrayList<>();
                while (rows.next()) {
                    shown.add(
                            rows.getString("NAME") + " " + rows.getString("TYPE") + " " + rows.getString("UNIT_COUNT"));
                }
                assertThat(shown).containsExactly("g GROUP 1", "t TIME N/A", "u GROUP 3");
            }
        }
    }

    @Test
    void rowsGetTheirNumbers() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "CREATE SIMPLE SEQUENCE s",
                    "CREATE TABLE t (id BIGINT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "INSERT INTO t VALUES (s.NEXTVAL, 1), (s.NEXTVAL, 2)",
                    "INSERT INTO t SET id = s.NEXTVAL, v = 3");
            assertThat(numbers(connection, "SELECT id FROM t ORDER BY id")).containsExactly(1L, 2L, 3L);
            assertThatThrownBy(() -> run(connection, "UPDATE t SET v = s.NEXTVAL"))
                    .hasMessageContaining("each row");
        }
    }

    @Test
    void columnsCountInTheirKind() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "CREATE TABLE a (id BIGINT AUTO_INCREMENT BY SIMPLE PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "CREATE TABLE b (id BIGINT AUTO_INCREMENT BY TIME PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "CREATE TABLE c (id BIGINT AUTO_INCREMENT BY GROUP UNIT COUNT 2 INDEX 1 PRIMARY KEY, v INT)"
                            + " DBPARTITION BY HASH(id)");
            for (String table : List.of("a", "b", "c")) {
                run(
                        connection,
                        "INSERT INTO " + table + " (v) VALUES (1), (2)",
                        "INSERT INTO " + table + " (v) VALUES (3)");
            }
            assertThat(numbers(connection, "SELECT id FROM a ORDER BY id")).containsExactly(1L, 2L, 3L);
            assertThat(numbers(connection, "SELECT id FROM b"))
                    .allMatch(id -> id > 1L << 50)
                    .doesNotHaveDuplicates();
            assertThat(numbers(connection, "SELECT id FROM c ORDER BY id"))
                    .containsExactly(100_001L, 100_002L, 100_003L);
            run(connection, "INSERT INTO a VALUES (10, 4)", "INSERT INTO a (v) VALUES (5)");
            assertThat(numbers(connection, "SELECT MAX(id) FROM a")).containsExactly(11L);
            assertThat(numbers(
                            connection,
                            "SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'numbering'"
                                    + " AND TABLE_NAME = 'a'"))
                    .containsExactly(12L);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW CREATE TABLE c")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(2)).contains("AUTO_INCREMENT BY GROUP UNIT COUNT 2 INDEX 1");
            }
        }
    }

    @Test
    void definitionsOfTheTableHoldForAllKinds() throws SQLException {
        try (Connection connection = connect()) {
            run(
                    connection,
                    "CREATE TABLE a (id BIGINT AUTO_INCREMENT BY SIMPLE WITH CACHE PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "CREATE TABLE b (id BIGINT AUTO_INCREMENT BY SIMPLE PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "CREATE TABLE c (id BIGINT AUTO_INCREMENT BY TIME PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                    "INSERT INTO b (v) VALUES (1), (2), (3)",
                    "TRUNCATE TABLE b",
                    "INSERT INTO b (v) VALUES (1)");
            assertThat(numbers(connection, "SELECT id FROM b")).containsExactly(1L);
            run(connection, "ALTER TABLE b AUTO_INCREMENT = 50", "INSERT INTO b (v) VALUES (2)");
            assertThat(numbers(connection, "SELECT MAX(id) FROM b")).containsExactly(50L);
            assertThat(definition(connection, "a")).contains("AUTO_INCREMENT BY SIMPLE WITH CACHE");
            assertThat(definition(connection, "b")).contains("AUTO_INCREMENT BY SIMPLE,", "AUTO_INCREMENT=51");
            assertThat(definition(connection, "c"))
                    .contains("AUTO_INCREMENT BY TIME,")
                    .doesNotContain("AUTO_INCREMENT=");
            run(
                    connection,
                    "DROP TABLE b",
                    "CREATE TABLE b (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)");
            assertThat(definition(connection, "b")).doesNotContain("BY SIMPLE");
            run(connection, "DROP TABLE a, b, c");
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW SEQUENCES")) {
                assertThat(rows.next()).as("sequences of dropped tables").isFalse();
            }
        }
    }

    private static String definition(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CREATE TABLE " + table)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(2);
        }
    }
}
