package drds.demo;

import drds.catalog.GroupDefinition.Instance;
import drds.replication.LocalInstances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The instances that ADD STORAGE ... LOCAL started, beside those that the demo begins with. A file remembers them, so that they are
 * started again with the demo, on whatever port is free then.
 */
final class LocalStorage implements LocalInstances, AutoCloseable {
    private static final int SERVER_ID_BASE = 1_000;
    private static final int LIMIT = 32;

    private final Path directory;
    private final Path list;
    private final MariaDbBinaries binaries;
    private final Consumer<String> progress;
    private final Map<String, MariaDbInstance> running = new LinkedHashMap<>();

    /** @param directory of all instances' data */
    LocalStorage(Path directory, MariaDbBinaries binaries, Consumer<String> progress) {
        this.directory = directory;
        this.list = directory.resolve("added");
        this.binaries = binaries;
        this.progress = progress;
    }

    /** Starts those of earlier runs. */
    synchronized void startKnown() {
        names().forEach(this::start);
    }

    @Override
    public synchronized Map<String, Instance> running() {
        Map<String, Instance> found = new LinkedHashMap<>();
        running.forEach((name, instance) -> found.put(name, place(instance)));
        return found;
    }

    private static Instance place(MariaDbInstance instance) {
        return new Instance("127.0.0.1", instance.port(), "root", "");
    }

    @Override
    public synchronized Instance start(String name) {
        MariaDbInstance instance = running.get(name);
        if (instance == null) {
            if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,15}")) {
                throw new IllegalStateException("'" + name + "' is no name for a storage");
            }
            List<String> names = new ArrayList<>(names());
            if (!names.contains(name)) {
                names.add(name);
            }
            if (names.size() > LIMIT) {
                throw new IllegalStateException("more than " + LIMIT + " local instances");
            }
            instance = new MariaDbInstance(
                    name,
                    directory.resolve("added-" + name),
                    Ports.free(),
                    SERVER_ID_BASE + names.indexOf(name),
                    binaries,
                    InstanceOptions.demo(),
                    progress);
            start(instance);
            running.put(name, instance);
            write(names);
            progress.accept("  " + instance);
        }
        return place(instance);
    }

    private static void start(MariaDbInstance instance) {
        boolean started = false;
        try {
            instance.start();
            started = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while an instance started", e);
        } catch (StartFailure e) {
            throw new IllegalStateException(e.getMessage(), e);
        } finally {
            if (!started) {
                instance.close();
            }
        }
    }

    private List<String> names() {
        try {
            return Files.exists(list) ? Files.readAllLines(list) : List.of();
        } catch (IOException e) {
            throw new StartFailure("can't read " + list + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private void write(List<String> names) {
        try {
            Files.write(list, names);
        } catch (IOException e) {
            throw new IllegalStateException("can't write " + list + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    @Override
    public synchronized void close() {
        running.values().forEach(MariaDbInstance::close);
        running.clear();
    }
}
