package drds.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * What many rows cost others: DRDS's resident memory with a heap of 256 MB under idle connections and answers of a whole table,
 * and how long one client's point selects take while another's heavy query runs.
 */
final class StrainBench {
    static final String NAME = "strain";
    static final int HEAP_MEGABYTES = 256;

    private static final int IDLE_CONNECTIONS = 2000;
    private static final int FETCH_ROWS = 1000;
    private static final int ROUNDS = 5;
    private static final int ROUND_SECONDS = 3;
    private static final int WARM_UP_SELECTS = 20_000;
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

    /** Alone and beside in turns, since the machine's own pauses come and go; each ratio is one of medians. */
    private String fairness(List<Peer> peers) throws SQLException, InterruptedException {
        StringBuilder out = new StringBuilder(
                "\n### one client beside another's heavy query, 99 % ms, medians of " + ROUNDS + " rounds\n\n");
        out.append("| | heavy query | point select alone | beside it | ratio | ping alone | beside it |\n");
        out.append("|---|---|---|---|---|---|---|\n");
        for (Peer peer : peers) {
            warmUp(peer);
            for (String query : HEAVY) {
                progress.accept(NAME + ": " + peer.name() + ", point selects beside " + query);
                List<Tail> alone = new ArrayList<>();
                List<Tail> beside = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    alone.add(tail(peer));
                    AtomicBoolean enough = new AtomicBoolean();
                    Thread heavy = Thread.ofPlatform().start(() -> repeat(peer, query, enough));
                    beside.add(tail(peer));
                    enough.set(true);
                    heavy.join();
                }
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.2f | %.2f | %.1f | %.2f | %.2f |%n",
                        peer.name(),
                        query,
                        median(alone, Tail::select),
                        median(beside, Tail::select),
                        median(beside, Tail::select) / median(alone, Tail::select),
                        median(alone, Tail::ping),
                        median(beside, Tail::ping)));
            }
        }
        return out.toString();
    }

    /**
     * Milliseconds that the slowest of a hundred takes.
     *
     * @param ping of a COM_PING, which DRDS answers by itself
     */
    private record Tail(double select, double ping) {}

    private static double median(List<Tail> tails, ToDoubleFunction<Tail> figure) {
        return tails.stream().mapToDouble(figure).sorted().toArray()[tails.size() / 2];
    }

    private void warmUp(Peer peer) throws SQLException {
        try (Connection connection = connect(peer, database(peer));
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < WARM_UP_SELECTS; i++) {
                select(statement);
            }
        }
    }

    private void select(Statement statement) throws SQLException {
        int id = ThreadLocalRandom.current().nextInt(rows) + 1;
        statement.executeQuery("SELECT v FROM t WHERE id = " + id).close();
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

    private Tail tail(Peer peer) throws SQLException, InterruptedException {
        List<Long> selects = new ArrayList<>();
        List<Long> pings = new ArrayList<>();
        try (Connection connection = connect(peer, database(peer));
                Statement statement = connection.createStatement()) {
            long end = System.nanoTime() + ROUND_SECONDS * 1_000_000_000L;
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                select(statement);
                long between = System.nanoTime();
                selects.add(between - start);
                connection.isValid(0);
                pings.add(System.nanoTime() - between);
                Thread.sleep(1);
            }
        }
        return new Tail(slowest(selects), slowest(pings));
    }

    private static double slowest(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) (sorted.length * PERCENTILE)] / 1e6;
    }
}
