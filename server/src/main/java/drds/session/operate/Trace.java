package drds.session.operate;

import java.util.ArrayList;
import java.util.List;

/** What went to instances for one statement: of TRACE and EXPLAIN ANALYZE. */
public final class Trace {
    /** Beyond that statements are only counted. */
    private static final int LIMIT = 1000;

    private final long startNanos = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private long left;

    /**
     * One statement on an instance.
     *
     * @param startMicros since the trace began
     * @param roundTrips 1 if something was waited for, 0 if it went along with others
     */
    public record Step(
            String group,
            String instance,
            long startMicros,
            long micros,
            long rows,
            long bytes,
            int roundTrips,
            String sql) {}

    void add(String group, String instance, long start, long end, long rows, long bytes, boolean waited, String sql) {
        if (steps.size() >= LIMIT) {
            left++;
            return;
        }
        steps.add(new Step(
                group,
                instance,
                (start - startNanos) / 1000,
                (end - start) / 1000,
                rows,
                bytes,
                waited ? 1 : 0,
                SlowLog.cut(sql)));
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** How many more there were. */
    public long left() {
        return left;
    }

    /** How long ago the trace began, in microseconds. */
    public long micros() {
        return (System.nanoTime() - startNanos) / 1000;
    }
}
