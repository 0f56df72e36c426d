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
     * @throws StartFailure if that is fewer than the data is spread over
     */
    static DemoInstances in(Path directory, @Nullable Integer wanted, Consumer<String> progress)
            throws InterruptedException {
        List<Integer> before = read(directory.resolve("ports"));
        int count = wanted == null ? Math.max(DEFAULT_COUNT, before.size()) : wanted;
        if (wanted == null && !before.isEmpty()) {
            count = before.size();
        }
        if (count < before.size()) {
            throw new StartFailure("the data in " + directory + " is spread over " + before.size()
                    + " instances: start it with --instances " + before.size());
        }
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = name(i);
            LeftOver.stop(name, directory.resolve(name).resolve("data"), STOP_LIMIT, progress);
            ports.add(port(i < before.size() ? before.get(i) : 0, ports));
        }
        write(directory, ports);
        return new DemoInstances(directory, ports);
    }

    InstanceSet start(MariaDbBinaries binaries, Consumer<String> progress) throws InterruptedException {
        return InstanceSet.start(directory, ports, binaries, InstanceOptions.demo(), progress);
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
