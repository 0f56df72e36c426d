package drds.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One MariaDB server process on this machine with a data directory of its own: installed once, started, started again
 * when it dies, and stopped cleanly. It listens on 127.0.0.1 and on a socket; root may come in from there without a
 * password.
 */
public final class MariaDbInstance implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90); // recovery after a crash included
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long PAUSE_LIMIT_MILLIS = 10_000;
    private static final long ANSWER_CHECK_MILLIS = 20;

    private final String name;
    private final Path directory;
    private final int port;
    private final ServerCommand command;
    private final ErrorLog errorLog;
    private final Consumer<String> progress;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Process process;
    private @Nullable Thread watcher;
    private int starts;
    private boolean stopping;

    /**
     * Describes an instance; nothing runs yet.
     *
     * @param name what messages call it
     * @param directory holds its data, log and socket; made when absent
     * @param port the TCP port on 127.0.0.1
     * @param serverId its id in replication, different from that of every other instance
     * @param progress gets a line when the instance dies, is started again, or has to be forced
     */
    public MariaDbInstance(
            String name,
            Path directory,
            int port,
            int serverId,
            MariaDbBinaries binaries,
            InstanceOptions options,
            Consumer<String> progress) {
        this.name = name;
        this.directory = directory.toAbsolutePath().normalize();
        this.port = port;
        this.command = new ServerCommand(binaries, this.directory, port, serverId, options);
        this.errorLog = new ErrorLog(this.directory.resolve("error.log"));
        this.progress = progress;
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public Path directory() {
        return directory;
    }

    /** The path of its Unix socket. */
    public Path socket() {
        return command.socket();
    }

    /** The process id, 0 while there is no process. */
    public long pid() {
        lock.lock();
        try {
            return process == null ? 0 : process.pid();
        } finally {
            lock.unlock();
        }
    }

    /** How many times it came up so far. */
    public int starts() {
        lock.lock();
        try {
            return starts;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts the server and returns when it answers. From then on it is started again whenever it dies.
     *
     * @throws StartFailure if it can't be installed or ends instead of answering
     */
    public void start() throws InterruptedException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartFailure("can't make the directory " + directory + ": " + MariaDbBinaries.reason(e), e);
        }
        LeftOver.stop(name, command.dataDirectory(), STOP_LIMIT, progress);
        errorLog.rotate();
        install();
        Process first = launch();
        Thread thread = Thread.ofVirtual().name("watch-" + name).unstarted(() -> watch(first));
        lock.lock();
        try {
            watcher = thread;
        } finally {
            lock.unlock();
        }
        thread.start();
    }

    /** Waits until it has come up {@code count} times. */
    public void awaitStarts(int count, Duration limit) throws InterruptedException, TimeoutException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (starts < count) {
                if (left <= 0) {
                    throw new TimeoutException(name + " came up " + starts + " times, not " + count);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the process as a crash would; it is started again like after any other death. */
    public void kill() {
        lock.lock();
        try {
            if (process != null) {
                process.destroyForcibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops the server cleanly (SIGTERM) and waits for its end; after 30 seconds it is killed. */
    public void stop() throws InterruptedException {
        Process running;
        Thread watching;
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
            running = process;
            watching = watcher;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.destroy();
            if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                progress.accept(name + " did not stop within " + STOP_LIMIT.toSeconds() + " s: killed");
                running.destroyForcibly().waitFor();
            }
        }
        if (watching != null) {
            watching.join();
        }
    }

    /** The same as {@link #stop}; an interrupt is kept for the caller and kills the server at once. */
    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void install() throws InterruptedException {
        if (Files.isDirectory(command.dataDirectory())) {
            return;
        }
        Path unfinished = directory.resolve("data.unfinished");
        try (PlainWay way = PlainWay.to(directory)) {
            Trees.delete(unfinished);
            Files.createDirectories(command.temporaryDirectory());
            Process installer = startInstaller(way.path());
            if (!installer.waitFor(INSTALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                installer.destroyForcibly();
                throw new StartFailure(
                        "making the data directory of " + name + " takes too long: see " + errorLog.file());
            }
            if (installer.exitValue() != 0) {
                throw new StartFailure("can't make the data directory of " + name + ": " + errorLog.lastErrors());
            }
            Files.move(unfinished, command.dataDirectory());
        } catch (IOException e) {
            throw new StartFailure("can't make the data directory of " + name + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private Process startInstaller(Path way) throws IOException {
        lock.lock();
        try {
            if (stopping) {
                throw new StartFailure(name + " is being stopped");
            }
            errorLog.mark();
            Process installer = start(command.install(way.resolve("data.unfinished"), way.resolve("tmp")));
            process = installer;
            return installer;
        } finally {
            lock.unlock();
        }
    }

    private Process launch() throws InterruptedException {
        Process launched;
        lock.lock();
        try {
            if (stopping) {
                throw new StartFailure(name + " is being stopped");
            }
            errorLog.mark();
            Files.createDirectories(command.temporaryDirectory());
            launched = start(command.run());
            process = launched;
        } catch (IOException e) {
            throw new StartFailure("can't start " + name + ": " + MariaDbBinaries.reason(e), e);
        } finally {
            lock.unlock();
        }
        awaitAnswer(launched);
        lock.lock();
        try {
            starts++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return launched;
    }

    /** The server's output goes to its log from the first byte: a missing library is reported before it opens one. */
    private Process start(List<String> arguments) throws IOException {
        return new ProcessBuilder(new ArrayList<>(arguments))
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(errorLog.file().toFile()))
                .start();
    }

    private void awaitAnswer(Process launched) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!Greeting.arrives(command.socket())) {
            if (launched.waitFor(ANSWER_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StartFailure(name + " (port " + port + ") ended while starting, " + ending(launched) + ": "
                        + errorLog.lastErrors());
            }
            if (System.nanoTime() > deadline) {
                launched.destroyForcibly().waitFor();
                throw new StartFailure(name + " (port " + port + ") does not answer after " + START_LIMIT.toSeconds()
                        + " s: " + errorLog.lastErrors());
            }
        }
    }

    private void watch(Process first) {
        @Nullable Process current = first;
        try {
            while (current != null) {
                current.waitFor();
                current = startAgain(current);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread; leave the server as it is
        }
    }

    /** Starts the server again after a death, trying until it works; null once the instance is to stop. */
    private @Nullable Process startAgain(Process dead) throws InterruptedException {
        if (isStopping()) {
            return null;
        }
        progress.accept(name + " (port " + port + ") died, " + ending(dead) + ": starting it again");
        long pauseMillis = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                Process again = launch();
                progress.accept(name + " (port " + port + ") is up again");
                return again;
            } catch (StartFailure e) {
                if (isStopping()) {
                    return null;
                }
                progress.accept(e.getMessage() + "; next attempt in " + pauseMillis + " ms");
            }
            if (stopsWithin(pauseMillis)) {
                return null;
            }
            pauseMillis = Math.min(PAUSE_LIMIT_MILLIS, 2 * pauseMillis);
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private boolean stopsWithin(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (!stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private static String ending(Process ended) {
        int code = ended.exitValue();
        return code > 128 ? "signal " + (code - 128) : "exit code " + code;
    }

    @Override
    public String toString() {
        return name + " 127.0.0.1:" + port;
    }
}
