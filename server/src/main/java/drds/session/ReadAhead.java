package drds.session;

import drds.wire.ConnectionLostException;
import drds.wire.Loop;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes things from a source on a thread of its own, one ahead of who uses them: the next is made while the last is worked on. The
 * source belongs to that thread until {@link #close} has returned.
 *
 * @param <T> what there is to take
 */
final class ReadAhead<T> implements AutoCloseable {
    private static final int AHEAD = 1;

    private final BlockingQueue<Step<T>> steps = new ArrayBlockingQueue<>(AHEAD);
    private volatile boolean stopped;
    private boolean over;

    /** @param thing null at the end; @param failure null if it ended well */
    private record Step<T>(@Nullable T thing, @Nullable RuntimeException failure) {}

    /**
     * @param source null is its end
     * @param end runs on the same thread when nothing more is taken from the source, whatever the reason
     */
    ReadAhead(Loop loop, Supplier<@Nullable T> source, Runnable end) {
        loop.start(() -> hand(new Step<>(null, take(source, end))));
    }

    /** @return what failed, null for nothing */
    private @Nullable RuntimeException take(Supplier<@Nullable T> source, Runnable end) {
        RuntimeException failure = null;
        try {
            for (T thing = source.get(); thing != null && !stopped; thing = source.get()) {
                hand(new Step<>(thing, null));
            }
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException(e);
        }
        try {
            end.run();
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    private void hand(Step<T> step) {
        boolean handed = false;
        while (!handed) {
            try {
                steps.put(step);
                handed = true;
            } catch (InterruptedException e) {
                stopped = true; // who takes has to be told of the end all the same
            }
        }
    }

    /** The next, null at the end. Throws what the source threw. */
    @Nullable
    T next() {
        if (over) {
            return null;
        }
        Step<T> step = await();
        T thing = step.thing;
        over = thing == null;
        RuntimeException failure = step.failure;
        if (failure != null) {
            throw failure;
        }
        return thing;
    }

    private Step<T> await() {
        try {
            return steps.take();
        } catch (InterruptedException e) {
            throw new ConnectionLostException("interrupted while reading ahead", false);
        }
    }

    /** Waits until the source is left alone. */
    @Override
    public void close() {
        stopped = true;
        while (!over) {
            over = await().thing == null;
        }
    }
}
