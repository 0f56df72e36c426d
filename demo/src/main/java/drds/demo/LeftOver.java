package drds.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A server process that outlived the one that started it (which was killed) and still holds a data directory. */
final class LeftOver {
    private LeftOver() {}

    /**
     * Stops every server whose command line names exactly this data directory, so no other process can be meant: a pid
     * file could name a process that took the number over.
     */
    static void stop(String name, Path dataDirectory, Duration limit, Consumer<String> progress)
            throws InterruptedException {
        for (ProcessHandle holder : holders(dataDirectory)) {
            progress.accept(name + " still runs from an earlier start (pid " + holder.pid() + "): stopping it");
            holder.destroy();
            if (!ends(holder, limit)) {
                holder.destroyForcibly();
                if (!ends(holder, limit)) {
                    throw new StartFailure("the server with pid " + holder.pid() + " holds " + dataDirectory
                            + " and can't be stopped");
                }
            }
        }
    }

    /** Asks them to stop and does not wait: several stop in the time of one. */
    static void ask(Path dataDirectory) {
        holders(dataDirectory).forEach(ProcessHandle::destroy);
    }

    private static List<ProcessHandle> holders(Path dataDirectory) {
        String argument = "--datadir=" + dataDirectory;
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(argument))
                        .orElse(false))
                .toList();
    }

    private static boolean ends(ProcessHandle process, Duration limit) throws InterruptedException {
        CompletableFuture<ProcessHandle> end = process.onExit();
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for process " + process.pid(), e);
        }
    }
}
