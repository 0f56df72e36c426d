package drds.eventual;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to Kafka, and forgets them when Kafka has them. Each record has the message's number as its header {@code
 * drds-id}: after a crash a message may be sent again, and the number tells.
 */
public final class KafkaDelivery {
    static final String ID_HEADER = "drds-id";
    private static final Logger LOG = LoggerFactory.getLogger(KafkaDelivery.class);

    private final Outgoing outgoing;
    private final Backends backends;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Duration limit;
    private @Nullable Producer<byte[], byte[]> producer;
    private final Map<String, Pause> troubled = new HashMap<>();

    private record Pause(int attempts, long untilNanos) {
        private static final Duration FIRST = Duration.ofMillis(100);
        private static final Duration LONGEST = Duration.ofSeconds(30);

        Pause next() {
            long nanos = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(attempts, 20));
            return new Pause(attempts + 1, System.nanoTime() + nanos);
        }
    }

    /**
     * @param producers makes one that is idempotent and tries for ever, so that an order that was begun is kept
     * @param limit how long to wait for an answer; after that all is sent again by another producer
     */
    public KafkaDelivery(
            Outgoing outgoing, Backends backends, Supplier<Producer<byte[], byte[]>> producers, Duration limit) {
        this.outgoing = outgoing;
        this.backends = backends;
        this.producers = producers;
        this.limit = limit;
    }

    /** The record of a message. */
    static ProducerRecord<byte[], byte[]> record(Message message) {
        ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(message.topic(), message.key(), message.body());
        sent.headers().add(ID_HEADER, Long.toString(message.id()).getBytes(StandardCharsets.US_ASCII));
        return sent;
    }

    /** @return whether there may be more */
    public boolean look() {
        List<Message> messages = due();
        if (messages.isEmpty()) {
            return false;
        }
        boolean all = false;
        try {
            List<Message> sent = sent(messages);
            remove(sent);
            all = sent.size() == messages.size();
            return !sent.isEmpty();
        } finally {
            if (!all) {
                close();
            }
        }
    }

    /**
     * The first messages that may be sent now. What failed is sent again at once, with what is behind it; if that fails too, alone,
     * and after pauses.
     */
    private List<Message> due() {
        long now = System.nanoTime();
        Set<String> met = new HashSet<>();
        List<Message> page = outgoing.oldest();
        while (!page.isEmpty()) {
            List<Message> due = page.stream()
                    .filter(message -> {
                        Pause pause = troubled.get(order(message));
                        boolean first = pause != null && met.add(order(message));
                        return pause == null || pause.attempts == 1 || first && pause.untilNanos - now <= 0;
                    })
                    .toList();
            if (!due.isEmpty()) {
                return due;
            }
            page = outgoing.behind(page.getLast().id());
        }
        troubled.keySet().retainAll(met);
        return List.of();
    }

    /** What must come to Kafka one behind the other. */
    private static String order(Message message) {
        return message.key() == null
                ? Long.toString(message.id())
                : message.topic() + '/' + Arrays.toString(message.key());
    }

    /** Sends in order. @return those that Kafka has; the rest is tried again */
    private List<Message> sent(List<Message> messages) {
        Producer<byte[], byte[]> open = producer == null ? producers.get() : producer;
        producer = open;
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        try {
            messages.forEach(message -> answers.add(open.send(record(message))));
        } catch (KafkaException e) {
            LOG.warn("messages wait for Kafka: {}", e.toString());
        }
        long deadline = System.nanoTime() + limit.toNanos();
        Set<String> late = new HashSet<>();
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Message message = messages.get(i);
            String order = order(message);
            // What came behind one that is not there comes again behind it.
            if (isThere(message, answers.get(i), deadline) && !late.contains(order)) {
                sent.add(message);
                troubled.remove(order);
            } else if (late.add(order)) {
                troubled.merge(order, new Pause(1, 0), (before, first) -> before.next());
            }
        }
        return sent;
    }

    private boolean isThere(Message message, Future<RecordMetadata> answer, long deadline) {
        try {
            answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (!(cause instanceof RetriableException || cause instanceof TimeoutException)) {
                outgoing.failed(message, cause.toString());
            }
            LOG.warn("the message {} waits for Kafka: {}", message.id(), cause.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }

    private void remove(List<Message> sent) {
        Map<String, List<Long>> byGroup = new TreeMap<>();
        sent.forEach(message -> byGroup.computeIfAbsent(message.group(), group -> new ArrayList<>())
                .add(message.id()));
        byGroup.forEach((group, ids) ->
                Work.on(backends, group, SessionState.INITIAL, work -> work.execute(Outgoing.remove(ids))));
    }

    /** Lets the producer go; what it has not sent is sent by the next one. */
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
