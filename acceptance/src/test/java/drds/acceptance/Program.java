package drds.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client program of another maker, run to its end. */
record Program(int exitCode, String output, String errors) {
    private static final long LIMIT_SECONDS = 120;

    /** Fails the test with the package to install if the program is missing. */
    static String required(String name, String whereFrom) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return name;
            }
        }
        throw new AssertionError("the client '" + name + "' is not installed: " + whereFrom);
    }

    /** Runs the command in the folder with the text as its input. */
    static Program run(Path folder, String input, List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).directory(folder.toFile()).start();
            var output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            try (var stream = process.getOutputStream()) {
                stream.write(input.getBytes(UTF_8));
            }
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + LIMIT_SECONDS + " s");
            }
            return new Program(
                    process.exitValue(),
                    output.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join(),
                    errors.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join());
        } catch (IOException failure) {
            throw new AssertionError(command + ": " + failure, failure);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Its output, if it ended well; else a failed test. */
    String expectSuccess() {
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode + "\n" + output + errors);
        }
        return output;
    }
}
