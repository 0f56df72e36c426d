package drds.eventual;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
        List<Message> messages = outgoing.oldest();
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
            String order = message.topic() + '/' + Arrays.toString(message.key());
            // What came behind one that is not there comes again behind it.
            if (isThere(message, answers.get(i), deadline) && !late.contains(order)) {
                sent.add(message);
            } else if (message.key() != null) {
                late.add(order);
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
