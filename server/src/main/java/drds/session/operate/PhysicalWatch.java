package drds.session.operate;

import drds.atom.StatementWatch;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Watches what goes to instances for one session: counts it, keeps what was slow, and all of it while a statement is traced. */
public final class PhysicalWatch implements StatementWatch {
    private final ServerStatistics statistics;
    private final SlowLog slow;
    private final LongSupplier slowNanos;
    private @Nullable Trace trace;

    /** @param slowNanos from when on a statement is slow */
    public PhysicalWatch(ServerStatistics statistics, SlowLog slow, LongSupplier slowNanos) {
        this.statistics = statistics;
        this.slow = slow;
        this.slowNanos = slowNanos;
    }

    /** All that is answered from now on is kept there; null ends that. */
    public void trace(@Nullable Trace wanted) {
        trace = wanted;
    }

    @Override
    public void answered(
            String group,
            String instance,
            Object text,
            long startNanos,
            long endNanos,
            long rows,
            long bytes,
            boolean waited) {
        long nanos = endNanos - startNanos;
        statistics.physical(nanos);
        Trace open = trace;
        if (open != null) {
            open.add(group, instance, startNanos, endNanos, rows, bytes, waited, string(text));
        }
        if (nanos >= slowNanos.getAsLong()) {
            statistics.slowPhysical();
            long millis = nanos / 1_000_000;
            slow.add(new SlowLog.Physical(
                    group, instance, System.currentTimeMillis() - millis, millis, rows, SlowLog.cut(string(text))));
        }
    }

    private static String string(Object text) {
        return text instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : text.toString();
    }
}
