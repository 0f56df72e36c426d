package drds.frontend;

import java.time.Duration;

/**
 * @param connections of clients at once; one more gets error 1040
 * @param packetBytes max_allowed_packet
 * @param login how long a client may take to log in
 * @param tls whether clients may ask for TLS
 */
public record FrontendLimits(int connections, int packetBytes, Duration login, boolean tls) {
    public static final FrontendLimits DEFAULT = new FrontendLimits(10_000, 64 << 20, Duration.ofSeconds(10), true);

    public FrontendLimits {
        if (connections < 1 || packetBytes < 1024) {
            throw new IllegalArgumentException("limits are too small");
        }
    }
}
