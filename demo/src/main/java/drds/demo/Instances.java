package drds.demo;

import drds.Shutdown;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs bare instances in the foreground, without DRDS, until it is told to stop. */
@Command(name = "instances", mixinStandardHelpOptions = true, description = "Runs MariaDB instances until Ctrl-C.")
public final class Instances implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--count", defaultValue = "2", description = "how many (default: ${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--data", required = true, description = "directory of their data")
    private Path data;

    @Option(names = "--base-port", required = true, description = "port of the first; the others follow it")
    private int basePort;

    @Option(names = "--mariadbd", description = "a server program of this machine instead of the one that comes along")
    private @Nullable Path mariadbd;

    static void main(String[] args) {
        System.exit(Commands.run(new Instances(), args));
    }

    @Override
    public Integer call() {
        try (Shutdown _ = Shutdown.interruptsThisThread();
                DataDirectory directory = DataDirectory.lock(data)) {
            run(directory.path(), spec.commandLine().getOut());
        } catch (InterruptedException e) {
            // asked to stop, and stopped
        }
        return 0;
    }

    private void run(Path directory, PrintWriter out) throws InterruptedException {
        MariaDbBinaries binaries = mariadbd == null
                ? MariaDbBinaries.unpacked(MariaDbBinaries.defaultCache(), out::println)
                : MariaDbBinaries.at(mariadbd);
        List<Integer> ports =
                IntStream.range(basePort, basePort + count).boxed().toList();
        try (InstanceSet set = InstanceSet.start(directory, ports, binaries, InstanceOptions.demo(), out::println)) {
            for (MariaDbInstance instance : set.instances()) {
                out.println(instance.name() + ": mariadb -h 127.0.0.1 -P " + instance.port() + " -u root");
            }
            out.println("ready");
            out.flush();
            new CountDownLatch(1).await(); // until a signal interrupts it
        }
    }
}
