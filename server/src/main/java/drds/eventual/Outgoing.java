package drds.eventual;

import static drds.transaction.SystemTables.OUTGOING;

import drds.atom.SessionState;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages that are committed and not delivered: a table on every instance. */
public final class Outgoing {
    private static final int PAGE = 200;
    private static final long PAGE_BYTES = 16L << 20;

    private final Backends backends;
    private final Stamps stamps;

    public Outgoing(Backends backends, Stamps stamps) {
        this.backends = backends;
        this.stamps = stamps;
    }

    /** The statement that publishes one, on the instance of the transaction. The arguments are SQL. */
    public static String publish(long id, String topic, String key, String body) {
        return "INSERT INTO " + OUTGOING + " (`id`, `topic`, `message_key`, `body`) VALUES (" + id + ", " + topic + ", "
                + key + ", " + body + ")";
    }

    /**
     * The oldest ones of all instances, in order: one that is published later has a higher number, or its transaction was open
     * beside theirs.
     *
     * @throws drds.error.SqlError if an instance can't be asked: what it has might come first
     */
    List<Message> oldest() {
        return behind(0);
    }

    /** The same of those with higher numbers than one. */
    List<Message> behind(long above) {
        long below = stamps.now();
        long last = Long.MAX_VALUE;
        List<Message> all = new ArrayList<>();
        for (String group : backends.groups()) {
            List<Message> own = oldest(group, above, below);
            if (!own.isEmpty()) {
                all.addAll(own);
                last = Math.min(
                        last,
                        own.size() < PAGE && bytes(own) < PAGE_BYTES
                                ? Long.MAX_VALUE
                                : own.getLast().id());
            }
        }
        all.sort(Comparator.comparingLong(Message::id));
        long limit = last;
        return all.stream().filter(message -> message.id() <= limit).toList();
    }

    private List<Message> oldest(String group, long above, long below) {
        String sql = "SELECT `id`, `topic`, `message_key`, `body` FROM (SELECT `id`, `topic`, `message_key`, `body`,"
                + " SUM(IFNULL(LENGTH(`body`), 0)) OVER (ORDER BY `id`) - IFNULL(LENGTH(`body`), 0) AS `before`"
                + " FROM (SELECT * FROM " + OUTGOING + " WHERE `id` > " + above + " AND `id` < " + below
                + " ORDER BY `id` LIMIT " + PAGE
                + ") AS `page`) AS `sized` WHERE `before` < " + PAGE_BYTES + " ORDER BY `id`";
        List<Message> messages = new ArrayList<>();
        List<byte[] @Nullable []> rows = Work.on(backends, group, SessionState.INITIAL, work -> work.rows(sql));
        for (byte[] @Nullable [] row : rows) {
            messages.add(new Message(group, Outbox.number(row[0]), Outbox.text(row[1]), row[2], row[3]));
        }
        return messages;
    }

    private static long bytes(List<Message> messages) {
        return messages.stream()
                .mapToLong(message -> message.body() == null ? 0 : message.body().length)
                .sum();
    }

    /** The statement that takes messages of one Group out. */
    static String remove(List<Long> ids) {
        return "DELETE FROM " + OUTGOING + " WHERE `id` IN (" + Outbox.list(ids) + ")";
    }

    /** Remembers that one can't be delivered. */
    void failed(Message message, String error) {
        Work.on(
                backends,
                message.group(),
                SessionState.INITIAL,
                work -> work.execute("UPDATE " + OUTGOING + " SET `attempts` = `attempts` + 1, `error` = "
                        + Outbox.hex(error.getBytes(StandardCharsets.UTF_8)) + " WHERE `id` = " + message.id()));
    }
}
