package drds.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TpchTest {
    @Test
    void loadsTheRowsOfTheBenchmark() throws Exception {
        List<String> progress = new CopyOnWriteArrayList<>();
        try (InstanceSet set = InstanceSet.temporary(1, InstanceOptions.tests())) {
            String url = "jdbc:mariadb://127.0.0.1:" + set.instance(0).port() + "/?user=root";
            new Tpch(url, "tpch", 0.01, false).load(progress::add);
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                assertThat(rowCounts(statement))
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "region", 5L,
                                "nation", 25L,
                                "supplier", 100L,
                                "part", 2_000L,
                                "partsupp", 8_000L,
                                "customer", 1_500L,
                                "orders", 15_000L,
                                "lineitem", 60_175L));
                assertThat(value(statement, "SELECT SUM(l_quantity) FROM tpch.lineitem"))
                        .isEqualTo("1536127.00");
            }
        }
        assertThat(progress).hasSize(8).contains("lineitem: 60175 rows");
    }

    private static Map<String, Long> rowCounts(Statement statement) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (TpchSchema.Definition table : TpchSchema.TABLES) {
            counts.put(table.name(), Long.valueOf(value(statement, "SELECT COUNT(*) FROM tpch." + table.name())));
        }
        return counts;
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
