package drds.eventual;

import drds.error.SqlError;
import drds.transaction.Backends;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does again and again what one server of a cluster does alone: at once when this server has something new, else every moment. */
public final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
    /** After the last thing that was found; while nothing is, pauses grow to that of others. */
    private static final long FIRST_PAUSE_MILLIS = 100;

    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final String name;
    private final Leadership leadership;
    private final List<Supplier<Boolean>> tasks;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean stopping;

    /**
     * @param name of what is done: one server of all has it
     * @param tasks each tells whether there may be more to do
     */
    public Turn(String name, Backends backends, Supplier<String> defaultGroup, List<Supplier<Boolean>> tasks) {
        this.name = name;
        this.leadership = new Leadership(backends, defaultGroup, "drds " + name);
        this.tasks = List.copyOf(tasks);
    }

    /** There is something to do. */
    public void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    /** Runs until {@link #stop}, on a thread that may talk to instances. */
    public void run() {
        boolean warned = false;
        long idle = FIRST_PAUSE_MILLIS;
        try {
            while (!stopping) {
                long pause = LONGEST_PAUSE_MILLIS;
                try {
                    if (leadership.isMine()) {
                        boolean found = doAll();
                        pause = found ? 0 : idle;
                        idle = found ? FIRST_PAUSE_MILLIS : Math.min(idle * 2, LONGEST_PAUSE_MILLIS);
                    }
                    warned = false;
                } catch (SqlError e) {
                    if (!warned) {
                        LOG.warn("{}: waits: {}", name, e.message());
                    }
                    warned = true;
                } catch (RuntimeException | Error e) {
                    // Nobody above would go on.
                    LOG.error("{}: a fault", name, e);
                }
                if (pause > 0) {
                    boolean woken = news.tryAcquire(pause, TimeUnit.MILLISECONDS);
                    idle = woken ? FIRST_PAUSE_MILLIS : idle;
                }
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leadership.end();
        }
    }

    private boolean doAll() {
        boolean more = false;
        for (Supplier<Boolean> task : tasks) {
            more |= task.get() && !stopping;
        }
        return more;
    }

    public void stop() {
        stopping = true;
        wake();
    }
}
