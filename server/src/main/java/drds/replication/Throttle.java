package drds.replication;

import java.util.function.LongSupplier;

/** A limit of rows and bytes in a second; 0 means none. */
final class Throttle {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** What a caller may get ahead of the limit. */
    private static final long BURST_NANOS = SECOND_NANOS / 5;

    private final LongSupplier rowsPerSecond;
    private final LongSupplier bytesPerSecond;
    /** Until when what was let through fills the time. */
    private long filled = System.nanoTime();

    Throttle(LongSupplier rowsPerSecond, LongSupplier bytesPerSecond) {
        this.rowsPerSecond = rowsPerSecond;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Waits until that many more may go. */
    void pass(long rows, long bytes) throws InterruptedException {
        long now = System.nanoTime();
        filled = Math.max(filled, now - BURST_NANOS)
                + Math.max(nanos(rows, rowsPerSecond.getAsLong()), nanos(bytes, bytesPerSecond.getAsLong()));
        long ahead = filled - now;
        if (ahead > 0) {
            Thread.sleep(ahead / 1_000_000, (int) (ahead % 1_000_000));
        }
    }

    private static long nanos(long amount, long perSecond) {
        return perSecond <= 0 ? 0 : (long) ((double) amount / perSecond * SECOND_NANOS);
    }
}
