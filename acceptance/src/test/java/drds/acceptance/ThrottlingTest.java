package drds.acceptance;

import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** CCL rules. */
@ExtendWith(ClusterExtension.class)
class ThrottlingTest {
    private static final String REFUSED = "[TDDL-9301][ERR_CCL_REJECTED]";

    private int port;
    private Connection connection;
    private Connection other;

    @BeforeEach
    void connect(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "throttling",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                "CREATE TABLE u (id INT PRIMARY KEY)",
                "INSERT INTO t VALUES (1, 1), (2, 2)",
                "CLEAR CCL_RULES");
        connection = JdbcDriver.CONNECTOR_J_SERVER_PREPARED.connect(port, "throttling", "");
        other = JdbcDriver.CONNECTOR_J.connect(port, "throttling", "");
    }

    @AfterEach
    void disconnect() throws SQLException {
        run(connection, "CLEAR CCL_RULES");
        connection.close();
        other.close();
    }

    private String standing(String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CCL_RULES WHERE RULE_NAME = 'r'")) {
            return rows.next() ? rows.getString(column) : "none";
        }
    }

    @Test
    void aRuleStopsWhatItFitsAndNothingElse() throws SQLException {
        run(
                connection,
                "CREATE CCL_RULE r ON throttling.t TO 'root'@'%' FOR SELECT FILTER BY KEYWORD('v', 'where')"
                        + " WITH MAX_CONCURRENCY = 0");
        assertThatThrownBy(() -> run(connection, "SELECT v FROM t WHERE id = 1"))
                .hasMessageContaining(REFUSED);
        try (PreparedStatement select = connection.prepareStatement("SELECT v FROM t WHERE id = ?")) {
            select.setInt(1, 1);
            assertThatThrownBy(select::executeQuery).hasMessageContaining(REFUSED);
        }
        assertThatCode(() -> run(
                        connection,
                        "SELECT v FROM t",
                        "SELECT id FROM u WHERE 'v' = 'v'",
                        "UPDATE t SET v = 3 WHERE id = 1",
                        "DELETE FROM t WHERE v = 100",
                        "INSERT INTO t VALUES (3, 3)"))
                .doesNotThrowAnyException();
        assertThat(standing("KILLED")).isEqualTo("2");
        run(connection, "DROP CCL_RULE r");
        run(connection, "SELECT v FROM t WHERE id = 1", "DROP CCL_RULE IF EXISTS r");
        assertThatThrownBy(() -> run(connection, "DROP CCL_RULE r")).isInstanceOf(SQLException.class);
    }

    @Test
    void aTemplateFitsWhateverTheConstantsAre() throws SQLException {
        run(
                connection,
                "CREATE CCL_RULE `r` ON *.* TO root FOR UPDATE FILTER BY TEMPLATE 'update t set v = 1 where id = 2'"
                        + " WITH MAX_CONCURRENCY = 0, WAIT_QUEUE_SIZE = 0, WAIT_TIMEOUT = 1");
        assertThatThrownBy(() -> run(connection, "UPDATE  t SET v=77 WHERE id = 5"))
                .hasMessageContaining(REFUSED);
        assertThatCode(() -> run(connection, "UPDATE t SET v = 1", "UPDATE t SET id = 9 WHERE id = 9"))
                .doesNotThrowAnyException();
    }

    @Test
    void whoFindsNoPlaceWaitsForOneOrForTheTime() throws Exception {
        run(
                connection,
                "CREATE CCL_RULE r ON throttling.* TO 'root' FOR SELECT FILTER BY KEYWORD('SLEEP')"
                        + " WITH MAX_CONCURRENCY = 1, WAIT_QUEUE_SIZE = 1, WAIT_TIMEOUT = 60");
        CompletableFuture<Void> sleeping = asleep("SELECT SLEEP(1.5), id FROM t WHERE id = 1");
        while (!standing("RUNNING").equals("1")) {
            Thread.onSpinWait();
        }
        run(connection, "SELECT SLEEP(0), id FROM t WHERE id = 2");
        sleeping.get();
        assertThat(standing("TOTAL_MATCH")).isEqualTo("2");
        assertThat(standing("WAITING")).isEqualTo("0");
        run(
                connection,
                "CLEAR CCL_RULES",
                "CREATE CCL_RULE r ON *.* TO root FOR SELECT FILTER BY KEYWORD('SLEEP')"
                        + " WITH MAX_CONCURRENCY = 1, WAIT_QUEUE_SIZE = 1, WAIT_TIMEOUT = 0");
        CompletableFuture<Void> again = asleep("SELECT SLEEP(1), id FROM t WHERE id = 1");
        while (!standing("RUNNING").equals("1")) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> run(connection, "SELECT SLEEP(0), id FROM t WHERE id = 2"))
                .hasMessageContaining(REFUSED);
        again.get();
    }

    private CompletableFuture<Void> asleep(String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                run(other, sql);
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }
}
