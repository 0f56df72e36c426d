package drds.eventual;

import static drds.transaction.SystemTables.MESSAGES;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.transaction.Backends;
import drds.transaction.Characteristics;
import drds.transaction.Coordinator;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to the default Group, where SQL reads them. They get new numbers there, in the order in which they become
 * visible: who has read up to a number misses none below it.
 */
public final class SqlDelivery {
    private static final SessionState PATIENT = SessionState.INITIAL
            .withVariable("innodb_lock_wait_timeout", "2")
            .withVariable("sql_mode", "'STRICT_TRANS_TABLES'");

    private static final String INSERT =
            "INSERT INTO " + MESSAGES + " (`topic`, `message_key`, `body`, `published_at`) VALUES (";
    /** An INSERT that is as long ends. */
    private static final int INSERT_BYTES = 1 << 20;

    private final Outgoing outgoing;
    private final Backends backends;
    private final Coordinator coordinator;
    private final Supplier<String> defaultGroup;

    public SqlDelivery(Outgoing outgoing, Backends backends, Coordinator coordinator, Supplier<String> defaultGroup) {
        this.outgoing = outgoing;
        this.backends = backends;
        this.coordinator = coordinator;
        this.defaultGroup = defaultGroup;
    }

    /** @return whether there may be more */
    public boolean look() {
        List<Message> messages = outgoing.oldest();
        if (messages.isEmpty()) {
            return false;
        }
        Transaction transaction = new Transaction(backends, coordinator);
        boolean done = false;
        transaction.begin(Characteristics.DEFAULT);
        try {
            move(transaction, messages);
            transaction.commit();
            done = true;
        } finally {
            if (!done) {
                transaction.rollback();
            }
        }
        return true;
    }

    private void move(Transaction transaction, List<Message> messages) {
        Backend home = transaction.on(defaultGroup.get(), true, PATIENT);
        // One server at a time puts rows behind the last one: numbers become visible in their order.
        home.query("SELECT `id` FROM " + MESSAGES + " ORDER BY `id` DESC LIMIT 1 FOR UPDATE")
                .skip();
        Map<String, List<Long>> byGroup = messages.stream()
                .collect(Collectors.groupingBy(
                        Message::group, TreeMap::new, Collectors.mapping(Message::id, Collectors.toList())));
        byGroup.forEach((group, ids) -> {
            long removed = transaction
                    .on(group, true, PATIENT)
                    .run(Outgoing.remove(ids))
                    .affectedRows();
            if (removed != ids.size()) {
                throw new IllegalStateException("another server has moved messages");
            }
        });
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (Message message : messages) {
            append(rows, rows.size() == 0 ? INSERT : ", (");
            append(rows, message.topic().getBytes(StandardCharsets.UTF_8));
            append(rows, ", ");
            append(rows, message.key());
            append(rows, ", ");
            append(rows, message.body());
            append(rows, ", FROM_UNIXTIME(" + Stamps.seconds(message.id()) + "))");
            if (rows.size() >= INSERT_BYTES) {
                run(home, rows);
                rows.reset();
            }
        }
        if (rows.size() > 0) {
            run(home, rows);
        }
    }

    private static void run(Backend home, ByteArrayOutputStream sql) {
        home.sendQuery(sql.toByteArray());
        Work.ok(home);
    }

    private static void append(ByteArrayOutputStream sql, String text) {
        sql.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A literal about as long as the value, so that what came in one statement goes in one. */
    private static void append(ByteArrayOutputStream sql, byte @Nullable [] value) {
        if (value == null) {
            append(sql, "NULL");
            return;
        }
        append(sql, "_binary'");
        for (byte b : value) {
            if (b == '\'' || b == '\\') {
                sql.write('\\');
            }
            sql.write(b);
        }
        append(sql, "'");
    }
}
