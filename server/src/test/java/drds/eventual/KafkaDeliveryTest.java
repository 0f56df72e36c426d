package drds.eventual;

import static org.assertj.core.api.Assertions.assertThat;

import drds.executor.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages of two instances as Kafka gets them. */
class KafkaDeliveryTest {
    private static TestCluster cluster;
    private static final Stamps STAMPS = new Stamps(Clock.systemUTC(), "test");

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static void publish(int instance, String key, String body) throws Exception {
        cluster.run(instance, Outgoing.publish(STAMPS.next(), "'news'", key, "'" + body + "'"));
    }

    private static KafkaDelivery delivery(List<MockProducer<byte[], byte[]>> producers) {
        return new KafkaDelivery(
                new Outgoing(cluster.backends, STAMPS), cluster.backends, () -> take(producers), Duration.ofSeconds(5));
    }

    private static Producer<byte[], byte[]> take(List<MockProducer<byte[], byte[]>> producers) {
        return producers.removeFirst();
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<String> bodies(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .map(one -> new String(one.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static boolean look(KafkaDelivery delivery) {
        return cluster.onLoop(delivery::look);
    }

    @Test
    void sendsWhatIsCommittedInOrderAndForgetsIt() throws Exception {
        publish(0, "'k'", "one");
        publish(1, "'k'", "two");
        publish(0, "NULL", "three");
        MockProducer<byte[], byte[]> kafka = producer();
        KafkaDelivery delivery = delivery(new ArrayList<>(List.of(kafka)));
        assertThat(look(delivery)).isTrue();
        assertThat(bodies(kafka)).containsExactly("one", "two", "three");
        ProducerRecord<byte[], byte[]> first = kafka.history().getFirst();
        assertThat(first.topic()).isEqualTo("news");
        assertThat(first.key()).isEqualTo("k".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(first.headers().lastHeader("drds-id").value(), StandardCharsets.US_ASCII))
                .matches("[0-9]{18}");
        assertThat(kafka.history().getLast().key()).isNull();
        assertThat(look(delivery)).isFalse();
        assertThat(kafka.history()).hasSize(3);
    }

    @Test
    void whatKafkaRefusesStaysAndHoldsUpItsKeyAlone() throws Exception {
        publish(0, "'bad'", "too large");
        publish(0, "'bad'", "behind");
        publish(1, "'good'", "fine");
        MockProducer<byte[], byte[]> refuses =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata>
                            send(ProducerRecord<byte[], byte[]> sent) {
                        var answer = super.send(sent);
                        if (new String(sent.value(), StandardCharsets.UTF_8).equals("too large")) {
                            errorNext(new RecordTooLargeException("too large"));
                        } else {
                            completeNext();
                        }
                        return answer;
                    }
                };
        MockProducer<byte[], byte[]> next = producer();
        KafkaDelivery delivery = delivery(new ArrayList<>(List.of(refuses, next)));
        assertThat(look(delivery)).isTrue();
        assertThat(refuses.closed()).isTrue();
        assertThat(cluster.rows(
                        0, "SELECT body, error LIKE '%RecordTooLarge%' FROM drds.outgoing_messages ORDER BY id"))
                .containsExactly("too large|1", "behind|null");
        assertThat(cluster.rows(1, "SELECT body FROM drds.outgoing_messages")).isEmpty();
        assertThat(look(delivery)).isTrue();
        assertThat(bodies(next)).containsExactly("too large", "behind");
    }

    @Test
    void ordersAndKeepsWhateverTheSettingsSay() {
        Properties settings = Producers.settings("kafka:9092", Optional.empty());
        assertThat(settings)
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true");
    }
}
