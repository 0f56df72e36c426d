package drds.acceptance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Statements over JDBC, and rows as text. */
public final class Sql {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Sql() {}

    /** Runs one after the other. */
    public static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** @return the rows, each with {@code |} between its columns */
    public static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                all.add(String.join("|", row));
            }
            return all;
        }
    }

    /** Asks until exactly these rows are there, a minute at most. */
    public static void await(Connection connection, String sql, String... rows) throws SQLException {
        List<String> wanted = List.of(rows);
        long end = System.nanoTime() + LIMIT.toNanos();
        List<String> found = query(connection, sql);
        while (!found.equals(wanted)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(sql + " gives " + found + ", not " + wanted);
            }
            Moments.pass(BETWEEN_LOOKS);
            found = query(connection, sql);
        }
    }
}
