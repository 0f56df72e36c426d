package drds.acceptance;

import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code SET drds_consistent_reads}: a query of several places sees each transaction whole or not at all. */
@ExtendWith(ClusterExtension.class)
class ConsistentReadsTest {
    private static final int READS = 80;

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void aTransferIsSeenWhole(Cluster cluster) throws Exception {
        try (Connection reader = JdbcDriver.MARIADB_CONNECTOR_J.connect(cluster.drdsPort(), "", "");
                Connection writer = JdbcDriver.MARIADB_CONNECTOR_J.connect(cluster.drdsPort(), "", "")) {
            run(
                    reader,
                    "DROP DATABASE IF EXISTS consistent",
                    "CREATE DATABASE consistent",
                    "USE consistent",
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT) " + cluster.sharded("DBPARTITION BY HASH(id)"),
                    "INSERT INTO t VALUES (1, 100), (2, 100), (3, 100), (4, 100), (5, 100), (6, 100)");
            var enough = new AtomicBoolean();
            CompletableFuture<Void> transfers = CompletableFuture.runAsync(() -> transfer(writer, enough));
            Set<String> sums = new HashSet<>();
            Set<String> joined = new HashSet<>();
            try {
                run(reader, "SET SESSION drds_consistent_reads = ON");
                assertThat(value(reader, "SELECT @@drds_consistent_reads")).isEqualTo("1");
                for (int i = 0; i < READS; i++) {
                    sums.add(value(reader, "SELECT SUM(v) FROM t"));
                    joined.add(value(reader, "SELECT SUM(a.v) FROM t a JOIN t b ON a.id = b.id % 6 + 1"));
                }
            } finally {
                enough.set(true);
                transfers.join();
            }
            assertThat(sums).containsOnly("600");
            assertThat(joined).containsOnly("600");
            assertThat(value(reader, "SELECT @@in_transaction")).isEqualTo("0");
        }
    }

    private static void transfer(Connection writer, AtomicBoolean enough) {
        try {
            run(writer, "USE consistent");
            for (int i = 0; !enough.get(); i++) {
                int from = i % 6 + 1;
                int to = (i * 5 + 3) % 6 + 1;
                run(
                        writer,
                        "BEGIN",
                        "UPDATE t SET v = v - 1 WHERE id = " + from,
                        "UPDATE t SET v = v + 1 WHERE id = " + to,
                        "COMMIT");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
