package drds;

import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGTERM, SIGINT and SIGHUP into an interrupt of the thread that runs the command, so that what it opened is
 * closed in order; the JVM then ends with exit code 0, since stopping is what the user asked for.
 */
public final class Shutdown implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread command;
    private boolean asked;

    private Shutdown(Thread command) {
        this.command = command;
    }

    /** From now on a signal interrupts the calling thread; close this after everything else has been closed. */
    public static Shutdown interruptsThisThread() {
        Shutdown shutdown = new Shutdown(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::onSignal, "shutdown"));
        return shutdown;
    }

    /** Whether a signal came; an interrupt that something took on its way here is not lost. */
    public synchronized boolean isAsked() {
        return asked;
    }

    /** Waits for a signal; the calling thread, whose interrupt this takes, can wait for other things afterwards. */
    public void await() {
        if (!isAsked()) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException signal) {
                return;
            }
        }
        Thread.interrupted();
    }

    private void onSignal() {
        if (finished.getCount() == 0) {
            return; // an ordinary exit, its code stands
        }
        synchronized (this) {
            command.interrupt();
            asked = true;
        }
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void close() {
        finished.countDown();
    }
}
