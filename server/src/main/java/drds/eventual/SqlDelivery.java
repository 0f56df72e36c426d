package drds.eventual;

import static drds.transaction.SystemTables.MESSAGES;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.transaction.Backends;
import drds.transaction.Characteristics;
import drds.transaction.Coordinator;
import drds.transaction.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to the default Group, where SQL reads them. They get new numbers there, in the order in which they become
 * visible: who has read up to a number misses none below it.
 */
public final class SqlDelivery {
    private static final SessionState PATIENT = SessionState.INITIAL.withVariable("innodb_lock_wait_timeout", "2");

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
        StringJoiner rows = new StringJoiner(
                ", ", "INSERT INTO " + MESSAGES + " (`topic`, `message_key`, `body`, `published_at`) VALUES ", "");
        for (Message message : messages) {
            rows.add("(" + Outbox.hex(message.topic().getBytes(StandardCharsets.UTF_8)) + ", " + literal(message.key())
                    + ", " + literal(message.body()) + ", FROM_UNIXTIME(" + Stamps.seconds(message.id()) + "))");
        }
        home.run(rows.toString());
    }

    private static String literal(byte @Nullable [] value) {
        return value == null ? "NULL" : Outbox.hex(value);
    }
}
