package drds.acceptance.fire;

import drds.acceptance.Moments;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One client of the bank: it connects again whenever its connection is lost, and notes what it was told. */
final class BankClient implements Runnable {
    private static final String MAYBE = "may or may not have been made";

    private final Bank bank;
    private final int client;
    private final Random random;
    private final Phaser rounds;
    private final Fire fire;
    private final AtomicInteger unknown;
    private long number;
    private @Nullable Connection connection;

    /** What all clients share. */
    interface Fire {
        /** The clients are to meet at the phaser. */
        boolean pauses();

        boolean isOver();
    }

    BankClient(Bank bank, int client, long seed, Phaser rounds, Fire fire, AtomicInteger unknown) {
        this.bank = bank;
        this.client = client;
        this.random = new Random(seed + client);
        this.rounds = rounds;
        this.fire = fire;
        this.unknown = unknown;
        this.number = client * 1_000_000L;
        rounds.register();
    }

    @Override
    public void run() {
        try {
            while (!fire.isOver()) {
                if (fire.pauses()) {
                    rounds.arriveAndAwaitAdvance();
                    rounds.arriveAndAwaitAdvance();
                } else {
                    step();
                }
            }
        } finally {
            rounds.arriveAndDeregister();
            drop();
        }
    }

    private void step() {
        try {
            Connection open = connection;
            if (open == null) {
                open = bank.connect();
                connection = open;
            }
            try (Statement statement = open.createStatement()) {
                number++;
                switch (random.nextInt(4)) {
                    case 0 -> count(statement);
                    case 1 -> enter(statement);
                    default -> transfer(statement);
                }
            }
        } catch (SQLException lost) {
            drop();
            Moments.pass(Duration.ofMillis(30));
        }
    }

    private void transfer(Statement statement) throws SQLException {
        int payer = random.nextInt(Bank.ACCOUNTS);
        int payee = (payer + 1 + random.nextInt(Bank.ACCOUNTS - 1)) % Bank.ACCOUNTS;
        int amount = 1 + random.nextInt(9);
        boolean committing = false;
        try {
            statement.execute("BEGIN");
            statement.execute("INSERT INTO journal VALUES (" + number + "," + payer + "," + payee + "," + amount + ")");
            statement.execute("UPDATE account SET money = money - " + amount + " WHERE id = " + payer);
            statement.execute("UPDATE account SET money = money + " + amount + " WHERE id = " + payee);
            statement.execute("INSERT INTO receipt VALUES (" + number + "," + payee + "," + amount + ")");
            committing = true;
            statement.execute("COMMIT");
            bank.transfers.put(number, Bank.Outcome.COMMITTED);
        } catch (SQLException e) {
            bank.transfers.put(number, committing ? outcome(e) : Bank.Outcome.ROLLED_BACK);
            if (isLost(e)) {
                throw e;
            }
            statement.execute("ROLLBACK");
        }
    }

    /** One statement that changes rows on all instances, in no transaction. */
    private void count(Statement statement) throws SQLException {
        try {
            statement.execute("UPDATE counted SET n = n + 1 WHERE owner = " + client);
            bank.counted.merge(client, 1, Integer::sum);
        } catch (SQLException e) {
            if (outcome(e) == Bank.Outcome.UNKNOWN) {
                bank.maybeCounted.merge(client, 1, Integer::sum);
            }
            if (isLost(e)) {
                throw e;
            }
        }
    }

    private void enter(Statement statement) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO entry VALUES ");
        for (int i = 0; i < Bank.ROWS_OF_OWNER; i++) {
            sql.append(i == 0 ? "(" : ",(")
                    .append(number * 1000 + i * 37L)
                    .append(',')
                    .append(number)
                    .append(')');
        }
        try {
            statement.execute(sql.toString());
            bank.entries.put(number, Bank.Outcome.COMMITTED);
        } catch (SQLException e) {
            bank.entries.put(number, outcome(e));
            if (isLost(e)) {
                throw e;
            }
        }
    }

    /** Only a lost connection, and an error that says so, leave it open whether a change has been made. */
    private Bank.Outcome outcome(SQLException e) {
        boolean open = isLost(e) || String.valueOf(e.getMessage()).contains(MAYBE);
        if (open) {
            unknown.incrementAndGet();
        }
        return open ? Bank.Outcome.UNKNOWN : Bank.Outcome.ROLLED_BACK;
    }

    private static boolean isLost(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("08");
    }

    private void drop() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
