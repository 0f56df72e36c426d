package drds.eventual;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers for what is done later: larger than all that this process gave before, and by the clock than those of other nodes. They
 * have 18 digits: microseconds since 1970, and 6 bits that tell nodes apart.
 */
public final class Stamps {
    private static final int NODE_BITS = 6;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Clock clock;
    private final long node;
    private final AtomicLong lastMicros = new AtomicLong();

    /** @param node the node's name; those of two nodes should differ in their hash */
    public Stamps(Clock clock, String node) {
        this.clock = clock;
        this.node = node.hashCode() & ((1 << NODE_BITS) - 1);
    }

    public long next() {
        long now = nowMicros();
        return lastMicros.updateAndGet(last -> Math.max(last + 1, now)) << NODE_BITS | node;
    }

    /** No number that this process gives from now on is below it. */
    public long now() {
        return Math.max(lastMicros.get() + 1, nowMicros()) << NODE_BITS;
    }

    /** How old a number is, in milliseconds. */
    public long ageMillis(long stamp) {
        return Math.max(0, (nowMicros() - (stamp >> NODE_BITS)) / 1000);
    }

    /** When a number was given, as MySQL's variable {@code timestamp} takes it. */
    public static String seconds(long stamp) {
        long micros = stamp >> NODE_BITS;
        return "%d.%06d".formatted(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
    }

    private long nowMicros() {
        Instant now = clock.instant();
        return now.getEpochSecond() * MICROS_PER_SECOND + now.getNano() / 1000;
    }
}
