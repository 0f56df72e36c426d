package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams of rows in memory for the merges' tests. */
final class Rows implements RowSource {
    private final List<ColumnDefinition> columns;
    private final Deque<Row> rows = new ArrayDeque<>();
    boolean closed;

    /** @param rows values joined by a bar; NULL is NULL */
    Rows(List<ColumnDefinition> columns, String... rows) {
        this.columns = columns;
        for (String row : rows) {
            String[] texts = row.split("\\|", -1);
            byte[][] values = new byte[texts.length][];
            for (int i = 0; i < texts.length; i++) {
                values[i] = texts[i].equals("NULL") ? null : texts[i].getBytes(StandardCharsets.UTF_8);
            }
            this.rows.add(new Row.Made(values));
        }
    }

    static ColumnDefinition column(int type) {
        return new ColumnDefinition("def", "", "", "", "c", "", 63, 20, type, 0, 31);
    }

    static ColumnDefinition decimal(int decimals) {
        return new ColumnDefinition("def", "", "", "", "c", "", 63, 20, FieldType.NEWDECIMAL, 0, decimals);
    }

    static ColumnDefinition unsigned() {
        return new ColumnDefinition("def", "", "", "", "c", "", 63, 20, FieldType.LONGLONG, FieldType.UNSIGNED_FLAG, 0);
    }

    static List<String> all(RowSource source) {
        List<String> all = new ArrayList<>();
        for (Row row = source.next(); row != null; row = source.next()) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < source.columns().size(); i++) {
                byte[] value = row.text(i);
                values.add(value == null ? "NULL" : new String(value, StandardCharsets.UTF_8));
            }
            all.add(String.join("|", values));
            row.release();
        }
        return all;
    }

    @Override
    public List<ColumnDefinition> columns() {
        return columns;
    }

    @Override
    public @Nullable Row next() {
        return rows.poll();
    }

    @Override
    public void close() {
        closed = true;
    }
}
