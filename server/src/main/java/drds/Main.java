package drds;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import drds.config.ConfigException;
import drds.config.ServerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    private static final String INSTANCES = "drds.atom";

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the configuration, in YAML")
    private Path config = Path.of("drds.yaml");

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((failure, given) -> failed(failure.getMessage()))
                .execute(args));
    }

    @Override
    public Integer call() {
        try (Shutdown shutdown = Shutdown.interruptsThisThread()) {
            try {
                return run(shutdown);
            } finally { // before the shutdown is closed, which may end the process
                writeRestOfLog();
            }
        }
    }

    private int run(Shutdown shutdown) {
        try (Server _ = start()) {
            shutdown.await();
            return 0;
        } catch (ConfigException | StartException e) {
            return shutdown.isAsked() ? 0 : failed(e.getMessage());
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Main.class).debug("unforeseen", e);
            return failed(UnforeseenFailure.line(e));
        }
    }

    private Server start() throws StartException {
        ServerConfig read = ServerConfig.read(config);
        setLevel("drds", Level.toLevel(read.logLevel().name()));
        setLevel(INSTANCES, Level.OFF); // one that does not answer ends the start, and is told then
        Server server = Server.start(read);
        setLevel(INSTANCES, null);
        return server;
    }

    private static void writeRestOfLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    private static int failed(@Nullable String message) {
        System.err.println("drds: " + firstLine(message == null ? "" : message));
        return FAILED;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("can't start");
    }

    private static void setLevel(String logger, @Nullable Level level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(level);
        }
    }
}
