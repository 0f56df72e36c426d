package drds.session.operate;

import drds.catalog.CclRule;
import drds.error.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How the rules of throttling stand on this node: who runs and who waits. */
public final class CclRules {
    /** So often a statement that waits looks whether it was killed. */
    private static final long LOOK_MILLIS = 200;

    private final Map<CclRule, Gate> gates = new ConcurrentHashMap<>();

    /** What came of a rule since this node began to hold it. */
    public record Standing(int running, int waiting, long refused, long matched) {}

    private static final class Gate {
        final Semaphore places;
        final int size;
        final AtomicInteger waiting = new AtomicInteger();
        final LongAdder refused = new LongAdder();
        final LongAdder matched = new LongAdder();

        Gate(CclRule rule) {
            size = rule.maxConcurrency();
            places = new Semaphore(size, true);
        }
    }

    /** A place among those that run; to be given back. */
    public interface Permit extends AutoCloseable {
        Permit NONE = () -> {};

        @Override
        void close();
    }

    private Gate gate(CclRule rule) {
        return gates.computeIfAbsent(rule, Gate::new);
    }

    /**
     * Waits until a statement that the rule fits may run.
     *
     * @param check throws if the statement is not to wait any longer
     * @throws drds.error.SqlError if it may not run
     */
    public Permit enter(CclRule rule, Runnable check) {
        Gate gate = gate(rule);
        gate.matched.increment();
        if (!gate.places.tryAcquire()) {
            await(rule, gate, check);
        }
        return gate.places::release;
    }

    private static void await(CclRule rule, Gate gate, Runnable check) {
        boolean acquired = false;
        if (gate.waiting.incrementAndGet() <= rule.waitQueueSize()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(rule.waitTimeoutSeconds());
            try {
                for (long left = deadline - System.nanoTime();
                        !acquired && left > 0;
                        left = deadline - System.nanoTime()) {
                    check.run();
                    acquired = gate.places.tryAcquire(
                            Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)), TimeUnit.NANOSECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                gate.waiting.decrementAndGet();
            }
        } else {
            gate.waiting.decrementAndGet();
        }
        if (!acquired) {
            gate.refused.increment();
            throw ErrorCode.THROTTLED.with(rule.maxConcurrency(), rule.name());
        }
    }

    public Standing standing(CclRule rule) {
        Gate gate = gate(rule);
        return new Standing(
                Math.max(0, gate.size - gate.places.availablePermits()),
                gate.waiting.get(),
                gate.refused.sum(),
                gate.matched.sum());
    }

    /** Forgets what belongs to other rules than these. */
    public void keepOnly(Collection<CclRule> rules) {
        gates.keySet().retainAll(rules);
    }
}
