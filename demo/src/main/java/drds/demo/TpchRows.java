package drds.demo;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one part of a TPC-H table as multi-row INSERT statements. */
final class TpchRows<E extends TpchEntity> {
    private static final int MONEY_DECIMALS = 2;

    private final TpchTable<E> table;
    private final Iterator<E> rows;
    private long written;

    private TpchRows(TpchTable<E> table, double scale, int part, int parts) {
        this.table = table;
        this.rows = table.createGenerator(scale, part, parts).iterator();
    }

    /**
     * The rows of one part.
     *
     * @param scale 1 is the benchmark's first size (6 million line items)
     * @param part from 1 to {@code parts}
     */
    static <E extends TpchEntity> TpchRows<E> of(TpchTable<E> table, double scale, int part, int parts) {
        return new TpchRows<>(table, scale, part, parts);
    }

    /** The next statement with at most that many rows, null at the end. */
    @Nullable
    String nextInsert(int rowLimit) {
        if (!rows.hasNext()) {
            return null;
        }
        StringBuilder sql =
                new StringBuilder("INSERT INTO ").append(table.getTableName()).append(" VALUES");
        for (int count = 0; count < rowLimit && rows.hasNext(); count++) {
            sql.append(count == 0 ? " (" : ",(");
            append(sql, rows.next());
            sql.append(')');
            written++;
        }
        return sql.toString();
    }

    /** How many rows the statements so far held. */
    long written() {
        return written;
    }

    private void append(StringBuilder sql, E row) {
        List<TpchColumn<E>> columns = table.getColumns();
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                sql.append(',');
            }
            append(sql, columns.get(i), row);
        }
    }

    private void append(StringBuilder sql, TpchColumn<E> column, E row) {
        switch (column.getType().getBase()) {
            case IDENTIFIER -> sql.append(column.getIdentifier(row));
            case INTEGER -> sql.append(column.getInteger(row));
            case DOUBLE ->
                sql.append(BigDecimal.valueOf(column.getDouble(row))
                        .setScale(MONEY_DECIMALS, RoundingMode.HALF_UP)
                        .toPlainString());
            case DATE ->
                sql.append('\'')
                        .append(LocalDate.ofEpochDay(column.getDate(row)))
                        .append('\'');
            case VARCHAR ->
                sql.append('\'').append(escaped(column.getString(row))).append('\'');
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("'", "''");
    }
}
