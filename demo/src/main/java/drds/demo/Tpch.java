package drds.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads the TPC-H database. The generator keeps hundreds of megabytes of text for as long as the JVM lives, so the demo
 * runs this in a process of its own ({@link TpchLoader}).
 *
 * @param url of the server, such as {@code jdbc:mariadb://127.0.0.1:3306/?user=root}
 * @param scale the benchmark's scale factor
 * @param placed whether the tables get DRDS's clauses; without them the statements are plain MySQL
 */
public record Tpch(String url, String database, double scale, boolean placed) {
    private static final int CONNECTIONS = 4;
    private static final int ROWS_PER_STATEMENT = 500;
    private static final double ROWS_PER_PART = 20_000;

    public Tpch {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("scale " + scale);
        }
        if (!database.matches("\\w+")) {
            throw new IllegalArgumentException("database name " + database);
        }
    }

    /**
     * Makes the database with its tables and fills them, several at once.
     *
     * @param progress gets a line for each table
     * @throws SQLException the first error of the server; what is there by then stays
     */
    public void load(Consumer<String> progress) throws SQLException, InterruptedException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (TpchSchema.Definition table : TpchSchema.TABLES) {
                statement.execute(table.create(placed));
            }
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Loading> loadings = new ArrayList<>();
            for (TpchSchema.Definition table : TpchSchema.TABLES) {
                loadings.add(new Loading(table, submit(workers, table)));
            }
            try {
                for (Loading loading : loadings) {
                    progress.accept(loading.table().name() + ": " + loading.rows() + " rows");
                }
            } finally {
                workers.shutdownNow(); // after a failure the rest is pointless; otherwise all is done
            }
        }
    }

    private List<Future<Long>> submit(ExecutorService workers, TpchSchema.Definition table) {
        int parts = parts(table);
        List<Future<Long>> loading = new ArrayList<>();
        for (int number = 1; number <= parts; number++) {
            Part part = new Part(number, parts);
            loading.add(workers.submit(() -> insert(table, part)));
        }
        return loading;
    }

    /** One of {@code parts} parts of a table. */
    private record Part(int number, int parts) {}

    /** A table whose parts are being loaded. */
    private record Loading(TpchSchema.Definition table, List<Future<Long>> parts) {
        long rows() throws SQLException, InterruptedException {
            long rows = 0;
            for (Future<Long> part : parts) {
                try {
                    rows += part.get();
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case SQLException failure -> throw failure;
                        case RuntimeException failure -> throw failure;
                        case null, default -> throw new IllegalStateException(e);
                    }
                }
            }
            return rows;
        }
    }

    private long insert(TpchSchema.Definition table, Part part) throws SQLException {
        TpchRows<?> rows = TpchRows.of(table.data(), scale, part.number(), part.parts());
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            @Nullable String insert = rows.nextInsert(ROWS_PER_STATEMENT);
            while (insert != null && !Thread.currentThread().isInterrupted()) {
                statement.execute(insert);
                insert = rows.nextInsert(ROWS_PER_STATEMENT);
            }
        }
        return rows.written();
    }

    /** Only the two big tables are worth several parts. */
    private int parts(TpchSchema.Definition table) {
        double rows = scale
                * switch (table.name()) {
                    case "lineitem" -> 6_000_000;
                    case "orders" -> 1_500_000;
                    default -> 0;
                };
        return Math.max(1, (int) Math.ceil(rows / ROWS_PER_PART));
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        connection.setCatalog(database);
        return connection;
    }
}
