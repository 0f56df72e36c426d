package drds.acceptance;

import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DRDS's statements for who operates it. */
@ExtendWith(ClusterExtension.class)
class OperatorsTest {
    private static final int ROWS = 100;

    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "operators",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)",
                "CREATE TABLE u (id INT PRIMARY KEY, t_id INT) DBPARTITION BY HASH(id)",
                "INSERT INTO t SELECT seq, seq % 10 FROM seq_1_to_" + ROWS,
                "INSERT INTO u SELECT id, id FROM t");
    }

    private static Connection connect() throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "operators", "");
    }

    private static List<Map<String, String>> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<Map<String, String>> all = new ArrayList<>();
            while (rows.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.put(rows.getMetaData().getColumnLabel(i), String.valueOf(rows.getString(i)));
                }
                all.add(row);
            }
            return all;
        }
    }

    private static List<String> column(List<Map<String, String>> rows, String name) {
        return rows.stream().map(row -> row.get(name)).toList();
    }

    @Test
    void aTraceShowsWhatWentWhere() throws SQLException {
        try (Connection connection = connect()) {
            assertThat(query(connection, "SHOW TRACE")).isEmpty();
            assertThat(query(connection, "TRACE SELECT id, v FROM t WHERE id = 7"))
                    .hasSize(1);
            List<Map<String, String>> trace = query(connection, "SHOW TRACE");
            assertThat(trace).hasSize(1);
            assertThat(trace.getFirst())
                    .containsEntry("ROWS", "1")
                    .containsEntry("ROUND_TRIPS", "1")
                    .hasEntrySatisfying("STATEMENT", sql -> assertThat(sql).contains("WHERE id = 7"));
            run(connection, "TRACE UPDATE t SET v = v + 1 WHERE id < 50");
            assertThat(column(query(connection, "SHOW TRACE"), "STATEMENT"))
                    .anyMatch(sql -> sql.startsWith("XA PREPARE"))
                    .contains("COMMIT");
            assertThat(column(query(connection, "SHOW TRACE"), "GROUP_NAME")).contains("g0", "g1");
            assertThat(query(connection, "SHOW TRACE WHERE STATEMENT LIKE 'UPDATE%' ORDER BY ID LIMIT 3"))
                    .hasSize(3);
            assertThatThrownBy(() -> run(connection, "TRACE SELECT nothing FROM t"))
                    .hasMessageContaining("nothing");
        }
    }

    @Test
    void slowStatementsAreKept() throws SQLException {
        try (Connection connection = connect()) {
            run(connection, "CLEAR SLOW", "SET slow_sql_time = 100");
            query(connection, "SELECT SLEEP(0.15), id FROM t WHERE id = 5");
            assertThat(query(connection, "SELECT @@slow_sql_time").getFirst()).containsValue("100");
            run(connection, "SET long_query_time = 5");
            query(connection, "SELECT SLEEP(0.15), id FROM t WHERE id = 6");
            run(connection, "SET slow_sql_time = DEFAULT");
            List<Map<String, String>> slow =
                    query(connection, "SHOW SLOW WHERE `SQL` LIKE '%SLEEP%' ORDER BY 1 LIMIT 9");
            assertThat(slow).hasSize(1);
            assertThat(slow.getFirst())
                    .containsEntry("DB", "operators")
                    .containsEntry("AFFECT_ROW", "1")
                    .containsEntry("SQL", "SELECT SLEEP(0.15), id FROM t WHERE id = 5");
            assertThat(Integer.parseInt(slow.getFirst().get("EXECUTE_TIME"))).isBetween(150, 60_000);
            assertThat(column(query(connection, "SHOW FULL PHYSICAL_SLOW"), "SQL"))
                    .anyMatch(sql -> sql.contains("SLEEP(0.15)") && sql.contains("`operators_"));
            run(connection, "CLEAR SLOW");
            assertThat(query(connection, "SHOW FULL SLOW WHERE `SQL` LIKE '%SLEEP%'"))
                    .isEmpty();
            assertThatThrownBy(() -> run(connection, "SET slow_sql_time = 'soon'"))
                    .hasMessageContaining("slow_sql_time");
        }
    }

    @Test
    void statisticsAndSizesAreShown() throws SQLException {
        try (Connection connection = connect()) {
            assertThat(query(connection, "SHOW STATS").getFirst()).containsKeys("QPS", "RDS_QPS", "RT(MS)");
            assertThat(query(connection, "SHOW FULL STATS").getFirst()).containsKeys("HINT_USED_COUNT", "FREEMEM");
            assertThat(column(query(connection, "SHOW DB STATUS"), "PHYSICAL_DB"))
                    .contains("operators_0000");
            assertThat(column(query(connection, "SHOW FULL DB STATUS LIKE 'u'"), "PHYSICAL_TABLE"))
                    .contains("u")
                    .doesNotContain("t");
        }
    }

    @Test
    void transactionsAndPhysicalStatementsAreShownAndEnded() throws Exception {
        try (Connection connection = connect();
                Connection other = connect()) {
            run(other, "BEGIN", "UPDATE t SET v = 1 WHERE id < 20");
            assertThat(query(connection, "SHOW TRANS"))
                    .anyMatch(row ->
                            row.get("TYPE").equals("XA") && row.get("GROUPS").equals("g0,g1"));
            run(other, "ROLLBACK");
            CompletableFuture<Void> sleeping = CompletableFuture.runAsync(() -> {
                try {
                    query(other, "SELECT SLEEP(100), id FROM t WHERE id = 5");
                } catch (SQLException ended) {
                    throw new IllegalStateException(ended);
                }
            });
            List<String> ids = List.of();
            while (ids.isEmpty()) {
                ids = column(
                        query(connection, "SHOW PHYSICAL_PROCESSLIST WHERE INFO LIKE '%SLEEP(100)%operators_%'"), "ID");
            }
            run(connection, "KILL '" + ids.getFirst() + "'");
            // SLEEP gives 1 where it is ended; what comes of it is the instance's answer.
            sleeping.handle((done, failure) -> null).get();
            assertThat(query(other, "SELECT COUNT(*) AS n FROM t")).hasSize(1);
            assertThatThrownBy(() -> run(connection, "KILL '99-0-1'")).hasMessageContaining("Unknown thread id");
        }
    }

    @Test
    void explainTellsWhereAndHowMuch() throws SQLException {
        try (Connection connection = connect()) {
            String join = " SELECT t.id FROM t JOIN u ON t.id = u.id WHERE t.id IN (3, 4)";
            assertThat(query(connection, "EXPLAIN LOGIC" + join).getFirst()).containsOnlyKeys("STEP", "PLACE");
            List<Map<String, String>> sharding = query(connection, "EXPLAIN SHARDING" + join);
            assertThat(column(sharding, "LOGICAL_TABLE")).containsExactly("t", "u");
            assertThat(column(sharding, "SHARD_COUNT")).containsExactly("2", "2");
            assertThat(column(query(connection, "EXPLAIN COST" + join), "STEP")).contains("table t", "table u");
            List<Map<String, String>> analyzed =
                    query(connection, "EXPLAIN ANALYZE SELECT v, COUNT(*) FROM t GROUP BY v ORDER BY v");
            Map<String, String> whole = analyzed.stream()
                    .filter(row -> row.get("STEP").equals("in all"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Integer.parseInt(whole.get("ROWS"))).isBetween(10, ROWS);
            assertThat(Integer.parseInt(whole.get("ROUND_TRIPS"))).isPositive();
            assertThat(Integer.parseInt(whole.get("BYTES"))).isGreaterThan(50);
            assertThat(column(analyzed, "STEP")).contains("  sent");
        }
    }

    @Test
    void theAdvisorSaysWhatWouldSpareWork() throws SQLException {
        try (Connection connection = connect()) {
            List<Map<String, String>> byColumn = query(connection, "EXPLAIN ADVISOR SELECT * FROM t WHERE v = 3");
            assertThat(column(byColumn, "ADVICE")).contains("GLOBAL INDEX", "INDEX");
            assertThat(column(byColumn, "SQL"))
                    .contains("CREATE GLOBAL INDEX `g_v` ON `operators`.`t` (`v`) DBPARTITION BY HASH(`v`)");
            List<Map<String, String>> joined =
                    query(connection, "EXPLAIN ADVISOR SELECT * FROM t JOIN u ON t.id = u.t_id");
            assertThat(joined)
                    .anyMatch(row -> row.get("ADVICE").equals("RULE")
                            && row.get("TABLE").equals("u")
                            && row.get("SQL").equals("DBPARTITION BY HASH(`t_id`)"));
            assertThat(column(query(connection, "EXPLAIN ADVISOR SELECT * FROM t WHERE id = 3"), "ADVICE"))
                    .containsExactly("NONE");
        }
    }
}
