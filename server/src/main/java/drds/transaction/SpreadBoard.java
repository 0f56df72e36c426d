package drds.transaction;

import drds.atom.SessionState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Where DRDS servers tell each other which connections of the instances belong to one transaction: a table on the first Group, which
 * is written only while transactions wait for others that their own server doesn't know.
 */
final class SpreadBoard {
    private final Backends backends;
    private final String node;
    private boolean written;

    /** @param node this server's name */
    SpreadBoard(Backends backends, String node) {
        this.backends = backends;
        this.node = node;
    }

    /**
     * A transaction on several instances.
     *
     * @param name its whole name
     * @param sinceMillis when it began, by its own server's clock
     * @param threads its connections by Groups, as the instances count
     */
    record Entry(String name, long sinceMillis, Map<String, Long> threads) {}

    /** Tells of this server's transactions, instead of what it told before. @return those of other servers, a few seconds old at most */
    List<Entry> exchange(Collection<Entry> own) {
        written = true;
        return Work.aside(backends, backends.groups().getFirst(), SessionState.INITIAL, work -> {
            work.execute("DELETE FROM " + SystemTables.BOARD + " WHERE `node` = '" + node
                    + "' OR `told_at` < SYSDATE(6) - INTERVAL 1 MINUTE");
            if (!own.isEmpty()) {
                StringJoiner rows = new StringJoiner(", ");
                own.forEach(entry -> rows.add("('" + node + "', '" + entry.name() + "', " + entry.sinceMillis() + ", '"
                        + text(entry.threads()) + "', SYSDATE(6))"));
                work.execute("INSERT INTO " + SystemTables.BOARD
                        + " (`node`, `name`, `since_millis`, `threads`, `told_at`) VALUES " + rows);
            }
            return work
                    .rows("SELECT `name`, `since_millis`, `threads` FROM " + SystemTables.BOARD + " WHERE `node` <> '"
                            + node + "' AND `told_at` > SYSDATE(6) - INTERVAL 5 SECOND")
                    .stream()
                    .map(row -> new Entry(string(row[0]), Long.parseLong(string(row[1])), threads(string(row[2]))))
                    .toList();
        });
    }

    /** Takes back what this server has told, if it has. */
    void clear() {
        if (written) {
            written = false;
            Work.aside(
                    backends,
                    backends.groups().getFirst(),
                    SessionState.INITIAL,
                    work -> work.execute("DELETE FROM " + SystemTables.BOARD + " WHERE `node` = '" + node + "'"));
        }
    }

    private static String text(Map<String, Long> threads) {
        List<String> parts = new ArrayList<>();
        threads.forEach((group, thread) -> parts.add(group + "=" + thread));
        return String.join(",", parts);
    }

    private static Map<String, Long> threads(String text) {
        Map<String, Long> threads = new HashMap<>();
        for (String part : text.split(",")) {
            int sign = part.lastIndexOf('=');
            if (sign > 0) {
                threads.put(part.substring(0, sign), Long.parseLong(part.substring(sign + 1)));
            }
        }
        return threads;
    }

    private static String string(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
