package drds.session;

import drds.wire.Loop;
import drds.wire.Loops;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work on long texts is done on a platform thread, so that the loop serves other clients meanwhile. */
final class LongWork {
    private static final int LONG_TEXT = 32 * 1024;

    private LongWork() {}

    /**
     * @param textLength what the work is about
     * @param work pure: it waits for nothing and knows nothing of the thread that it runs on
     */
    static <T extends @Nullable Object> T run(int textLength, Supplier<T> work) {
        Loop loop = textLength < LONG_TEXT ? null : Loops.current();
        if (loop == null) {
            return work.get();
        }
        try {
            return loop.compute(work::get);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
