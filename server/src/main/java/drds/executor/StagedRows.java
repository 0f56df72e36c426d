package drds.executor;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import java.util.List;
import java.util.function.Consumer;

/** Puts the rows of a statement's first step into INSERTs. */
final class StagedRows extends RowSink {
    private final String head;
    private final int batchBytes;
    private final ScratchBudget budget;
    private final Runnable beforeEach;
    private final Consumer<String> insert;
    private final StringBuilder sql = new StringBuilder();
    private long taken;

    /**
     * @param table quoted
     * @param beforeEach what is to be done at every row: it may stop by throwing
     * @param insert takes an INSERT of about {@code batchBytes}
     */
    StagedRows(String table, int batchBytes, ScratchBudget budget, Runnable beforeEach, Consumer<String> insert) {
        this.head = "INSERT INTO " + table + " VALUES ";
        this.batchBytes = batchBytes;
        this.budget = budget;
        this.beforeEach = beforeEach;
        this.insert = insert;
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
        taken++;
        int before = sql.length();
        sql.append(sql.isEmpty() ? head : ",").append('(');
        for (int i = 0; i < literals.length; i++) {
            sql.append(i == 0 ? "" : ",").append(literals[i]);
        }
        sql.append(')');
        budget.take(1, sql.length() - before);
        if (sql.length() >= batchBytes) {
            send();
        }
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
