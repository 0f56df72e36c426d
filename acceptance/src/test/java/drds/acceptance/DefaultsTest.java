package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What SET GLOBAL changes for the sessions to come. */
@ExtendWith(ClusterExtension.class)
class DefaultsTest {
    @Test
    void aDefaultOfSqlModeHoldsForWhatDrdsItselfWrites(Cluster cluster) throws SQLException {
        cluster.makeDatabase(
                "defaults",
                "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20)) DBPARTITION BY HASH(id)");
        try (Connection connection = connect(cluster);
                Statement statement = connection.createStatement()) {
            String before = value(statement, "SELECT @@global.sql_mode");
            statement.execute("SET GLOBAL sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES'");
            try (Connection later = connect(cluster);
                    Statement inserting = later.createStatement()) {
                inserting.execute("INSERT INTO t VALUES (0, 'a\\b')");
                inserting.execute("INSERT INTO t SELECT id - 1, CONCAT(v, '\\') FROM t");
                assertThat(value(inserting, "SELECT GROUP_CONCAT(id, ' ', v ORDER BY id) FROM t"))
                        .isEqualTo("-1 a\\b\\,0 a\\b");
                assertThat(value(inserting, "SELECT @@sql_mode"))
                        .isEqualTo("NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES");
            } finally {
                statement.execute("SET GLOBAL sql_mode = '" + before + "'");
            }
        }
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(Cluster cluster) throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(cluster.drdsPort(), "defaults", "&jdbcCompliantTruncation=false");
    }
}
