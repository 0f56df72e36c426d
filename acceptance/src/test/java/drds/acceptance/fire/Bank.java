package drds.acceptance.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Accounts over all shards, and what clients were told of their transfers. Every transfer writes its number on two more shards, so
 * that afterwards each can be found, and each account recomputed.
 */
final class Bank {
    static final int ACCOUNTS = 60;
    static final int CLIENTS = 16;
    static final int MONEY = 1000;
    static final int ROWS_OF_OWNER = 4;
    private static final String DATABASE = "bank";

    /** What the client knows. */
    enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    /** By the transfers' numbers. */
    final Map<Long, Outcome> transfers = new ConcurrentHashMap<>();
    /** Statements of several rows outside of transactions, by their numbers. */
    final Map<Long, Outcome> entries = new ConcurrentHashMap<>();
    /** For each owner how many times it was told that its rows were counted up, and how many times nobody could tell. */
    final Map<Integer, Integer> counted = new ConcurrentHashMap<>();

    final Map<Integer, Integer> maybeCounted = new ConcurrentHashMap<>();

    private final FireCluster cluster;

    Bank(FireCluster cluster) throws SQLException {
        this.cluster = cluster;
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
            statement.execute("CREATE DATABASE " + DATABASE);
            statement.execute("USE " + DATABASE);
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL) DBPARTITION BY HASH(id)");
            statement.execute("CREATE TABLE journal (number BIGINT PRIMARY KEY, payer INT, payee INT, amount INT)"
                    + " DBPARTITION BY HASH(number)");
            statement.execute("CREATE TABLE receipt (number BIGINT, payee INT, amount INT, PRIMARY KEY (payee, number))"
                    + " DBPARTITION BY HASH(payee)");
            statement.execute("CREATE TABLE counted (id INT PRIMARY KEY, owner INT, n INT NOT NULL, KEY (owner))"
                    + " DBPARTITION BY HASH(id)");
            statement.execute("CREATE TABLE entry (id BIGINT PRIMARY KEY, number BIGINT, KEY (number))"
                    + " DBPARTITION BY HASH(id)");
            for (int id = 0; id < ACCOUNTS; id++) {
                statement.execute("INSERT INTO account VALUES (" + id + ", " + MONEY + ")");
            }
            for (int id = 0; id < CLIENTS * ROWS_OF_OWNER; id++) {
                statement.execute("INSERT INTO counted VALUES (" + id + ", " + id % CLIENTS + ", 0)");
            }
        }
    }

    Connection connect() throws SQLException {
        return cluster.connect(DATABASE);
    }

    /** What must hold at every moment in one snapshot. */
    static final String TOTAL = "SELECT SUM(money) FROM account";

    static final String HALF_COUNTED =
            "SELECT COUNT(*) FROM (SELECT owner FROM counted GROUP BY owner HAVING MIN(n) <> MAX(n)) AS half";

    /** Nothing is half there, and everything is as the clients were told. @param when for the message */
    void check(String when) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(one(statement, TOTAL)).as(when + ": the total").isEqualTo((long) ACCOUNTS * MONEY);
            assertThat(one(statement, HALF_COUNTED)).as(when + ": half counted").isZero();
            checkTransfers(statement, when);
            checkEntries(statement, when);
            checkCounted(statement, when);
        }
    }

    private void checkTransfers(Statement statement, String when) throws SQLException {
        Map<Integer, Integer> money = new HashMap<>();
        Map<Long, String> journal = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT number, payer, payee, amount FROM journal")) {
            while (rows.next()) {
                journal.put(rows.getLong(1), rows.getInt(3) + " " + rows.getInt(4));
                money.merge(rows.getInt(2), -rows.getInt(4), Integer::sum);
                money.merge(rows.getInt(3), rows.getInt(4), Integer::sum);
            }
        }
        Map<Long, String> receipts = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT number, payee, amount FROM receipt")) {
            while (rows.next()) {
                receipts.put(rows.getLong(1), rows.getInt(2) + " " + rows.getInt(3));
            }
        }
        assertThat(receipts).as(when + ": each journal row has its receipt").isEqualTo(journal);
        try (ResultSet rows = statement.executeQuery("SELECT id, money FROM account")) {
            while (rows.next()) {
                assertThat(rows.getInt(2))
                        .as(when + ": account " + rows.getInt(1) + " as its journal says")
                        .isEqualTo(MONEY + money.getOrDefault(rows.getInt(1), 0));
            }
        }
        List<String> wrong = new ArrayList<>();
        transfers.forEach((number, outcome) -> {
            boolean there = journal.containsKey(number);
            if (outcome != Outcome.UNKNOWN && there != (outcome == Outcome.COMMITTED)) {
                wrong.add(number + " " + outcome);
            }
        });
        assertThat(wrong)
                .as(when + ": transfers are as their clients were told")
                .isEmpty();
    }

    private void checkEntries(Statement statement, String when) throws SQLException {
        Map<Long, Integer> found = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT number, COUNT(*) FROM entry GROUP BY number")) {
            while (rows.next()) {
                found.put(rows.getLong(1), rows.getInt(2));
            }
        }
        assertThat(found.values()).as(when + ": whole statements").allMatch(count -> count == ROWS_OF_OWNER);
        List<String> wrong = new ArrayList<>();
        entries.forEach((number, outcome) -> {
            if (outcome != Outcome.UNKNOWN && found.containsKey(number) != (outcome == Outcome.COMMITTED)) {
                wrong.add(number + " " + outcome);
            }
        });
        assertThat(wrong)
                .as(when + ": statements are as their clients were told")
                .isEmpty();
    }

    private void checkCounted(Statement statement, String when) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT owner, MIN(n) FROM counted GROUP BY owner")) {
            while (rows.next()) {
                int told = counted.getOrDefault(rows.getInt(1), 0);
                assertThat(rows.getInt(2))
                        .as(when + ": owner " + rows.getInt(1) + " counted exactly once each")
                        .isBetween(told, told + maybeCounted.getOrDefault(rows.getInt(1), 0));
            }
        }
    }

    static long one(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
