package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.JdbcConnection;
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

/** Results that Connector/J fetches piece by piece with COM_STMT_FETCH. */
@ExtendWith(ClusterExtension.class)
class CursorTest {
    private static final int ROWS = 3000;

    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "cursors",
                "CREATE TABLE numbers (n INT PRIMARY KEY, text LONGTEXT) DBPARTITION BY HASH(n)",
                "INSERT INTO numbers SELECT seq, CONCAT('row ', seq, REPEAT('x', 100)) FROM seq_1_to_" + ROWS);
    }

    private static Connection connect() throws SQLException {
        return JdbcDriver.CONNECTOR_J_CURSORS.connect(port, "cursors", "");
    }

    private static PreparedStatement select(Connection connection, String sql, int fetchSize) throws SQLException {
        PreparedStatement select = connection.prepareStatement(sql);
        select.setFetchSize(fetchSize);
        return select;
    }

    private static List<Integer> numbers(ResultSet rows) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        while (rows.next()) {
            assertThat(rows.getString(2)).startsWith("row " + rows.getInt(1) + "x");
            numbers.add(rows.getInt(1));
        }
        return numbers;
    }

    @Test
    void everyRowComesOnceAndInOrder() throws SQLException {
        for (int fetchSize : new int[] {1, 7, ROWS, ROWS + 1}) {
            try (Connection connection = connect();
                    PreparedStatement select =
                            select(connection, "SELECT n, text FROM numbers WHERE n <= ? ORDER BY n", fetchSize)) {
                int count = fetchSize == 1 ? 50 : ROWS;
                select.setInt(1, count);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(numbers(rows)).hasSize(count).isSorted().doesNotHaveDuplicates();
                }
            }
        }
    }

    @Test
    void severalAreOpenAtOnceBesideOtherStatements() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement first = select(connection, "SELECT n, text FROM numbers ORDER BY n", 10);
                PreparedStatement second = select(connection, "SELECT n, text FROM numbers ORDER BY n DESC", 10);
                Statement other = connection.createStatement()) {
            connection.setAutoCommit(false);
            ResultSet up = first.executeQuery();
            ResultSet down = second.executeQuery();
            for (int i = 1; i <= ROWS; i++) {
                assertThat(up.next()).isTrue();
                assertThat(down.next()).isTrue();
                assertThat(up.getInt(1)).isEqualTo(i);
                assertThat(down.getInt(1)).isEqualTo(ROWS + 1 - i);
                if (i % 500 == 0) {
                    other.executeUpdate("UPDATE numbers SET text = CONCAT(text, '') WHERE n = " + i);
                    connection.commit();
                }
            }
            assertThat(up.next()).isFalse();
            assertThat(down.next()).isFalse();
        }
    }

    @Test
    void aCursorIsClosedWithRowsLeftAndTheStatementRunsAgain() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select = select(connection, "SELECT n, text FROM numbers ORDER BY n", 5)) {
            for (int i = 0; i < 3; i++) {
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void emptyResultsAndDrdsOwnHaveCursorsToo() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement nothing = select(connection, "SELECT n, text FROM numbers WHERE n < ?", 5);
                PreparedStatement shown = select(connection, "SHOW TABLES", 5);
                PreparedStatement sum = select(connection, "SELECT COUNT(*), AVG(n) FROM numbers", 5)) {
            nothing.setInt(1, 0);
            try (ResultSet rows = nothing.executeQuery()) {
                assertThat(rows.next()).isFalse();
            }
            try (ResultSet rows = shown.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("numbers");
                assertThat(rows.next()).isFalse();
            }
            try (ResultSet rows = sum.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(ROWS);
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void aRowLongerThanAPacketIsFetched() throws SQLException {
        int length = 17 << 20;
        try (Connection connection = connect();
                PreparedStatement select = select(connection, "SELECT n, REPEAT('y', ?) FROM numbers WHERE n < 3", 1)) {
            select.setInt(1, length);
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(2)).hasSize(length);
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(2)).hasSize(length);
                assertThat(rows.next()).isFalse();
            }
        }
    }

    @Test
    void resettingTheConnectionEndsCursorsAndTemporaryTables() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                PreparedStatement select = select(connection, "SELECT n, text FROM numbers ORDER BY n", 5)) {
            select.executeQuery().next();
            statement.execute("CREATE TEMPORARY TABLE mine AS SELECT n FROM numbers WHERE n < 10");
            statement.execute("CREATE TEMPORARY TABLE numbers (n INT)");
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM mine LEFT JOIN numbers USING (n)")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(9);
            }
            connection.unwrap(JdbcConnection.class).resetServerState();
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE numbers (n INT)");
            connection.unwrap(JdbcConnection.class).resetServerState();
            statement.execute("USE cursors");
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM numbers")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(ROWS);
            }
        }
    }
}
