package drds.acceptance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for something outside of the test, which tells nobody when it happens. */
public final class Moments {
    private static final long LOOK_NANOS = 3_000_000;

    private Moments() {}

    /** @return whether it came within the time */
    public static boolean await(Duration limit, BooleanSupplier happened) {
        long end = System.nanoTime() + limit.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting");
            }
        }
        return true;
    }

    /** Lets the servers go on like this for a while. */
    public static void pass(Duration time) {
        await(time, () -> false);
    }
}
