package drds.demo;

import java.util.concurrent.CountDownLatch;

/**
 * Turns SIGTERM, SIGINT and SIGHUP into an interrupt of the thread that runs the command, so that what it opened is
 * closed in order; the JVM then ends with exit code 0, since stopping is what the user asked for.
 */
final class Shutdown implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread command;

    private Shutdown(Thread command) {
        this.command = command;
    }

    /** From now on a signal interrupts the calling thread; close this after everything else has been closed. */
    static Shutdown interruptsThisThread() {
        Shutdown shutdown = new Shutdown(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::onSignal, "shutdown"));
        return shutdown;
    }

    private void onSignal() {
        if (finished.getCount() == 0) {
            return; // an ordinary exit, its code stands
        }
        command.interrupt();
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
