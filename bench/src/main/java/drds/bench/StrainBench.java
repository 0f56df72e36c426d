package drds.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What many rows cost others: DRDS's resident memory with a heap of 256 MB under idle connections and answers of a whole table,
 * and how long one client's point selects take while another's heavy query runs.
 */
final class StrainBench {
    static final String NAME = "strain";
    static final int HEAP_MEGABYTES = 256;

    private static final int IDLE_CONNECTIONS = 2000;
    private static final int FETCH_ROWS = 1000;
    private static final int SECONDS = 6;
    private static final double PERCENTILE = 0.99;
    private static final List<String> HEAVY =
            List.of("SELECT * FROM t", "SELECT * FROM t ORDER BY v", "SELECT v, COUNT(*), MAX(s) FROM t GROUP BY v");

    private final Consumer<String> progress;
    private final int rows;

    StrainBench(Consumer<String> progress, int rows) {
        this.progress = progress;
        this.rows = rows;
    }

    String run(Peer plain, Peer drds) throws SQLException, InterruptedException {
        for (Peer peer : List.of(plain, drds)) {
            progress.accept(NAME + ": loading " + peer.name());
            load(peer, peer == drds);
        }
        return memory(drds) + fairness(List.of(plain, drds));
    }

    private void load(Peer peer, boolean sharded) throws SQLException {
        try (Connection connection = connect(peer, "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database(peer));
            connection.setCatalog(database(peer));
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT, s VARCHAR(10))"
                    + (sharded ? " DBPARTITION BY HASH(id)" : ""));
            statement.execute("INSERT INTO t SELECT seq, seq * 7 % 1000003, 'x' FROM seq_1_to_" + rows);
        }
    }

    /** One of its own for each: plain MariaDB is an instance of DRDS's as well. */
    private static String database(Peer peer) {
        return NAME + "_" + peer.name().toLowerCase(Locale.ROOT);
    }

    private static Connection connect(Peer peer, String database) throws SQLException {
        Connection connection = Storage.connect(peer.port(), Storage.USER, Storage.PASSWORD);
        if (!database.isEmpty()) {
            connection.setCatalog(database);
        }
        return connection;
    }

    private String memory(Peer drds) throws SQLException {
        StringBuilder out = new StringBuilder(
                "\n### a heap of " + HEAP_MEGABYTES + " MB\n\n| | seconds | resident MB |\n|---|---|---|\n");
        List<Connection> idle = new ArrayList<>();
        try {
            for (int i = 0; i < IDLE_CONNECTIONS; i++) {
                idle.add(connect(drds, database(drds)));
            }
            out.append(line(IDLE_CONNECTIONS + " idle connections", 0, drds));
            for (String query : HEAVY) {
                progress.accept(NAME + ": " + query);
                long start = System.nanoTime();
                long read = read(drds, query, new AtomicBoolean());
                out.append(line(query + ": " + read + " rows", (System.nanoTime() - start) / 1e9, drds));
            }
        } finally {
            for (Connection connection : idle) {
                connection.close();
            }
        }
        return out.toString();
    }

    private static String line(String what, double seconds, Peer drds) {
        long resident = drds.processes().stream()
                .mapToLong(process -> ProcessFigures.residentMegabytes(process.pid()))
                .sum();
        return String.format(Locale.ROOT, "| %s | %.1f | %d |%n", what, seconds, resident);
    }

    private static long read(Peer peer, String query, AtomicBoolean enough) throws SQLException {
        try (Connection connection = connect(peer, database(peer));
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            long count = 0;
            try (ResultSet answer = statement.executeQuery(query)) {
                while (!enough.get() && answer.next()) {
                    count++;
                }
                if (enough.get()) {
                    statement.cancel();
                }
            }
            return count;
        }
    }

    private String fairness(List<Peer> peers) throws SQLException, InterruptedException {
        StringBuilder out = new StringBuilder("\n### point selects beside a heavy query, 99 % ms\n\n");
        out.append("| | heavy query | alone | beside it | ratio |\n|---|---|---|---|---|\n");
        for (Peer peer : peers) {
            for (String query : HEAVY) {
                progress.accept(NAME + ": " + peer.name() + ", point selects beside " + query);
                double alone = pointSelects(peer);
                AtomicBoolean enough = new AtomicBoolean();
                Thread heavy = Thread.ofPlatform().start(() -> repeat(peer, query, enough));
                double beside = pointSelects(peer);
                enough.set(true);
                heavy.join();
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.2f | %.2f | %.1f |%n",
                        peer.name(),
                        query,
                        alone,
                        beside,
                        beside / alone));
            }
        }
        return out.toString();
    }

    private static void repeat(Peer peer, String query, AtomicBoolean enough) {
        try {
            while (!enough.get()) {
                read(peer, query, enough);
            }
        } catch (SQLException e) {
            if (!enough.get()) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Milliseconds that the slowest of a hundred takes. */
    private double pointSelects(Peer peer) throws SQLException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        try (Connection connection = connect(peer, database(peer));
                Statement statement = connection.createStatement()) {
            long end = System.nanoTime() + SECONDS * 1_000_000_000L;
            while (System.nanoTime() < end) {
                int id = ThreadLocalRandom.current().nextInt(rows) + 1;
                long start = System.nanoTime();
                statement.executeQuery("SELECT v FROM t WHERE id = " + id).close();
                nanos.add(System.nanoTime() - start);
                Thread.sleep(1);
            }
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * PERCENTILE)] / 1e6;
    }
}
