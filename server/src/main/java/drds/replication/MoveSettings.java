package drds.replication;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What can be set of the jobs of a server while it runs. */
public final class MoveSettings {
    /** A second: what statements wait at the most when a place changes. */
    private static final long PAUSE_MILLIS = 1_000;

    /** Nothing can be switched in less. */
    private static final long LEAST_PAUSE_MILLIS = 400;

    private static final String ROWS = "move_rows_per_second";
    private static final String BYTES = "move_bytes_per_second";
    private static final String PAUSE = "move_pause_millis";

    /** What SET GLOBAL calls them. */
    public static final List<String> NAMES = List.of(ROWS, BYTES, PAUSE);

    private final AtomicLong rowsPerSecond = new AtomicLong();
    private final AtomicLong bytesPerSecond = new AtomicLong();
    private final AtomicLong pauseMillis = new AtomicLong(PAUSE_MILLIS);

    /** Whether it may have that value; not asked for the default. @param name one of {@link #NAMES} */
    public static boolean accepts(String name, long value) {
        return !name.equalsIgnoreCase(PAUSE) || value >= LEAST_PAUSE_MILLIS;
    }

    /**
     * @param name one of {@link #NAMES}
     * @param value one that it {@link #accepts}, negative for the default
     */
    public void set(String name, long value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case ROWS -> rowsPerSecond.set(Math.max(0, value));
            case BYTES -> bytesPerSecond.set(Math.max(0, value));
            default -> pauseMillis.set(value < 0 ? PAUSE_MILLIS : value);
        }
    }

    /** 0 for no limit. */
    public AtomicLong rowsPerSecond() {
        return rowsPerSecond;
    }

    /** 0 for no limit. */
    public AtomicLong bytesPerSecond() {
        return bytesPerSecond;
    }

    /** How long statements may wait at a switch. */
    public AtomicLong pauseMillis() {
        return pauseMillis;
    }
}
