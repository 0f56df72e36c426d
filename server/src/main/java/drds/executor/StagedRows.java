package drds.executor;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.planner.Plan;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the rows of a statement's first step into INSERTs. */
final class StagedRows extends RowSink {
    /** So many rows are remembered to leave out equal ones. */
    private static final int REMEMBERED = 1 << 16;

    private final String head;
    private final int batchBytes;
    private final ScratchBudget budget;
    private final Runnable beforeEach;
    private final Consumer<String> insert;
    private final StringBuilder sql = new StringBuilder();
    /** At each place the last row of its hash; empty where equal rows are kept. */
    private final @Nullable String[] seen;

    private boolean binary;
    private long taken;

    /**
     * @param stage whose rows come
     * @param beforeEach what is to be done at every row: it may stop by throwing
     * @param insert takes an INSERT of about {@code batchBytes}
     */
    StagedRows(Plan.Stage stage, int batchBytes, ScratchBudget budget, Runnable beforeEach, Consumer<String> insert) {
        this.head = "INSERT INTO " + stage.name() + " VALUES ";
        this.seen = new String[stage.distinct() ? REMEMBERED : 0];
        this.batchBytes = batchBytes;
        this.budget = budget;
        this.beforeEach = beforeEach;
        this.insert = insert;
    }

    /** The rows have values that come whole in the binary protocol only. */
    private static final class OnlyBinary extends RuntimeException {
        private static final long serialVersionUID = 1;

        OnlyBinary() {
            super("values that the text protocol rounds", null, false, false);
        }
    }

    /** Takes the rows of a plan: as text, which needs no preparing, unless that rounds. */
    Outcome takeFrom(Plan source, Executor executor, Execution reading) {
        try {
            return executor.select(source, reading, this);
        } catch (OnlyBinary e) {
            binary = true;
            return executor.select(source, reading, this);
        }
    }

    @Override
    public boolean binary() {
        return binary;
    }

    /** How many rows there were. */
    long taken() {
        return taken;
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        if (definitions.stream().anyMatch(column -> isZoned(column) || isRounded(column))) {
            throw new NotStaged();
        }
        if (!binary && definitions.stream().anyMatch(column -> column.type() == FieldType.FLOAT)) {
            throw new OnlyBinary();
        }
        super.columns(definitions);
    }

    /** An hour a year has two meanings as text. */
    private static boolean isZoned(ColumnDefinition column) {
        return column.type() == FieldType.TIMESTAMP;
    }

    /** FLOAT(M,D) and what is computed of it: a column rounds what it is given, an expression keeps all of it. */
    private static boolean isRounded(ColumnDefinition column) {
        return (column.type() == FieldType.FLOAT || column.type() == FieldType.DOUBLE) && column.decimals() < 31;
    }

    @Override
    void add(String[] literals) {
        beforeEach.run();
        String row = String.join(",", literals);
        if (isRepeated(row)) {
            return;
        }
        taken++;
        sql.append(sql.isEmpty() ? head : ",").append('(').append(row).append(')');
        budget.take(1, row.length());
        if (sql.length() >= batchBytes) {
            send();
        }
    }

    /** Whether the row is known to have come before, where one of them is enough. */
    private boolean isRepeated(String row) {
        if (seen.length == 0) {
            return false;
        }
        int place = row.hashCode() & seen.length - 1;
        if (row.equals(seen[place])) {
            return true;
        }
        seen[place] = row;
        return false;
    }

    /** Sends what is left. */
    void send() {
        if (!sql.isEmpty()) {
            String text = sql.toString();
            sql.setLength(0);
            insert.accept(text);
        }
    }
}
