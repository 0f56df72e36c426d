package drds.eventual;

import static drds.transaction.SystemTables.OUTBOX;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that wait for being run after their commits: a table on every instance. A row is there exactly as long as its
 * statement has not been run, since the transaction that runs it deletes it.
 */
public final class Outbox {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Backends backends;

    public Outbox(Backends backends) {
        this.backends = backends;
    }

    /** What is known of an entry without its statement. */
    record Head(String group, long id, boolean parked, Touches touches, long bytes) {}

    /**
     * An entry as SHOW DEFERRED tells of it.
     *
     * @param error what went wrong at the last attempt; null if nothing did
     */
    public record Shown(
            String group,
            long id,
            boolean parked,
            Touches touches,
            Context context,
            byte[] statement,
            String session,
            long attempts,
            @Nullable Long errorNumber,
            @Nullable String error) {}

    /** Writes an entry in the transaction that is open there, or by itself. */
    public void add(Transaction transaction, SessionState state, Deferred entry, Touches touches, String session) {
        Backend backend = transaction.on(entry.group(), true, state);
        backend.run("INSERT INTO " + OUTBOX + " (`id`, `session`, `touches`, `context`, `statement`) VALUES ("
                + entry.id() + ", "
                + hex(session.getBytes(StandardCharsets.UTF_8)) + ", "
                + hex(touches.toBytes()) + ", "
                + hex(entry.context().toBytes()) + ", "
                + hex(entry.statement()) + ")");
    }

    static String hex(byte[] bytes) {
        return "X'" + HEX.formatHex(bytes) + "'";
    }

    // ---- for the dispatcher ----

    /**
     * The oldest entries of a Group, in order.
     *
     * @param above the number behind which to begin
     * @param below numbers that are not read yet
     */
    List<Head> heads(String group, long above, long below, int limit) {
        String sql = "SELECT `id`, `parked`, `touches`, LENGTH(`statement`) + LENGTH(`context`) FROM " + OUTBOX
                + " WHERE `id` > " + above + " AND `id` < " + below + " ORDER BY `id` LIMIT " + limit;
        List<Head> heads = new ArrayList<>();
        for (byte[] @Nullable [] row : rows(group, sql)) {
            heads.add(
                    new Head(group, number(row[0]), number(row[1]) != 0, Touches.read(bytes(row[2])), number(row[3])));
        }
        return heads;
    }

    /** The entries, those that are still there, in order. */
    List<Deferred> read(List<Head> heads) {
        List<Deferred> all = new ArrayList<>();
        heads.stream().collect(Collectors.groupingBy(Head::group)).forEach((group, own) -> {
            String sql = "SELECT `id`, `context`, `statement` FROM " + OUTBOX + " WHERE `id` IN ("
                    + own.stream().map(head -> Long.toString(head.id)).collect(Collectors.joining(", ")) + ")";
            for (byte[] @Nullable [] row : rows(group, sql)) {
                all.add(new Deferred(group, number(row[0]), Context.read(bytes(row[1])), bytes(row[2])));
            }
        });
        all.sort(Comparator.comparingLong(Deferred::id));
        return all;
    }

    /**
     * Takes entries out, in a transaction that runs their statements: nobody else can then.
     *
     * @return whether all of them were there, and not parked
     */
    public static boolean take(Transaction transaction, String group, List<Long> ids) {
        Backend backend = transaction.on(group, true, SessionState.INITIAL);
        return backend.run("DELETE FROM " + OUTBOX + " WHERE `parked` = 0 AND `id` IN (" + list(ids) + ")")
                        .affectedRows()
                == ids.size();
    }

    /** Remembers an attempt that failed. @param park whether nobody tries again by itself */
    void failed(Deferred entry, SqlError error, boolean park) {
        String text = error.message();
        execute(
                entry.group(),
                "UPDATE " + OUTBOX + " SET `attempts` = `attempts` + 1, `parked` = " + (park ? 1 : 0)
                        + ", `error_number` = " + error.number() + ", `error` = "
                        + hex(text.getBytes(StandardCharsets.UTF_8)) + " WHERE `id` = " + entry.id());
    }

