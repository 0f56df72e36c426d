package drds.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one demo as its directory remembers them: how many there are, and their ports, which stay the same
 * from start to start as long as nobody else takes them.
 */
record DemoInstances(Path directory, List<Integer> ports) {
    private static final int DEFAULT_COUNT = 2;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long MIB = 1L << 20;
    /** A new data directory, its redo log, and the sample. */
    private static final long NEW_INSTANCE_BYTES = 200 * MIB;
    /** Below this an instance waits for space instead of starting. */
    private static final long LEAST_FREE_BYTES = 64 * MIB;

    DemoInstances {
        ports = List.copyOf(ports);
    }

    int count() {
        return ports.size();
    }

    /**
     * What runs on that directory. Servers that a killed demo left behind there are stopped first.
     *
     * @param wanted how many instances the user asks for, null for as many as there are
     * @throws StartFailure if the data is spread over another number, or the disk is full
     */
    static DemoInstances in(Path directory, @Nullable Integer wanted, Consumer<String> progress)
            throws InterruptedException {
        List<Integer> before = read(directory.resolve("ports"));
        if (wanted != null && !before.isEmpty() && wanted != before.size()) {
            throw new StartFailure("the data in " + directory + " is spread over " + before.size()
                    + " instances: start it with --instances " + before.size() + " or choose another --data");
        }
        int count = before.isEmpty() ? (wanted == null ? DEFAULT_COUNT : wanted) : before.size();
        checkSpace(directory, count - before.size());
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LeftOver.ask(data(directory, i));
        }
        for (int i = 0; i < count; i++) {
            LeftOver.stop(name(i), data(directory, i), STOP_LIMIT, progress);
            ports.add(port(i < before.size() ? before.get(i) : 0, ports));
        }
        write(directory, ports);
        return new DemoInstances(directory, ports);
    }

    InstanceSet start(MariaDbBinaries binaries, Consumer<String> progress) throws InterruptedException {
        return InstanceSet.start(directory, ports, binaries, InstanceOptions.demo(), progress);
    }

    private static void checkSpace(Path directory, int newInstances) {
        try {
            long free = Files.getFileStore(Files.createDirectories(directory)).getUsableSpace();
            long needed = LEAST_FREE_BYTES + newInstances * NEW_INSTANCE_BYTES;
            if (free < needed) {
                throw new StartFailure("the disk of " + directory + " has " + free / MIB + " MiB left, the demo needs "
                        + needed / MIB + " MiB: choose another directory with --data");
            }
        } catch (IOException e) {
            throw new StartFailure("can't write to " + directory + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private static Path data(Path directory, int index) {
        return directory.resolve(name(index)).resolve("data");
    }

    private static String name(int index) {
        return "s" + (index + 1);
    }

    private static int port(int before, List<Integer> taken) {
        int port = before != 0 && Ports.isFree(before) ? before : Ports.free();
        while (taken.contains(port)) {
            port = Ports.free();
        }
        return port;
    }

    private static List<Integer> read(Path file) {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Integer::valueOf).toList()
                    : List.of();
        } catch (IOException e) {
            throw new StartFailure("can't read " + file + ": " + MariaDbBinaries.reason(e), e);
        } catch (NumberFormatException e) {
            throw new StartFailure(file + " holds something else than ports", e);
        }
    }

    private static void write(Path directory, List<Integer> ports) {
        try {
            Files.createDirectories(directory);
            Files.write(
                    directory.resolve("ports"),
                    ports.stream().map(String::valueOf).toList());
        } catch (IOException e) {
            throw new StartFailure("can't write to " + directory + ": " + MariaDbBinaries.reason(e), e);
        }
    }
}
