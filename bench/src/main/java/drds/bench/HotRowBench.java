package drds.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Transactions that change a row of their own on one instance and one hot row, which all of them change, on the other: by XA, with
 * the hot row's change deferred, and with each change committed at once.
 */
final class HotRowBench {
    static final String NAME = "hot-row";

    private static final int CLIENTS = 16;
    private static final int ACCOUNTS = 2000;
    private static final int WARM_UP_SECONDS = 5;
    private static final int APPLY_LIMIT_SECONDS = 60;
    private static final String HOT = "UPDATE hot SET n = n + 1 WHERE id = 1";
    private static final List<Way> WAYS = List.of(
            new Way("XA", "", HOT),
            new Way("deferred", "", "/*+TDDL:defer*/ " + HOT),
            new Way("FLEXIBLE", "SET drds_transaction_policy = 'FLEXIBLE'", HOT));

    private final Consumer<String> progress;
    private final int seconds;
    private final int rounds;

    /** @param hot the statement that changes the hot row */
    private record Way(String name, String before, String hot) {}

    private record Result(long transactions, double median, double late) {}

    HotRowBench(Consumer<String> progress, int seconds, int rounds) {
        this.progress = progress;
        this.seconds = seconds;
        this.rounds = rounds;
    }

    String run(Peer drds) throws SQLException, InterruptedException {
        List<Integer> accounts = load(drds);
        List<List<Result>> results = new ArrayList<>();
        for (Way way : WAYS) {
            progress.accept(NAME + ": warming " + way.name);
            measure(drds, way, accounts, WARM_UP_SECONDS);
            results.add(new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < WAYS.size(); i++) {
                int way = (i + round) % WAYS.size();
                progress.accept(NAME + ": " + WAYS.get(way).name);
                results.get(way).add(measure(drds, WAYS.get(way), accounts, seconds));
            }
        }
        return report(results) + check(drds);
    }

    private String report(List<List<Result>> results) {
        StringBuilder out = new StringBuilder("\n### one hot row, " + CLIENTS + " clients, medians of " + rounds
                + " rounds\n\n| | transactions/s | median ms | 99 % ms | median ÷ XA's |\n|---|---|---|---|---|\n");
        double xa = Median.of(results.getFirst().stream().mapToDouble(Result::median));
        for (int i = 0; i < WAYS.size(); i++) {
            List<Result> way = results.get(i);
            double latency = Median.of(way.stream().mapToDouble(Result::median));
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.2f | %.2f |%n",
                    WAYS.get(i).name,
                    Median.of(way.stream().mapToDouble(one -> (double) one.transactions / seconds)),
                    latency,
                    Median.of(way.stream().mapToDouble(Result::late)),
                    latency / xa));
        }
        return out.toString();
    }

    /** Waits for what is deferred. */
    private String check(Peer drds) throws SQLException, InterruptedException {
        try (Connection connection = connect(drds);
                Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            long wanted = number(statement, "SELECT SUM(n) FROM account");
            long found = number(statement, "SELECT n FROM hot WHERE id = 1");
            while (found != wanted) {
                if (System.nanoTime() - start > APPLY_LIMIT_SECONDS * 1_000_000_000L) {
                    throw new IllegalStateException("the hot row has " + found + " changes of " + wanted + " after "
                            + APPLY_LIMIT_SECONDS + " s");
                }
                Thread.sleep(100);
                found = number(statement, "SELECT n FROM hot WHERE id = 1");
            }
            return String.format(
                    Locale.ROOT,
                    "%nAll deferred changes were in the hot row %.1f s after the last round.%n",
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Connection connect(Peer drds) throws SQLException {
        Connection connection = Storage.connect(drds.port(), Storage.USER, Storage.PASSWORD);
        connection.setCatalog("hot_row");
        return connection;
    }

    /** @return accounts on another instance than the hot row's, which is the first one */
    private static List<Integer> load(Peer drds) throws SQLException {
        try (Connection connection = Storage.connect(drds.port(), Storage.USER, Storage.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE hot_row");
            connection.setCatalog("hot_row");
            statement.execute("CREATE TABLE hot (id INT PRIMARY KEY, n BIGINT)");
            statement.execute("INSERT INTO hot VALUES (1, 0)");
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, n BIGINT) DBPARTITION BY HASH(id)");
            statement.execute("INSERT INTO account SELECT seq, 0 FROM seq_1_to_" + ACCOUNTS);
            List<Integer> there = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("/*+TDDL:node(1)*/ SELECT id FROM account")) {
                while (rows.next()) {
                    there.add(rows.getInt(1));
                }
            }
            return there;
        }
    }

    private static Result measure(Peer drds, Way way, List<Integer> accounts, int seconds) throws InterruptedException {
        List<Future<long[]>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> client(drds, way, accounts, seconds)));
            }
            long[] nanos = clients.stream()
                    .flatMapToLong(client -> Arrays.stream(done(client)))
                    .sorted()
                    .toArray();
            return new Result(nanos.length, nanos[nanos.length / 2] / 1e6, nanos[(int) (nanos.length * 0.99)] / 1e6);
        }
    }

    private static long[] done(Future<long[]> client) {
        try {
            return client.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How long each transaction took. */
    private static long[] client(Peer drds, Way way, List<Integer> accounts, int seconds) throws SQLException {
        List<Long> nanos = new ArrayList<>();
        try (Connection connection = connect(drds);
                Statement statement = connection.createStatement()) {
            if (!way.before.isEmpty()) {
                statement.execute(way.before);
            }
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                int account = accounts.get(ThreadLocalRandom.current().nextInt(accounts.size()));
                statement.execute("BEGIN");
                statement.execute("UPDATE account SET n = n + 1 WHERE id = " + account);
                statement.execute(way.hot);
                statement.execute("COMMIT");
                nanos.add(System.nanoTime() - start);
            }
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }
}
