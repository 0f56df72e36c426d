package drds.session.operate;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What this server has done, and how much of it in a second: SHOW STATS. Counting costs a statement a few nanoseconds. */
public final class ServerStatistics {
    /** Rates are those of about so long. */
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** What is counted. */
    public enum Count {
        STATEMENTS,
        STATEMENT_NANOS,
        SLOW_STATEMENTS,
        ERRORS,
        PHYSICAL,
        PHYSICAL_NANOS,
        SLOW_PHYSICAL,
        CONNECTIONS,
        HINTS,
        MERGES,
        TEMPORARY_TABLES,
        BYTES_IN
    }

    private final LongAdder[] counters = new LongAdder[Count.values().length];
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long[] values) {}

    public ServerStatistics() {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = new LongAdder();
        }
        sample();
    }

    public void add(Count count, long value) {
        counters[count.ordinal()].add(value);
    }

    void physical(long nanos) {
        add(Count.PHYSICAL, 1);
        add(Count.PHYSICAL_NANOS, nanos);
    }

    void slowPhysical() {
        add(Count.SLOW_PHYSICAL, 1);
    }

    public long total(Count count) {
        return counters[count.ordinal()].sum();
    }

    /** Remembers the counts of now; to be called every second or few. */
    public synchronized void sample() {
        long now = System.nanoTime();
        long[] values = new long[counters.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = counters[i].sum();
        }
        samples.add(new Sample(now, values));
        while (samples.size() > 2 && now - samples.getFirst().nanos > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    /** How much was added since the oldest sample, and for how many seconds that was. */
    public synchronized Recent recent() {
        Sample first = samples.getFirst();
        Map<Count, Long> added = new TreeMap<>();
        for (Count count : Count.values()) {
            added.put(count, total(count) - first.values[count.ordinal()]);
        }
        return new Recent(added, Math.max(1e-3, (System.nanoTime() - first.nanos) / 1e9));
    }

    /** What came in some seconds. */
    public record Recent(Map<Count, Long> added, double seconds) {
        public double perSecond(Count count) {
            return added.getOrDefault(count, 0L) / seconds;
        }

        /** The mean of one in milliseconds. */
        public double meanMillis(Count nanos, Count of) {
            long count = added.getOrDefault(of, 0L);
            return count == 0 ? 0 : added.getOrDefault(nanos, 0L) / 1e6 / count;
        }
    }
}
