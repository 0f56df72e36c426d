package drds.bench;

import drds.demo.Tpch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Single queries over many rows, plain MariaDB and DRDS in turns: TPC-H's 22, and joins of two tables by columns that are not their
 * shard keys. The answers are compared as well.
 */
final class QueryBench {
    static final String TPCH = "tpch";
    static final String JOIN = "join";

    private static final Path TPCH_QUERIES = Path.of("acceptance/src/test/resources/tpch/queries.test");
    private static final int ROWS_PER_STATEMENT = 2000;
    private static final int GROUPS = 1000;
    private static final long SEED = 20_261_124;

    private final Consumer<String> progress;
    private final double scale;
    private final int joinRows;
    private final int rounds;

    /**
     * @param scale TPC-H's
     * @param joinRows in each of the two tables that are joined
     */
    QueryBench(Consumer<String> progress, double scale, int joinRows, int rounds) {
        this.progress = progress;
        this.scale = scale;
        this.joinRows = joinRows;
        this.rounds = rounds;
    }

    /** Loads the data of one of the two workloads into both and gives a table of medians. */
    String run(String workload, Peer plain, Peer drds) throws SQLException, IOException, InterruptedException {
        progress.accept(workload + ": loading");
        for (Peer peer : List.of(plain, drds)) {
            load(workload, peer, peer == drds);
        }
        return measure(workload, queries(workload), plain, drds);
    }

    private Map<String, String> queries(String workload) throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        if (workload.equals(JOIN)) {
            queries.put("sums", "SELECT COUNT(*), SUM(a.v), MAX(b.w) FROM big_a a JOIN big_b b ON a.x = b.y");
            queries.put("groups", "SELECT b.g, COUNT(*), SUM(a.v) FROM big_a a JOIN big_b b ON a.x = b.y GROUP BY b.g");
            queries.put(
                    "one group",
                    "SELECT COUNT(*), SUM(a.v), SUM(b.w) FROM big_a a JOIN big_b b ON a.x = b.y WHERE b.g = 7");
            return queries;
        }
        try (Stream<String> lines = Files.lines(TPCH_QUERIES)) {
            List<String> text = lines.filter(line -> !line.startsWith("--") && !line.startsWith("#"))
                    .toList();
            for (String query : String.join("\n", text).split(";", -1)) {
                if (!query.isBlank()) {
                    queries.put("Q" + (queries.size() + 1), query.strip());
                }
            }
        }
        return queries;
    }

    // ---- data ----

    private void load(String workload, Peer peer, boolean placed) throws SQLException, InterruptedException {
        if (workload.equals(TPCH)) {
            new Tpch(url(peer), TPCH, scale, placed).load(line -> {});
        } else {
            try (Connection connection = Storage.connect(peer.port(), Storage.USER, Storage.PASSWORD);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + JOIN);
                connection.setCatalog(JOIN);
                String rule = placed ? " DBPARTITION BY HASH(id)" : "";
                statement.execute(
                        "CREATE TABLE big_a (id INT NOT NULL PRIMARY KEY, x INT NOT NULL, v DECIMAL(10,2) NOT NULL,"
                                + " pad CHAR(40) NOT NULL, KEY (x))" + rule);
                statement.execute("CREATE TABLE big_b (id INT NOT NULL PRIMARY KEY, y INT NOT NULL, w INT NOT NULL,"
                        + " g INT NOT NULL, pad CHAR(40) NOT NULL, KEY (y), KEY (g))" + rule);
                fill(statement);
            }
        }
        try (Connection connection = Storage.connect(peer.port(), Storage.USER, Storage.PASSWORD);
                Statement statement = connection.createStatement()) {
            String tables =
                    workload.equals(TPCH) ? "lineitem, orders, customer, part, partsupp, supplier" : "big_a, big_b";
            connection.setCatalog(workload);
            statement.execute("ANALYZE TABLE " + tables);
        }
    }

    private static String url(Peer peer) {
        return "jdbc:mariadb://127.0.0.1:" + peer.port() + "/?user=" + Storage.USER + "&password=" + Storage.PASSWORD;
    }

    /** The same numbers everywhere. */
    private void fill(Statement statement) throws SQLException {
        Random random = new Random(SEED);
        for (int first = 1; first <= joinRows; first += ROWS_PER_STATEMENT) {
            List<String> a = new ArrayList<>();
            List<String> b = new ArrayList<>();
            for (int id = first; id < Math.min(first + ROWS_PER_STATEMENT, joinRows + 1); id++) {
                a.add("(" + id + "," + random.nextInt(joinRows) + "," + random.nextInt(10_000) + ".25,'a')");
                b.add("(" + id + "," + random.nextInt(joinRows) + "," + random.nextInt(10_000) + ","
                        + random.nextInt(GROUPS) + ",'b')");
            }
            statement.execute("INSERT INTO big_a VALUES " + String.join(",", a));
            statement.execute("INSERT INTO big_b VALUES " + String.join(",", b));
        }
    }

    // ---- measuring ----

    private String measure(String workload, Map<String, String> queries, Peer plain, Peer drds) throws SQLException {
        StringBuilder table = new StringBuilder(
                "\n### " + workload + "\n\n| | plain ms | DRDS ms | ratio | plan |\n|---|---|---|---|---|\n");
        double logarithms = 0;
        double worst = 0;
        try (Connection one = Storage.connect(plain.port(), Storage.USER, Storage.PASSWORD);
                Connection other = Storage.connect(drds.port(), Storage.USER, Storage.PASSWORD);
                Statement onPlain = one.createStatement();
                Statement onDrds = other.createStatement()) {
            one.setCatalog(workload);
            other.setCatalog(workload);
            for (Map.Entry<String, String> query : queries.entrySet()) {
                boolean same = rows(onPlain, query.getValue()).equals(rows(onDrds, query.getValue()));
                List<Double> plainMillis = new ArrayList<>();
                List<Double> drdsMillis = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    plainMillis.add(millis(onPlain, query.getValue()));
                    drdsMillis.add(millis(onDrds, query.getValue()));
                }
                double ratio = Median.of(drdsMillis) / Median.of(plainMillis);
                logarithms += Math.log(ratio);
                worst = Math.max(worst, ratio);
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %.0f | %.0f | %.2f | %s%s |%n",
                        query.getKey(),
                        Median.of(plainMillis),
                        Median.of(drdsMillis),
                        ratio,
                        rows(onDrds, "EXPLAIN " + query.getValue()).getFirst().getFirst(),
                        same ? "" : ", OTHER ROWS"));
                progress.accept(String.format(Locale.ROOT, "%s %s: %.2f", workload, query.getKey(), ratio));
            }
        }
        return table.append(String.format(
                        Locale.ROOT,
                        "%ngeometric mean %.2f, worst %.2f%n",
                        Math.exp(logarithms / queries.size()),
                        worst))
                .toString();
    }

    private static double millis(Statement statement, String sql) throws SQLException {
        long start = System.nanoTime();
        rows(statement, sql);
        return (System.nanoTime() - start) / 1e6;
    }

    private static List<List<String>> rows(Statement statement, String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row);
            }
        }
        if (!sql.contains("ORDER BY") && !sql.startsWith("EXPLAIN")) {
            rows.sort((a, b) -> a.toString().compareTo(b.toString()));
        }
        return rows;
    }
}
