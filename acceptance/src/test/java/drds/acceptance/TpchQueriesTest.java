package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import drds.demo.Tpch;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The 22 queries of TPC-H over the demo's tables, against a plain MariaDB that holds the same rows. */
@ExtendWith(ClusterExtension.class)
class TpchQueriesTest {
    private static final double SCALE = 0.01;

    @Test
    void answersAllQueriesAsOneMariaDbDoes(Cluster cluster) throws Exception {
        load(cluster.drdsPort(), true);
        load(cluster.referencePort(), false);
        Path queries = Path.of("src/test/resources/tpch/queries.test");
        try (var run =
                new Run(Topology.SPREAD, cluster.drdsPort(), cluster.referencePort(), queries, new Comparison(false))) {
            run.alreadyLoaded("tpch");
            Run.Result result = run.file(queries);
            System.out.println("TPC-H " + run.total());
            assertThat(result.differences()).isEmpty();
            assertThat(result.statements()).isEqualTo(22);
        }
    }

    private static void load(int port, boolean placed) throws Exception {
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/?user=root";
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS tpch_shared");
        }
        new Tpch(url, "tpch_shared", SCALE, placed).load(_ -> {});
    }
}