    // ---- for people ----

    /** All entries in order. */
    public List<Shown> all() {
        List<Shown> all = new ArrayList<>();
        for (String group : backends.groups()) {
            String sql = "SELECT `id`, `parked`, `touches`, `context`, `statement`, `session`, `attempts`,"
                    + " `error_number`, `error` FROM " + OUTBOX + " ORDER BY `id`";
            for (byte[] @Nullable [] row : rows(group, sql)) {
                all.add(new Shown(
                        group,
                        number(row[0]),
                        number(row[1]) != 0,
                        Touches.read(bytes(row[2])),
                        Context.read(bytes(row[3])),
                        bytes(row[4]),
                        text(row[5]),
                        number(row[6]),
                        row[7] == null ? null : number(row[7]),
                        row[8] == null ? null : text(row[8])));
            }
        }
        all.sort(Comparator.comparingLong(Shown::id));
        return all;
    }

    /** What a session has deferred and is still there. @param parked how many of them nobody will try by itself */
    public record OfSession(long pending, long parked) {}

    public OfSession ofSession(String session) {
        long pending = 0;
        long parked = 0;
        for (String group : backends.groups()) {
            String sql = "SELECT COUNT(*), IFNULL(SUM(`parked`), 0) FROM " + OUTBOX + " WHERE `session` = "
                    + hex(session.getBytes(StandardCharsets.UTF_8));
            byte[] @Nullable [] row = rows(group, sql).getFirst();
            parked += number(row[1]);
            pending += number(row[0]) - number(row[1]);
        }
        return new OfSession(pending, parked);
    }

    /** Lets entries be tried again, whatever happened. @param ids none for all that are parked */
    public void retry(List<Long> ids) {
        String set = "UPDATE " + OUTBOX + " SET `parked` = 0";
        if (ids.isEmpty()) {
            backends.groups().forEach(group -> execute(group, set + " WHERE `parked` = 1"));
        } else {
            ids.forEach(id -> requireOne(id, group -> {
                String found = "SELECT `id` FROM " + OUTBOX + " WHERE `id` = " + id;
                boolean there = !rows(group, found).isEmpty();
                execute(group, set + " WHERE `id` = " + id);
                return there ? 1 : 0;
            }));
        }
    }

    /** Throws entries away. @param ids none for all that are parked */
    public void discard(List<Long> ids) {
        String delete = "DELETE FROM " + OUTBOX + " WHERE ";
        if (ids.isEmpty()) {
            backends.groups().forEach(group -> execute(group, delete + "`parked` = 1"));
        } else {
            ids.forEach(id -> requireOne(id, group -> execute(group, delete + "`id` = " + id)));
        }
    }

    private interface Change {
        long on(String group);
    }

    private void requireOne(long id, Change change) {
        long changed = 0;
        for (String group : backends.groups()) {
            changed += change.on(group);
        }
        if (changed == 0) {
            throw ErrorCode.NO_SUCH_DEFERRED.with(id);
        }
    }

    // ---- the tables ----

    private List<byte[] @Nullable []> rows(String group, String sql) {
        return Work.on(backends, group, SessionState.INITIAL, work -> work.rows(sql));
    }

    private long execute(String group, String sql) {
        return Work.on(
                backends, group, SessionState.INITIAL, work -> work.execute(sql).affectedRows());
    }

    static String list(List<Long> ids) {
        return ids.stream().map(id -> Long.toString(id)).collect(Collectors.joining(", "));
    }

    static byte[] bytes(byte @Nullable [] value) {
        return value == null ? new byte[0] : value;
    }

    static long number(byte @Nullable [] value) {
        return Long.parseLong(text(value));
    }

    static String text(byte @Nullable [] value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }
}
