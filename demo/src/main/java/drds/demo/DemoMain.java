package drds.demo;

import drds.Server;
import drds.Shutdown;
import drds.StartException;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All in one: MariaDB instances, DRDS in front of them and a sample database, in the foreground until it is stopped. */
@Command(
        name = "drds demo",
        mixinStandardHelpOptions = true,
        description = "Starts MariaDB instances, DRDS in front of them, and loads a sample database.")
public final class DemoMain implements Callable<Integer> {
    private static final int INSTANCES_LIMIT = 32;
    private static final String LOG_LEVEL = "drds.log-level";
    private static final int PORT_LIMIT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "how many instances (default: 2, or as many as the data was made with)")
    private @Nullable Integer instances;

    @Option(names = "--port", paramLabel = "P", defaultValue = "3306", description = "DRDS's port (default: 3306)")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "where all data lives (default: ./data)")
    private Path data;

    @Option(
            names = "--mariadbd",
            paramLabel = "PATH",
            description = "a server program of this machine instead of the one that comes along")
    private @Nullable Path mariadbd;

    @Option(names = "--empty", description = "without the sample database")
    private boolean empty;

    static void main(String[] args) {
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "warn"); // what goes on is told by the lines of progress
        }
        System.exit(Commands.run(new DemoMain(), args));
    }

    @Override
    public Integer call() {
        check("--port", port, PORT_LIMIT);
        if (instances != null) {
            check("--instances", instances, INSTANCES_LIMIT);
        }
        try (Shutdown _ = Shutdown.interruptsThisThread()) {
            try (DataDirectory directory = DataDirectory.lock(data)) {
                run(directory.path());
            } catch (InterruptedException e) {
                progress("stopped"); // as asked by a signal
            }
        }
        return 0;
    }

    private void run(Path directory) throws InterruptedException {
        if (!Ports.isFree(port)) {
            throw new StartFailure("port " + port + " is in use: choose another with --port");
        }
        long start = System.nanoTime();
        DemoInstances layout = DemoInstances.in(directory.resolve("instances"), instances, this::progress);
        MariaDbBinaries binaries = mariadbd == null
                ? MariaDbBinaries.unpacked(MariaDbBinaries.defaultCache(), this::progress)
                : MariaDbBinaries.at(mariadbd);
        progress("starting " + layout.count() + " MariaDB instances in " + layout.directory());
        try (InstanceSet set = layout.start(binaries, this::progress)) {
            set.instances().forEach(instance -> progress("  " + instance));
            progress("starting DRDS");
            try (LocalStorage local = new LocalStorage(layout.directory(), binaries, this::progress);
                    Server _ = startServer(directory.resolve("drds"), set.instances(), local)) {
                if (!empty) {
                    new Sample(directory.resolve("sample"), port).ensure(this::progress);
                }
                progress("up after " + Math.round((System.nanoTime() - start) / 1e8) / 10.0 + " s; Ctrl-C stops all");
                progress("ready: mysql -h 127.0.0.1 -P " + port + " -u root");
                awaitSignal();
            }
        }
    }

    private Server startServer(Path directory, List<MariaDbInstance> instances, LocalStorage local)
            throws InterruptedException {
        List<GroupDefinition> groups = new ArrayList<>();
        for (MariaDbInstance instance : instances) {
            groups.add(new GroupDefinition(
                    "g" + groups.size(), new Instance("127.0.0.1", instance.port(), "root", ""), List.of()));
        }
        local.startKnown();
        try {
            return Server.start(ServerConfig.of("127.0.0.1", port, directory, groups), local);
        } catch (StartException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while DRDS started");
            }
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private void awaitSignal() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } finally {
            progress("stopping");
        }
    }

    private void check(String option, int value, int limit) {
        if (value < 1 || value > limit) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '" + option + "': " + value + " is not in 1.." + limit);
        }
    }

    private synchronized void progress(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
