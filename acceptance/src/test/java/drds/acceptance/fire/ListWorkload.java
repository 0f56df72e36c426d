package drds.acceptance.fire;

import drds.acceptance.fire.History.End;
import drds.acceptance.fire.History.Operation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients that append to lists and read them in transactions; the lists lie on all instances. */
final class ListWorkload {
    private static final String DATABASE = "lists";
    private static final int KEYS = 12;

    private final FireCluster cluster;
    private final History history = new History();
    private final AtomicInteger values = new AtomicInteger();

    ListWorkload(FireCluster cluster) throws SQLException {
        this.cluster = cluster;
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
            statement.execute("CREATE DATABASE " + DATABASE);
            statement.execute("USE " + DATABASE);
            statement.execute("CREATE TABLE list (id INT PRIMARY KEY, v MEDIUMTEXT NOT NULL) DBPARTITION BY HASH(id)");
            statement.execute("INSERT INTO list VALUES "
                    + IntStream.range(0, KEYS).mapToObj(id -> "(" + id + ",'')").collect(Collectors.joining(",")));
        }
    }

    /**
     * How transactions are begun and what they do.
     *
     * @param setup for each connection
     * @param reads whether a transaction that appends reads, too
     */
    record Style(String setup, String beginToRead, String beginToWrite, boolean reads) {}

    /** So many transactions of each client; then the history with how it ended. */
    History run(Style style, int clients, int transactions, long seed) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int client = 0; client < clients; client++) {
            int number = client;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Connection connection = cluster.connect(DATABASE);
                        Statement statement = connection.createStatement()) {
                    statement.execute(style.setup);
                    Random random = new Random(seed + number);
                    for (int i = 0; i < transactions; i++) {
                        transaction(statement, style, "t" + number + "." + i, random);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a client failed", failures.getFirst());
        }
        readAll();
        return history;
    }

    private void readAll() throws SQLException {
        try (Connection connection = cluster.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, v FROM list")) {
            while (rows.next()) {
                history.ended(rows.getInt(1), list(rows.getString(2)));
            }
        }
    }

    private void transaction(Statement statement, Style style, String name, Random random) throws SQLException {
        List<Operation> done = new ArrayList<>();
        boolean committing = false;
        End end;
        try {
            boolean writes = random.nextInt(2) == 0;
            statement.execute(writes ? style.beginToWrite : style.beginToRead);
            List<Integer> keys = random.ints(2 + random.nextInt(2), 0, KEYS)
                    .distinct()
                    .boxed()
                    .toList();
            for (int key : keys) {
                boolean appends = writes && (!style.reads || random.nextInt(3) > 0);
                if (appends) {
                    int value = values.incrementAndGet();
                    done.add(new Operation.Append(key, value));
                    statement.execute("UPDATE list SET v = CONCAT(v, '" + value + ",') WHERE id = " + key);
                }
                if (!writes || style.reads) {
                    done.add(new Operation.Read(key, read(statement, key)));
                }
            }
            committing = true;
            statement.execute("COMMIT");
            end = End.COMMITTED;
        } catch (SQLException e) {
            boolean rolledBack = !committing
                    || String.valueOf(e.getMessage()).contains("rolled back")
                    || String.valueOf(e.getSQLState()).startsWith("40");
            end = rolledBack ? End.ROLLED_BACK : End.UNKNOWN;
            if (!String.valueOf(e.getSQLState()).startsWith("08")) {
                statement.execute("ROLLBACK");
            } else {
                history.add(new History.Txn(name, done, end));
                throw e;
            }
        }
        history.add(new History.Txn(name, done, end));
    }

    private static List<Integer> read(Statement statement, int key) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT v FROM list WHERE id = " + key)) {
            rows.next();
            return list(rows.getString(1));
        }
    }

    private static List<Integer> list(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }
}
