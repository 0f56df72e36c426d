package drds.eventual;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the producers through which messages go to Kafka. */
public final class Producers {
    private static final String BLOCKED_MILLIS = "5000";

    private Producers() {}

    /**
     * Messages keep their order and come once from one producer, and all replicas have those that were acknowledged, whatever the
     * file says.
     *
     * @param file more settings
     */
    public static Producer<byte[], byte[]> make(String servers, Optional<Path> file) {
        return new KafkaProducer<>(settings(servers, file), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Properties settings(String servers, Optional<Path> file) {
        Properties settings = new Properties();
        settings.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED_MILLIS);
        settings.setProperty(ProducerConfig.CLIENT_ID_CONFIG, "drds");
        file.ifPresent(path -> {
            try (InputStream in = Files.newInputStream(path)) {
                settings.load(in);
            } catch (IOException e) {
                throw new IllegalStateException("Kafka's settings can't be read: " + path, e);
            }
        });
        settings.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        settings.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        settings.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.setProperty(ProducerConfig.RETRIES_CONFIG, Integer.toString(Integer.MAX_VALUE));
        settings.setProperty(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
        settings.setProperty(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
        return settings;
    }
}
