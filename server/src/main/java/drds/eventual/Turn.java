package drds.eventual;

import drds.error.SqlError;
import drds.transaction.Backends;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does again and again what one server of a cluster does alone: at once when this server has something new, else every moment. */
public final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
    private static final Duration LEADS = Duration.ofMillis(100);
    private static final Duration FOLLOWS = Duration.ofSeconds(1);

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
        try {
            while (!stopping) {
                Duration pause = FOLLOWS;
                try {
                    if (leadership.isMine()) {
                        pause = doAll() ? Duration.ZERO : LEADS;
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
                if (!pause.isZero()) {
                    boolean woken = news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                    LOG.trace("woken: {}", woken);
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
