package drds.session;

import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small result held in memory; each value is its text in UTF-8, null for NULL. */
record MemoryResult(List<ColumnDefinition> columns, List<byte[] @Nullable []> rows) {

    /** Collects rows for a result that DRDS makes itself. */
    static final class Builder {
        private final List<ColumnDefinition> columns = new ArrayList<>();
        private final List<byte[] @Nullable []> rows = new ArrayList<>();

        Builder text(String... names) {
            for (String name : names) {
                columns.add(ColumnDefinition.text(name));
            }
            return this;
        }

        Builder number(String... names) {
            for (String name : names) {
                columns.add(ColumnDefinition.number(name));
            }
            return this;
        }

        Builder column(ColumnDefinition definition) {
            columns.add(definition);
            return this;
        }

        /** Values by their {@code toString}; null is NULL. */
        Builder row(@Nullable Object... values) {
            byte[] @Nullable [] row = new byte[values.length][];
            for (int i = 0; i < values.length; i++) {
                Object value = values[i];
                row[i] = value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
            }
            rows.add(row);
            return this;
        }

        /** Values as they are. */
        Builder raw(byte[] @Nullable [] row) {
            rows.add(row);
            return this;
        }

        MemoryResult build() {
            return new MemoryResult(List.copyOf(columns), List.copyOf(rows));
        }
    }

    static Builder builder() {
        return new Builder();
    }

    @Nullable
    String text(int row, int column) {
        byte[] value = rows.get(row)[column];
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    void writeTo(ResultWriter out, int status) {
        out.columns(columns);
        for (byte[] @Nullable [] row : rows) {
            out.textRow(row);
        }
        out.end(status, 0);
    }
}
