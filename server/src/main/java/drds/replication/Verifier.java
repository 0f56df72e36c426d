package drds.replication;

import drds.atom.Backend;
import drds.binlog.Gtids;
import drds.binlog.TableShape;
import drds.binlog.ValueLiteral;
import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares two places chunk by chunk by checksums over all values, in two snapshots that show the same moment. What differs is told,
 * never mended.
 */
final class Verifier implements AutoCloseable {
    private static final int CHUNK_ROWS = 20_000;
    private static final int SNAPSHOT_TRIES = 20;
    private static final int PLAY_MILLIS = 60_000;

    private final Backend left;
    private final Backend right;
    private final Place from;
    private final Place to;
    private boolean clean;

    private Verifier(Backend left, Backend right, Place from, Place to) {
        this.left = left;
        this.right = right;
        this.from = from;
        this.to = to;
    }

    /**
     * Opens both snapshots.
     *
     * @param player that fills {@code to}; it stands where the snapshots are when this returns
     * @return null if it could not come that far in time
     */
    static @Nullable Verifier open(Backends backends, Place from, Place to, Player player) throws InterruptedException {
        Backend left = backends.take(from.group(), Exact.READING);
        @Nullable Backend right = null;
        @Nullable Verifier verifier = null;
        try {
            left.use(Exact.READING);
            if (atPlayersPosition(new Work(left), player)) {
                right = backends.take(to.group(), Exact.READING);
                right.use(Exact.READING);
                new Work(right).execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                verifier = new Verifier(left, right, from, to);
            }
        } finally {
            if (verifier == null) {
                left.discard();
                if (right != null) {
                    right.discard();
                }
            }
        }
        return verifier;
    }

    private static boolean atPlayersPosition(Work work, Player player) throws InterruptedException {
        for (int i = 0; i < SNAPSHOT_TRIES; i++) {
            work.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            Gtids moment = moment(work);
            if (!player.play(moment, PLAY_MILLIS)) {
                return false;
            }
            if (moment.reaches(player.played())) {
                return true;
            }
            work.execute("ROLLBACK"); // the log tells of a commit a moment before others see it
        }
        return false;
    }

    /** The binary log's position of the snapshot. */
    static Gtids moment(Work work) {
        String file = "";
        String offset = "";
        for (byte[] @Nullable [] row : work.rows("SHOW STATUS LIKE 'binlog_snapshot_%'")) {
            switch (Exact.text(row[0]).toLowerCase(java.util.Locale.ROOT)) {
                case "binlog_snapshot_file" -> file = Exact.text(row[1]);
                case "binlog_snapshot_position" -> offset = Exact.text(row[1]);
                default -> {}
            }
        }
        return Gtids.parse(Exact.value(work, "SELECT BINLOG_GTID_POS(" + Source.literal(file) + ", " + offset + ")"));
    }

    /** @return the first difference, null if there is none */
    @Nullable
    String compare(TableShape shape) {
        List<String> after = null;
        while (true) {
            List<String> bound = bound(shape, after);
            byte[] range = new KeyRange(shape).where(after, bound);
            send(left, shape, from, range);
            send(right, shape, to, range);
            List<byte[] @Nullable []> mine = Work.rows(left);
            List<byte[] @Nullable []> theirs = Work.rows(right);
            if (!Arrays.deepEquals(mine.getFirst(), theirs.getFirst())) {
                return shape.name() + (after == null ? "" : " behind " + after)
                        + (bound == null ? "" : " up to " + bound) + ": " + text(mine) + " rows and checksum on " + from
                        + ", " + text(theirs) + " on " + to;
            }
            if (bound == null) {
                return null;
            }
            after = bound;
        }
    }

    private static String text(List<byte[] @Nullable []> rows) {
        return Exact.text(rows.getFirst()[0]) + "/" + Exact.text(rows.getFirst()[1]);
    }

    /** The key of the chunk's last row as literals; null if the chunk is the last one. */
    private @Nullable List<String> bound(TableShape shape, @Nullable List<String> after) {
        KeyRange range = new KeyRange(shape);
        List<String> names = range.names();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            selected.add(ValueLiteral.selected(shape.columns().get(shape.key().get(i)), names.get(i)));
        }
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        add(sql, "SELECT " + String.join(", ", selected) + " FROM " + SqlText.qualified(from.schema(), shape.name()));
        sql.writeBytes(range.where(after, null));
        add(sql, range.order() + " LIMIT 1 OFFSET " + (CHUNK_ROWS - 1));
        left.sendQuery(sql.toByteArray());
        List<byte[] @Nullable []> rows = Work.rows(left);
        if (rows.isEmpty()) {
            return null;
        }
        List<String> key = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            key.add(new String(
                    ValueLiteral.of(shape.columns().get(shape.key().get(i)), rows.getFirst()[i]),
                    StandardCharsets.ISO_8859_1));
        }
        return key;
    }

    private static void send(Backend backend, TableShape shape, Place place, byte[] range) {
        String row = shape.columns().stream()
                .filter(column -> !column.generated())
                .map(Verifier::part)
                .collect(Collectors.joining(", "));
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        add(
                sql,
                "SELECT COUNT(*), BIT_XOR(CAST(CONV(LEFT(MD5(CONCAT_WS(',', " + row
                        + ")), 16), 16, 10) AS UNSIGNED)) FROM " + SqlText.qualified(place.schema(), shape.name()));
        sql.writeBytes(range);
        backend.sendQuery(sql.toByteArray());
        backend.flush();
    }

    private static String part(TableShape.Column column) {
        String value = ValueLiteral.selected(column, SqlText.identifier(column.name()));
        return switch (column.kind()) {
            case TEXT, BYTES, ADDRESS ->
                "IFNULL(CONCAT(OCTET_LENGTH(" + value + "), ':', CAST(" + value + " AS BINARY)), 'N')";
            case SIGNED, UNSIGNED, FLOAT, DOUBLE, DECIMAL, NUMBER, TEMPORAL -> "IFNULL(" + value + ", 'N')";
        };
    }

    private static void add(ByteArrayOutputStream sql, String text) {
        sql.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The snapshots may go back to their pools. */
    void succeeded() {
        clean = true;
    }

    @Override
    public void close() {
        for (Backend backend : List.of(left, right)) {
            boolean ended = false;
            try {
                if (clean) {
                    new Work(backend).execute("ROLLBACK");
                    ended = true;
                }
            } finally {
                if (ended) {
                    backend.release();
                } else {
                    backend.discard();
                }
            }
        }
    }
}
