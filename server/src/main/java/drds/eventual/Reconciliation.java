package drds.eventual;

import static drds.transaction.SystemTables.FLEXIBLE;
import static drds.transaction.SystemTables.OUTBOX;
import static drds.transaction.SystemTables.OUTGOING;
import static drds.transaction.SystemTables.UNDO;

import drds.atom.SessionState;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Coordinator;
import drds.transaction.TransactionName;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What of transactions is not over yet on all instances: what is prepared, deferred, not delivered, to be taken back, in conflict. */
public final class Reconciliation {
    /** Of one kind on one instance. */
    private static final int LIMIT = 1000;

    private final Backends backends;
    private final Coordinator coordinator;
    private final Stamps stamps;

    /** When prepared branches were seen first, in milliseconds. */
    private final Map<String, Long> firstSeen = new ConcurrentHashMap<>();

    public Reconciliation(Backends backends, Coordinator coordinator, Stamps stamps) {
        this.backends = backends;
        this.coordinator = coordinator;
        this.stamps = stamps;
    }

    /**
     * Something that is not over.
     *
     * @param kind PREPARED, DEFERRED, MESSAGE, FLEXIBLE or UNDO; UNKNOWN for an instance that can't be asked
     * @param ageMillis of a prepared branch: since this server knows of it
     */
    public record Item(
            String kind,
            String group,
            String id,
            String state,
            @Nullable Long ageMillis,
            String details) {}

    /** To be called every few seconds, so that ages of prepared branches are known. */
    public void sample() {
        Set<String> seen = new HashSet<>();
        boolean complete = true;
        for (String group : backends.groups()) {
            try {
                prepared(group).forEach(item -> seen.add(group + " " + item.id));
            } catch (SqlError away) {
                complete = false;
            }
        }
        if (complete) {
            firstSeen.keySet().retainAll(seen);
        }
    }

    /** All of it. */
    public List<Item> items() {
        List<Item> items = new ArrayList<>();
        for (String group : backends.groups()) {
            try {
                items.addAll(prepared(group));
                items.addAll(deferred(group));
                items.addAll(messages(group));
                items.addAll(flexible(group));
                items.addAll(undo(group));
            } catch (SqlError away) {
                items.add(new Item("UNKNOWN", group, "", "UNREACHABLE", null, away.message()));
            }
        }
        return items;
    }

    private List<Item> prepared(String group) {
        List<Item> items = new ArrayList<>();
        for (byte[] @Nullable [] row : rows(group, "XA RECOVER")) {
            byte[] data = Outbox.bytes(row[3]);
            int globalLength = (int) Outbox.number(row[1]);
            Optional<TransactionName> own = TransactionName.read(
                            Outbox.number(row[0]), globalLength, (int) Outbox.number(row[2]), data)
                    .map(TransactionName.OfBranch::transaction);
            String id = own.map(TransactionName::global).orElseGet(() -> readable(data, globalLength));
            String state = own.isEmpty() ? "CLIENT" : coordinator.lives(own.get()) ? "COMMITTING" : "IN DOUBT";
            String details = own.isEmpty()
                    ? "waits for its client's XA COMMIT or XA ROLLBACK"
                    : "decided by the log of " + own.get().decidingGroup();
            long now = System.currentTimeMillis();
            Long first = firstSeen.putIfAbsent(group + " " + id, now);
            items.add(new Item("PREPARED", group, id, state, first == null ? 0 : now - first, details));
        }
        return items;
    }

    private static String readable(byte[] data, int globalLength) {
        String text = new String(data, 0, globalLength, StandardCharsets.ISO_8859_1);
        return text.chars().allMatch(c -> c >= ' ' && c < 127)
                ? text
                : HexFormat.of().formatHex(data, 0, globalLength);
    }

    private List<Item> deferred(String group) {
        return stamped(
                group,
                "DEFERRED",
                "SELECT `id`, IF(`parked`, 'PARKED', IF(`error` IS NULL, 'PENDING', 'RETRYING')),"
                        + " CONCAT_WS(': ', LEFT(CONVERT(`statement` USING utf8mb4), 200), `error`) FROM " + OUTBOX);
    }

    private List<Item> messages(String group) {
        return stamped(
                group,
                "MESSAGE",
                "SELECT `id`, IF(`error` IS NULL, 'PENDING', 'RETRYING'), CONCAT_WS(': ', `topic`, `error`) FROM "
                        + OUTGOING);
    }

    private List<Item> flexible(String group) {
        return stamped(group, "FLEXIBLE", "SELECT `id`, UPPER(`state`), CONCAT('of node ', `node`) FROM " + FLEXIBLE);
    }

    private List<Item> undo(String group) {
        return stamped(
                group,
                "UNDO",
                "SELECT `id`, IF(`parked`, 'CONFLICT', IF(`error` IS NULL, 'KEPT', 'RETRYING')),"
                        + " CONCAT_WS(': ', CONCAT('of transaction ', `transaction`), `error`) FROM " + UNDO);
    }

    private List<Item> stamped(String group, String kind, String query) {
        List<Item> items = new ArrayList<>();
        for (byte[] @Nullable [] row : rows(group, query + " ORDER BY `id` LIMIT " + LIMIT)) {
            long id = Outbox.number(row[0]);
            items.add(new Item(
                    kind, group, Long.toString(id), Outbox.text(row[1]), stamps.ageMillis(id), Outbox.text(row[2])));
        }
        return items;
    }

    private List<byte[] @Nullable []> rows(String group, String sql) {
        return Work.on(backends, group, SessionState.INITIAL, work -> work.rows(sql));
    }
}
