package drds.demo;

import java.nio.file.FileSystemException;
import picocli.CommandLine;

/** What a command prints when it fails: one line for what the user can mend, a trace only for what nobody foresaw. */
final class CommandFailures {
    private static final int EXIT_CODE = 1;

    private CommandFailures() {}

    /** A handler for {@link CommandLine#setExecutionExceptionHandler}. */
    static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        switch (failure) {
            case StartFailure e -> command.getErr().println("drds: " + e.getMessage());
            case FileSystemException e ->
                command.getErr().println("drds: " + e.getFile() + ": " + MariaDbBinaries.reason(e));
            default -> {
                command.getErr().println("drds: " + failure);
                failure.printStackTrace(command.getErr());
            }
        }
        command.getErr().flush();
        return EXIT_CODE;
    }
}
