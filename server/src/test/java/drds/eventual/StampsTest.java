package drds.eventual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StampsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.000001Z");

    @Test
    void growEvenWhileTheClockStands() {
        Stamps stamps = new Stamps(Clock.fixed(NOW, ZoneOffset.UTC), "a");
        long before = stamps.now();
        long first = stamps.next();
        long second = stamps.next();
        assertThat(before).isLessThanOrEqualTo(first);
        assertThat(first).isLessThan(second);
        assertThat(stamps.now()).isGreaterThan(second);
        assertThat(Long.toString(first)).hasSize(18);
    }

    @Test
    void tellTheirTime() {
        Stamps stamps = new Stamps(Clock.fixed(NOW, ZoneOffset.UTC), "a");
        assertThat(Stamps.seconds(stamps.next())).isEqualTo(NOW.getEpochSecond() + ".000001");
    }
}
