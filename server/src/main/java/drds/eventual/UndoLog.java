package drds.eventual;

import static drds.transaction.SystemTables.FLEXIBLE;
import static drds.transaction.SystemTables.UNDO;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What flexible transactions have changed, and how they ended: on the instance of its first change is a row for the transaction,
 * whose state is the decision, and beside each change is how to take it back.
 */
public final class UndoLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Backends backends;

    public UndoLog(Backends backends) {
        this.backends = backends;
    }

    /** A flexible transaction as its row says. @param node the run of the process that leads it; empty for none */
    record Header(String group, long id, String node, String state) {}

    // ---- while it runs ----

    /** Writes the transaction's row in the transaction of its first change. */
    void begin(Transaction inner, SessionState state, String group, long id, String node) {
        inner.on(group, true, state)
                .run("INSERT INTO " + FLEXIBLE + " (`id`, `node`, `state`) VALUES (" + id + ", "
                        + Outbox.hex(node.getBytes(StandardCharsets.UTF_8)) + ", 'open')");
    }

    /** Writes how to take a change back, in the transaction of the change. */
    void add(Transaction inner, SessionState state, UndoEntry entry, String decider) {
        inner.on(entry.group(), true, state)
                .run("INSERT INTO " + UNDO + " (`id`, `transaction`, `decider`, `statements`) VALUES (" + entry.id()
                        + ", " + entry.transaction() + ", " + Outbox.hex(decider.getBytes(StandardCharsets.UTF_8))
                        + ", " + Outbox.hex(toBytes(entry.statements())) + ")");
    }

    /** Takes an entry out. @return whether it was there, and not parked */
    public static boolean take(Transaction inner, SessionState state, UndoEntry entry) {
        return inner.on(entry.group(), true, state)
                        .run("DELETE FROM " + UNDO + " WHERE `parked` = 0 AND `id` = " + entry.id())
                        .affectedRows()
                == 1;
    }

    // ---- its end ----

    /** Decides. @return whether it was open, so that this is the decision */
    boolean decide(String decider, long id, String state) {
        return execute(
                        decider,
                        "UPDATE " + FLEXIBLE + " SET `state` = '" + state + "' WHERE `id` = " + id
                                + " AND `state` = 'open'")
                == 1;
    }

    /** Nobody leads it any more: whoever finds it may end it. */
    void leave(String decider, long id) {
        execute(decider, "UPDATE " + FLEXIBLE + " SET `node` = '' WHERE `id` = " + id);
    }

    /** It is committed: nothing will be taken back. */
    void forget(String decider, long id) {
        backends.groups().forEach(group -> execute(group, "DELETE FROM " + UNDO + " WHERE `transaction` = " + id));
        end(decider, id);
    }

    /** Nothing is left of it. */
    void end(String decider, long id) {
        execute(decider, "DELETE FROM " + FLEXIBLE + " WHERE `id` = " + id);
    }

    void failed(UndoEntry entry, SqlError error, boolean park) {
        execute(
                entry.group(),
                "UPDATE " + UNDO + " SET `attempts` = `attempts` + 1, `parked` = " + (park ? 1 : 0)
                        + ", `error_number` = " + error.number() + ", `error` = "
                        + Outbox.hex(error.message().getBytes(StandardCharsets.UTF_8)) + " WHERE `id` = " + entry.id());
    }

    // ---- what is there ----

    List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        for (String group : backends.groups()) {
            for (byte[] @Nullable [] row : rows(group, "SELECT `id`, `node`, `state` FROM " + FLEXIBLE)) {
                headers.add(new Header(group, Outbox.number(row[0]), Outbox.text(row[1]), Outbox.text(row[2])));
            }
        }
        return headers;
    }

    /** What of a transaction can be taken back, the last change first. */
    List<UndoEntry> entries(long transaction) {
        return entries("`parked` = 0 AND `transaction` = " + transaction);
    }

    /** The same of transactions that have no row: their changes came to be known after they were taken back. */
    List<UndoEntry> orphans() {
        List<UndoEntry> orphans = new ArrayList<>();
        for (String group : backends.groups()) {
            String sql = "SELECT DISTINCT `transaction`, `decider` FROM " + UNDO + " WHERE `parked` = 0";
            for (byte[] @Nullable [] row : rows(group, sql)) {
                long transaction = Outbox.number(row[0]);
                String header = "SELECT 1 FROM " + FLEXIBLE + " WHERE `id` = " + transaction;
                if (rows(Outbox.text(row[1]), header).isEmpty()) {
                    orphans.addAll(entries(transaction));
                }
            }
        }
        return orphans;
    }

    private List<UndoEntry> entries(String condition) {
        List<UndoEntry> entries = new ArrayList<>();
        for (String group : backends.groups()) {
            String sql = "SELECT `id`, `transaction`, `statements` FROM " + UNDO + " WHERE " + condition;
            for (byte[] @Nullable [] row : rows(group, sql)) {
                entries.add(new UndoEntry(
                        group, Outbox.number(row[0]), Outbox.number(row[1]), fromBytes(Outbox.bytes(row[2]))));
            }
        }
        entries.sort(Comparator.comparingLong(UndoEntry::id).reversed());
        return entries;
    }

    // ---- for people ----

    /** Lets one that is parked be tried again. @return whether there is such an entry */
    public boolean retry(long id) {
        return onOne("UPDATE " + UNDO + " SET `parked` = 0 WHERE `parked` = 1 AND `id` = " + id);
    }

    /** Leaves the changes of one that is parked as they are. @return whether there is such an entry */
    public boolean discard(long id) {
        return onOne("DELETE FROM " + UNDO + " WHERE `parked` = 1 AND `id` = " + id);
    }

    private boolean onOne(String sql) {
        return backends.groups().stream()
                        .mapToLong(group -> execute(group, sql))
                        .sum()
                > 0;
    }

    private static byte[] toBytes(List<String> statements) {
        try {
            return JSON.writeValueAsBytes(statements);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> fromBytes(byte[] bytes) {
        try {
            return List.of(JSON.readValue(bytes, String[].class));
        } catch (IOException e) {
            throw ErrorCode.UNKNOWN_ERROR.with("an entry of " + UNDO + " can't be read: " + e.getMessage());
        }
    }

    private List<byte[] @Nullable []> rows(String group, String sql) {
        return Work.on(backends, group, SessionState.INITIAL, work -> work.rows(sql));
    }

    private long execute(String group, String sql) {
        return Work.on(
                backends, group, SessionState.INITIAL, work -> work.execute(sql).affectedRows());
    }
}
