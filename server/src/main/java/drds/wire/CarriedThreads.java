package drds.wire;

import io.netty.util.internal.PlatformDependent;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads on a scheduler of our own. The JDK has no public way yet: this needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}, and says so when it can't be had.
 *
 * <p>A loop and a thread that it carries must never wait for the same monitor: where the monitor is handed to the thread, the loop
 * that should run it waits on. The JDK frees direct buffers under such a monitor, so Netty has to make them by itself, which it
 * does with {@code --add-opens java.base/java.nio=ALL-UNNAMED} and {@code -Dio.netty.tryReflectionSetAccessible=true}.
 */
final class CarriedThreads {
    private final MethodHandle constructor;

    private CarriedThreads(MethodHandle constructor) {
        this.constructor = constructor;
    }

    /** Null where this JDK does not allow it; ordinary virtual threads serve then. */
    static @Nullable CarriedThreads open() {
        if (!PlatformDependent.useDirectBufferNoCleaner()) {
            return null;
        }
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            MethodHandle constructor = MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findStatic(
                            builders,
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
            return new CarriedThreads(constructor);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    Thread newThread(Executor scheduler, Runnable task) {
        try {
            return (Thread) constructor.invoke(scheduler, (String) null, 0, task);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
