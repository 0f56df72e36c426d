package drds.acceptance.fire;

import drds.acceptance.Moments;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Reads the bank in snapshots over all instances, whatever happens meanwhile: each must see the right total. */
final class SnapshotReader implements Runnable {
    private final Bank bank;
    private final boolean inTransaction;
    private final BooleanSupplier over;
    private final AtomicInteger reads;
    private final List<String> wrong;

    /** @param inTransaction by START TRANSACTION WITH CONSISTENT SNAPSHOT, else by drds_consistent_reads */
    SnapshotReader(Bank bank, boolean inTransaction, BooleanSupplier over, AtomicInteger reads, List<String> wrong) {
        this.bank = bank;
        this.inTransaction = inTransaction;
        this.over = over;
        this.reads = reads;
        this.wrong = wrong;
    }

    @Override
    public void run() {
        while (!over.getAsBoolean()) {
            try (Connection connection = bank.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET drds_consistent_reads = " + (inTransaction ? 0 : 1));
                while (!over.getAsBoolean()) {
                    read(statement);
                    reads.incrementAndGet();
                    Moments.pass(Duration.ofMillis(20));
                }
            } catch (SQLException lost) {
                Moments.pass(Duration.ofMillis(50));
            }
        }
    }

    private void read(Statement statement) throws SQLException {
        if (inTransaction) {
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        }
        expect(statement, Bank.TOTAL, (long) Bank.ACCOUNTS * Bank.MONEY);
        expect(statement, Bank.HALF_COUNTED, 0);
        if (inTransaction) {
            statement.execute("COMMIT");
        }
    }

    private void expect(Statement statement, String sql, long value) throws SQLException {
        long found = Bank.one(statement, sql);
        if (found != value) {
            wrong.add((inTransaction ? "snapshot" : "consistent read") + ": " + sql + " is " + found);
        }
    }
}
