package drds.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Transactions of two updates on one instance and on two: BEGIN, UPDATE, UPDATE, COMMIT. What they take, how often the instances
 * write their logs to disk, and how many statements they are sent. The instances are made durable for it.
 */
final class TransactionBench {
    static final String NAME = "transactions";

    private static final int ROWS = 1000;
    private static final int THREADS = 16;
    private static final int INSTANCES = 2;

    private final Consumer<String> progress;
    private final Storage storage;
    private final int seconds;
    private final int rounds;
    private final int warmUpSeconds;

    TransactionBench(Consumer<String> progress, Storage storage, int seconds, int rounds, int warmUpSeconds) {
        this.progress = progress;
        this.storage = storage;
        this.seconds = seconds;
        this.rounds = rounds;
        this.warmUpSeconds = warmUpSeconds;
    }

    /** Which rows a transaction changes. */
    private enum Spread {
        ONE_INSTANCE,
        TWO_INSTANCES
    }

    /**
     * @param ids for each instance those of the rows that it has; plain MariaDB has all
     * @param setup for each connection
     */
    private record Side(Peer peer, List<List<Integer>> ids, List<String> setup) {}

    private record Figures(double millis, double rate, double fsyncs, double statements) {}

    /** @param others DRDS, and whoever else is there, with {@code sbtest1} over both instances */
    String run(Peer plain, List<Peer> others) throws SQLException, InterruptedException {
        durable();
        List<Side> sides = new ArrayList<>();
        sides.add(new Side(plain, List.of(upTo(ROWS, 1, 0)), List.of()));
        for (Peer peer : others) {
            if (peer.name().equals("DRDS")) {
                sides.add(new Side(peer, idsByGroup(peer), List.of()));
            } else if (peer.name().equals("ShardingSphere")) {
                sides.add(new Side(
                        peer,
                        List.of(upTo(ROWS, 2, 0), upTo(ROWS, 2, 1)),
                        List.of("SET VARIABLE transaction_type = 'XA'")));
            }
        }
        StringBuilder table = new StringBuilder();
        for (int threads : List.of(1, THREADS)) {
            table.append(measured(sides, threads));
        }
        return table.toString();
    }

    private void durable() throws SQLException {
        for (int i = 0; i < INSTANCES; i++) {
            try (Connection connection = Storage.connect(storage.port(i), "root", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
                statement.execute("SET GLOBAL sync_binlog = 1");
            }
        }
    }

    private static List<Integer> upTo(int last, int step, int rest) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 1; id <= last; id++) {
            if (id % step == rest) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static List<List<Integer>> idsByGroup(Peer drds) throws SQLException {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        try (Connection connection = Storage.connect(drds.port(), Storage.USER, Storage.PASSWORD);
                Statement statement = connection.createStatement()) {
            connection.setCatalog(drds.database());
            for (int id = 1; id <= ROWS; id++) {
                try (ResultSet rows = statement.executeQuery("EXPLAIN SELECT k FROM sbtest1 WHERE id = " + id)) {
                    rows.next();
                    groups.computeIfAbsent(rows.getString(2), group -> new ArrayList<>())
                            .add(id);
                }
            }
        }
        if (groups.size() != INSTANCES) {
            throw new IllegalStateException("the rows lie on " + groups.keySet());
        }
        return List.copyOf(groups.values());
    }

    // ---- measuring ----

    private String measured(List<Side> sides, int threads) throws SQLException, InterruptedException {
        Map<String, List<Figures>> figures = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (Side side : sides) {
                for (Spread spread : Spread.values()) {
                    if (spread == Spread.TWO_INSTANCES && side.ids.size() < INSTANCES) {
                        continue;
                    }
                    String name = side.peer.name() + (spread == Spread.ONE_INSTANCE ? ", one" : ", two");
                    Figures one = run(side, spread, threads, round < 0 ? warmUpSeconds : seconds);
                    if (round >= 0) {
                        figures.computeIfAbsent(name, key -> new ArrayList<>()).add(one);
                        progress.accept(String.format(Locale.ROOT, "%s (%d): %.2f ms", name, threads, one.millis));
                    }
                }
            }
        }
        StringBuilder table = new StringBuilder(
                "\n### transactions of " + threads + (threads == 1 ? " client" : " clients")
                        + "\n\n| | transactions/s | median ms | ÷ one instance | fsyncs | statements |\n|---|---|---|---|---|---|\n");
        figures.forEach((name, list) -> {
            List<Figures> one = figures.getOrDefault(name.replace(", two", ", one"), list);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.2f | %.1f | %.1f |%n",
                    name,
                    Median.of(list.stream().mapToDouble(Figures::rate)),
                    Median.of(list.stream().mapToDouble(Figures::millis)),
                    Median.of(list.stream().mapToDouble(Figures::millis))
                            / Median.of(one.stream().mapToDouble(Figures::millis)),
                    Median.of(list.stream().mapToDouble(Figures::fsyncs)),
                    Median.of(list.stream().mapToDouble(Figures::statements))));
        });
        return table.toString();
    }

    private Figures run(Side side, Spread spread, int threads, int length) throws SQLException, InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        double fsyncs = counted("'INNODB_OS_LOG_FSYNCS', 'BINLOG_GROUP_COMMITS'");
        double statements = counted("'QUESTIONS'");
        List<Thread> clients = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(i);
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    transfers(side, spread, random, over, nanos);
                } catch (SQLException e) {
                    failures.add(e);
                }
            }));
        }
        Thread.sleep(length * 1000L);
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
        if (!failures.isEmpty()) {
            throw new SQLException(side.peer.name() + " failed", failures.peek());
        }
        double took = (System.nanoTime() - start) / 1e9;
        int count = Math.max(1, nanos.size());
        return new Figures(
                Median.of(nanos.stream().mapToDouble(n -> n / 1e6)),
                count / took,
                (counted("'INNODB_OS_LOG_FSYNCS', 'BINLOG_GROUP_COMMITS'") - fsyncs) / count,
                (counted("'QUESTIONS'") - statements - INSTANCES) / count);
    }

    private static void transfers(
            Side side, Spread spread, Random random, AtomicBoolean over, ConcurrentLinkedQueue<Long> nanos)
            throws SQLException {
        try (Connection connection = Storage.connect(side.peer.port(), Storage.USER, Storage.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("USE " + side.peer.database());
            for (String sql : side.setup) {
                statement.execute(sql);
            }
            while (!over.get()) {
                int first = random.nextInt(side.ids.size());
                int second = spread == Spread.ONE_INSTANCE ? first : 1 - first;
                // Always upwards, so that no two wait for each other.
                int[] ids = {pick(side.ids.get(first), random), pick(side.ids.get(second), random)};
                Arrays.sort(ids);
                long start = System.nanoTime();
                statement.execute("BEGIN");
                for (int id : ids) {
                    statement.execute("UPDATE sbtest1 SET k = k + 1 WHERE id = " + id);
                }
                statement.execute("COMMIT");
                nanos.add(System.nanoTime() - start);
            }
        }
    }

    private static int pick(List<Integer> ids, Random random) {
        return ids.get(random.nextInt(ids.size()));
    }

    /** The sum over both instances. */
    private double counted(String counters) throws SQLException {
        double sum = 0;
        for (int i = 0; i < INSTANCES; i++) {
            try (Connection connection = Storage.connect(storage.port(i), "root", "");
                    Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS"
                                    + " WHERE VARIABLE_NAME IN (" + counters + ")")) {
                rows.next();
                sum += rows.getDouble(1);
            }
        }
        return sum;
    }
}
