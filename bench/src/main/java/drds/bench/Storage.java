package drds.bench;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import drds.demo.MariaDbBinaries;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Two MariaDB instances: the first holds sysbench's tables whole ({@code whole}); both hold them cut by {@code id % 2}
 * ({@code cut}) for the peers that shard, DRDS apart, which makes its own schemas.
 */
final class Storage implements AutoCloseable {
    static final String USER = "bench";
    static final String PASSWORD = "bench";
    static final String WHOLE = "whole";
    static final String CUT = "cut";

    private final InstanceSet instances;

    Storage(Path directory, int basePort) throws InterruptedException {
        InstanceOptions options = InstanceOptions.demo()
                .with("--innodb-buffer-pool-size=512M")
                .with("--innodb-flush-log-at-trx-commit=2")
                .with("--sync-binlog=0")
                .with("--max-prepared-stmt-count=500000");
        instances = InstanceSet.start(
                directory,
                List.of(basePort, basePort + 1),
                MariaDbBinaries.unpacked(MariaDbBinaries.defaultCache(), System.err::println),
                options,
                System.err::println);
    }

    int port(int index) {
        return instances.instance(index).port();
    }

    /** Makes the benchmark's account and empty databases. */
    void admit() throws SQLException {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = connect(port(i), "root", "");
                    Statement statement = connection.createStatement()) {
                for (String host : List.of("%", "localhost", "127.0.0.1")) {
                    statement.execute(
                            "CREATE OR REPLACE USER '" + USER + "'@'" + host + "' IDENTIFIED BY '" + PASSWORD + "'");
                    statement.execute("GRANT ALL ON *.* TO '" + USER + "'@'" + host + "' WITH GRANT OPTION");
                }
                statement.execute("CREATE OR REPLACE DATABASE " + CUT);
                statement.execute("CREATE OR REPLACE DATABASE " + WHOLE);
            }
        }
    }

    /** Makes the benchmark's account and both forms of the tables, from the same seed everywhere. */
    void load(Sysbench sysbench) throws SQLException, IOException, InterruptedException {
        admit();
        sysbench.prepare(new Peer("storage", port(0), WHOLE, List.of()));
        for (int i = 0; i < 2; i++) {
            sysbench.prepare(new Peer("storage", port(i), CUT, List.of()));
            try (Connection connection = connect(port(i), "root", "");
                    Statement statement = connection.createStatement()) {
                for (int table = 1; table <= Sysbench.TABLES; table++) {
                    String name = CUT + ".sbtest" + table;
                    statement.execute("DELETE FROM " + name + " WHERE id % 2 <> " + i);
                    statement.execute("ANALYZE TABLE " + name);
                }
            }
        }
    }

    static Connection connect(int port, String user, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/", user, password);
    }

    @Override
    public void close() {
        instances.close();
    }
}
