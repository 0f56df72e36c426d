package drds.replication;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.binlog.TableShape;
import drds.binlog.ValueLiteral;
import drds.mysql.TextRow;
import drds.parser.SqlText;
import drds.transaction.Backends;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies a table's rows in chunks along its key. A chunk is one query's answer, so its rows may be older or newer than those of
 * other chunks: whoever plays the changes since before the first chunk on top of it gets the table as it is. Doing a chunk again
 * does no harm.
 */
final class Copier {
    private static final int CHUNK_ROWS = 20_000;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int CONNECTIONS = 2;

    private final Backends backends;
    private final Place from;
    private final Place to;
    private final Throttle throttle;

    Copier(Backends backends, Place from, Place to, Throttle throttle) {
        this.backends = backends;
        this.from = from;
        this.to = to;
        this.throttle = throttle;
    }

    /** Told after each chunk, once its rows are there. */
    @FunctionalInterface
    interface Progress {
        /**
         * @param last the key of the last row as literals, to go on behind it; null if the table is done
         * @return whether to go on
         */
        boolean copied(@Nullable List<String> last, long rows, long bytes) throws InterruptedException;
    }

    /**
     * Copies the rows behind a key.
     *
     * @param after what {@link Progress} was told last, null to begin
     * @return whether the table is done; false if the progress said stop
     */
    boolean copy(TableShape shape, @Nullable List<String> after, Progress progress) throws InterruptedException {
        List<String> last = after;
        try (RowWriter writer = new RowWriter(backends, to.group(), CONNECTIONS)) {
            if (shape.loose()) {
                forget(shape, after, writer);
            }
            while (true) {
                Chunk chunk = chunk(shape, last, writer);
                boolean more = chunk.rows == CHUNK_ROWS;
                last = more ? chunk.last : null;
                if (!progress.copied(last, chunk.rows, chunk.bytes)) {
                    return !more;
                }
                if (!more) {
                    return true;
                }
            }
        }
    }

    /** What a copier that was killed has written ahead of its record would be there twice. */
    private void forget(TableShape shape, @Nullable List<String> after, RowWriter writer) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes(
                ("DELETE FROM " + SqlText.qualified(to.schema(), shape.name())).getBytes(StandardCharsets.UTF_8));
        sql.writeBytes(new KeyRange(shape).where(after, null));
        writer.send(sql.toByteArray());
        writer.await();
    }

    private static final class Chunk {
        private long rows;
        private long bytes;
        private List<String> last = List.of();
    }

    private Chunk chunk(TableShape shape, @Nullable List<String> after, RowWriter writer) throws InterruptedException {
        Chunk chunk = new Chunk();
        Backend reader = backends.take(from.group(), Exact.READING);
        boolean done = false;
        try {
            reader.use(Exact.READING);
            reader.sendQuery(query(shape, after));
            ResultSet rows = switch (reader.readResponse()) {
                case Response.Rows found -> found.rows();
                case Response.Err err -> throw err.error();
                case Response.Ok ok -> throw new IllegalStateException("OK where rows were expected");
            };
            carry(shape, rows, writer, chunk);
            done = true;
        } finally {
            if (done) {
                reader.release();
            } else {
                reader.discard();
            }
        }
        writer.await();
        return chunk;
    }

    private void carry(TableShape shape, ResultSet rows, RowWriter writer, Chunk chunk) throws InterruptedException {
        List<TableShape.Column> columns = shape.columns();
        byte[] head = RowWriter.replace(shape, to.schema());
        ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES + 4096);
        TextRow view = new TextRow();
        long batchRows = 0;
        for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
            try {
                view.reset(row, columns.size());
                batch.writeBytes(batchRows == 0 ? head : COMMA);
                append(batch, columns, view);
                batchRows++;
                chunk.rows++;
                if (chunk.rows == CHUNK_ROWS) {
                    chunk.last = key(shape, view);
                }
            } finally {
                row.release();
            }
            if (batch.size() >= BATCH_BYTES) {
                chunk.bytes += send(batch, batchRows, writer);
                batchRows = 0;
            }
        }
        if (batchRows > 0) {
            chunk.bytes += send(batch, batchRows, writer);
        }
    }

    private static final byte[] COMMA = {','};

    private static void append(ByteArrayOutputStream batch, List<TableShape.Column> columns, TextRow view) {
        char before = '(';
        for (int i = 0; i < columns.size(); i++) {
            TableShape.Column column = columns.get(i);
            if (!column.generated()) {
                batch.write(before);
                batch.writeBytes(ValueLiteral.of(column, view.bytes(i)));
                before = ',';
            }
        }
        batch.write(')');
    }

    private long send(ByteArrayOutputStream batch, long rows, RowWriter writer) throws InterruptedException {
        byte[] sql = batch.toByteArray();
        batch.reset();
        throttle.pass(rows, sql.length);
        writer.send(sql);
        return sql.length;
    }

    private static List<String> key(TableShape shape, TextRow view) {
        List<String> key = new ArrayList<>();
        for (int place : shape.key()) {
            key.add(new String(
                    ValueLiteral.of(shape.columns().get(place), view.bytes(place)), StandardCharsets.ISO_8859_1));
        }
        return List.copyOf(key);
    }

    private byte[] query(TableShape shape, @Nullable List<String> after) {
        String list = shape.columns().stream()
                .map(column -> ValueLiteral.selected(column, SqlText.identifier(column.name())))
                .collect(Collectors.joining(", "));
        KeyRange range = new KeyRange(shape);
        String head = "SELECT " + list + " FROM " + SqlText.qualified(from.schema(), shape.name());
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        sql.writeBytes(range.where(after, null));
        sql.writeBytes((range.order() + " LIMIT " + CHUNK_ROWS).getBytes(StandardCharsets.UTF_8));
        return sql.toByteArray();
    }
}
