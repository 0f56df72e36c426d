package drds;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import drds.config.ConfigException;
import drds.config.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts DRDS in front of the instances that a configuration file names, until it is told to stop. */
@Command(
        name = "drds server",
        mixinStandardHelpOptions = true,
        description = "Runs DRDS in front of your own instances.")
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the configuration, in YAML")
    private Path config = Path.of("drds.yaml");

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((failure, given) -> failed(failure.getMessage()))
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        Server server;
        try {
            ServerConfig read = ServerConfig.read(config);
            setLogLevel(read.logLevel());
            server = Server.start(read);
        } catch (ConfigException | StartException e) {
            return failed(e.getMessage());
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            stopped.countDown();
                        },
                        "stop"));
        stopped.await();
        return 0;
    }

    private static int failed(String message) {
        System.err.println("drds: " + message.lines().findFirst().orElse("can't start"));
        return FAILED;
    }

    private static void setLogLevel(ServerConfig.LogLevel level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("drds").setLevel(Level.toLevel(level.name()));
        }
    }
}
