package drds.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several instances that are started and stopped together, in parallel. */
public final class InstanceSet implements AutoCloseable {
    private final List<MariaDbInstance> instances;
    private final @Nullable Path deletedAtTheEnd;

    private InstanceSet(List<MariaDbInstance> instances, @Nullable Path deletedAtTheEnd) {
        this.instances = List.copyOf(instances);
        this.deletedAtTheEnd = deletedAtTheEnd;
    }

    /**
     * Starts one instance for each port and returns when all answer. Their directories are {@code s1}, {@code s2} and so
     * on below {@code directory}; data found there is used again.
     *
     * @throws StartFailure if one of them can't start; the others are stopped then
     */
    public static InstanceSet start(
            Path directory,
            List<Integer> ports,
            MariaDbBinaries binaries,
            InstanceOptions options,
            Consumer<String> progress)
            throws InterruptedException {
        return start(directory, ports, binaries, options, progress, null);
    }

    /**
     * Starts instances for tests on free ports, with data that is thrown away at the end. Close it when the run is over;
     * should the JVM end without that, a shutdown hook does.
     */
    public static InstanceSet temporary(int count, InstanceOptions options) throws InterruptedException {
        Path directory;
        try {
            directory = Files.createTempDirectory("drds-");
        } catch (IOException e) {
            throw new StartFailure("can't make a temporary directory: " + MariaDbBinaries.reason(e), e);
        }
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = Ports.free();
            if (!ports.contains(port)) {
                ports.add(port);
            }
        }
        Consumer<String> progress = line -> System.err.println("instances: " + line);
        MariaDbBinaries binaries = MariaDbBinaries.unpacked(MariaDbBinaries.defaultCache(), progress);
        InstanceSet set = start(directory, ports, binaries, options, progress, directory);
        Runtime.getRuntime().addShutdownHook(new Thread(set::close));
        return set;
    }

    private static InstanceSet start(
            Path directory,
            List<Integer> ports,
            MariaDbBinaries binaries,
            InstanceOptions options,
            Consumer<String> progress,
            @Nullable Path deletedAtTheEnd)
            throws InterruptedException {
        List<MariaDbInstance> instances = new ArrayList<>();
        for (int port : ports) {
            String name = "s" + (instances.size() + 1);
            instances.add(new MariaDbInstance(
                    name, directory.resolve(name), port, instances.size() + 1, binaries, options, progress));
        }
        InstanceSet set = new InstanceSet(instances, deletedAtTheEnd);
        boolean started = false;
        try {
            inParallel(instances, MariaDbInstance::start);
            started = true;
        } finally {
            if (!started) {
                set.close();
            }
        }
        return set;
    }

    public List<MariaDbInstance> instances() {
        return instances;
    }

    public MariaDbInstance instance(int index) {
        return instances.get(index);
    }

    /** Stops all of them cleanly and returns when they have ended. More calls do nothing. */
    @Override
    public synchronized void close() {
        try {
            inParallel(instances, MariaDbInstance::stop);
        } catch (InterruptedException e) {
            instances.forEach(MariaDbInstance::kill);
            Thread.currentThread().interrupt();
        }
        if (deletedAtTheEnd != null) {
            try {
                Trees.delete(deletedAtTheEnd);
            } catch (IOException e) {
                System.err.println("instances: can't delete " + deletedAtTheEnd + ": " + MariaDbBinaries.reason(e));
            }
        }
    }

    /** Something done to an instance that takes its time. */
    private interface Step {
        void on(MariaDbInstance instance) throws InterruptedException;
    }

    /** Does the step on every instance at once, waits for all, and throws the first failure. */
    private static void inParallel(List<MariaDbInstance> instances, Step step) throws InterruptedException {
        List<FutureTask<@Nullable Void>> tasks = new ArrayList<>();
        for (MariaDbInstance instance : instances) {
            FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
                step.on(instance);
                return null;
            });
            tasks.add(task);
            Thread.ofVirtual().name("instance-" + instance.name()).start(task);
        }
        @Nullable Throwable failure = null;
        for (FutureTask<@Nullable Void> task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case InterruptedException e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }
}
