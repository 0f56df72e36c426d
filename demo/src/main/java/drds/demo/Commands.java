package drds.demo;

import drds.UnforeseenFailure;
import java.nio.file.FileSystemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command so that its user reads one line about a failure; what nobody foresaw is traced where debugging is asked for. */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final int FAILED = 1;

    private Commands() {}

    /** Runs the command and gives its exit code: 0, or 1 after a failure that has been printed. */
    static int run(Object command, String... args) {
        return new CommandLine(command)
                .setParameterExceptionHandler(Commands::reportParameters)
                .setExecutionExceptionHandler(Commands::report)
                .execute(args);
    }

    private static int reportParameters(ParameterException failure, String[] args) {
        String firstLine =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("wrong options");
        return print(failure.getCommandLine(), firstLine + " (see --help)");
    }

    private static int report(Exception failure, CommandLine command, ParseResult parsed) {
        return switch (failure) {
            case StartFailure e -> print(command, String.valueOf(e.getMessage()));
            case FileSystemException e -> print(command, e.getFile() + ": " + MariaDbBinaries.reason(e));
            default -> {
                LOG.debug("unforeseen", failure);
                yield print(command, UnforeseenFailure.line(failure));
            }
        };
    }

    private static int print(CommandLine command, String line) {
        command.getErr().println("drds: " + line);
        command.getErr().flush();
        return FAILED;
    }
}
