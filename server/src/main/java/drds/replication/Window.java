package drds.replication;

import drds.binlog.BinlogEvent;
import drds.binlog.TableShape;
import drds.parser.SqlText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a short time, each row in its last form. What was deleted is deleted first, then what is there is put in the place of
 * what has its keys: no two rows of one moment have the same key, so the rows of one window never stand in each other's
 * way, in whatever order they are written.
 */
final class Window {
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BATCH_ROWS = 500;

    private final RowWriter writer;
    private final String schema;
    private final Map<TableShape, Map<String, Row>> tables = new LinkedHashMap<>();
    private int size;
    private long bytes;

    /** @param image the last form; of a row that is gone the one before */
    private record Row(boolean gone, byte[] @Nullable [] image) {}

    /** @param schema where the copies are */
    Window(RowWriter writer, String schema) {
        this.writer = writer;
        this.schema = schema;
    }

    int size() {
        return size;
    }

    /** About. */
    long bytes() {
        return bytes;
    }

    void add(TableShape table, BinlogEvent.Change change) {
        Map<String, Row> rows = tables.computeIfAbsent(table, shape -> new LinkedHashMap<>());
        byte @Nullable [] @Nullable [] before = change.before();
        byte @Nullable [] @Nullable [] after = change.after();
        String old = before == null ? null : key(table, before);
        String now = after == null ? null : key(table, after);
        if (before != null && old != null && !old.equals(now)) {
            put(rows, old, new Row(true, before));
        }
        if (after != null && now != null) {
            put(rows, now, new Row(false, after));
        }
    }

    private void put(Map<String, Row> rows, String key, Row row) {
        if (rows.put(key, row) == null) {
            size++;
            for (byte[] value : row.image()) {
                bytes += value == null ? 0 : value.length + 1;
            }
        }
    }

    /** The key of a row image, as text that only equal keys have. */
    static String key(TableShape shape, byte[] @Nullable [] image) {
        StringBuilder key = new StringBuilder();
        for (int place : shape.key()) {
            key.append(new String(value(shape, image, place), StandardCharsets.ISO_8859_1))
                    .append('\0');
        }
        return key.toString();
    }

    /** Writes all; it is done for certain when this returns. */
    void write() {
        tables.forEach(this::delete);
        writer.await();
        tables.forEach(this::replace);
        writer.await();
        tables.clear();
        size = 0;
        bytes = 0;
    }

    private void delete(TableShape shape, Map<String, Row> rows) {
        byte[] head =
                ("DELETE FROM " + SqlText.qualified(schema, shape.name()) + " WHERE ").getBytes(StandardCharsets.UTF_8);
        KeyRange range = new KeyRange(shape);
        batches(rows.values(), row -> row.gone() || shape.loose(), head, " OR ", (out, image) -> {
            List<String> key = new ArrayList<>();
            for (int place : shape.key()) {
                key.add(new String(value(shape, image, place), StandardCharsets.ISO_8859_1));
            }
            out.write('(');
            range.equal(out, key);
            out.write(')');
        });
    }

    private void replace(TableShape shape, Map<String, Row> rows) {
        List<TableShape.Column> columns = shape.columns();
        batches(rows.values(), row -> !row.gone(), RowWriter.replace(shape, schema), ",", (out, image) -> {
            char before = '(';
            for (int i = 0; i < columns.size(); i++) {
                if (!columns.get(i).generated()) {
                    out.write(before);
                    out.writeBytes(value(shape, image, i));
                    before = ',';
                }
            }
            out.write(')');
        });
    }

    private static byte[] value(TableShape shape, byte[] @Nullable [] image, int place) {
        byte[] value = image[place];
        if (value == null) {
            throw new MoveException("the binary log doesn't tell whole rows of " + shape.name());
        }
        return value;
    }

    private interface Form {
        void append(ByteArrayOutputStream out, byte[] @Nullable [] image);
    }

    private void batches(Collection<Row> rows, Predicate<Row> concerned, byte[] head, String between, Form form) {
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        int count = 0;
        for (Row row : rows) {
            if (!concerned.test(row)) {
                continue;
            }
            batch.writeBytes(count == 0 ? head : between.getBytes(StandardCharsets.UTF_8));
            form.append(batch, row.image());
            count++;
            if (batch.size() >= BATCH_BYTES || count >= BATCH_ROWS) {
                writer.send(batch.toByteArray());
                batch.reset();
                count = 0;
            }
        }
        if (count > 0) {
            writer.send(batch.toByteArray());
        }
    }
}
