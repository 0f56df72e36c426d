package drds;

import static org.assertj.core.api.Assertions.assertThat;

import drds.testing.MariaDb;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as its operator meets it: a process with an option, a log and an exit code. */
@Timeout(180)
class MainTest {
    private static final int STOP_LIMIT_SECONDS = 60;

    private static MariaDb instance;

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        instance = MariaDb.start();
    }

    @AfterAll
    static void stop() {
        instance.close();
    }

    @AfterEach
    void endWhatStillRuns() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void endsInOrderWhenItIsToldTo() throws Exception {
        Process process = server("port: 0", instance.port());
        List<String> log = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                log.add(line);
                if (line.contains(" listens on ")) {
                    process.toHandle().destroy(); // Process.destroy would close the output as well
                }
            }
        }
        assertThat(exitCode(process)).as(String.join("\n", log)).isZero();
        assertThat(log).anyMatch(line -> line.endsWith("DRDS has stopped"));
    }

    @Test
    void endsInOrderWhileItStarts() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = server("port: 0\ntimeouts: {connect: 60s}", silent.getLocalPort());
            silent.accept();
            process.toHandle().destroy();
            try (BufferedReader output = process.inputReader()) {
                assertThat(output.lines()).noneMatch(line -> line.startsWith("drds: "));
            }
            assertThat(exitCode(process)).isZero();
        }
    }

    @Test
    void refusesAnUnknownKey() throws Exception {
        assertThat(failure("prot: 4000", instance.port()))
                .containsExactly(
                        "drds: " + directory.resolve("drds.yaml") + ": unknown key 'prot' (did you mean 'port'?)");
    }

    @Test
    void refusesAMissingConfiguration() throws Exception {
        Process process = process("--config", directory.resolve("none.yaml").toString());
        assertThat(failure(process))
                .singleElement()
                .asString()
                .startsWith("drds: ")
                .contains("none.yaml");
        assertThat(failure(process()))
                .singleElement()
                .asString()
                .isEqualTo("drds: Missing required option: '--config=FILE'");
    }

    @Test
    void refusesAPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(failure("port: " + port, instance.port()))
                    .containsExactly("drds: can't listen on 127.0.0.1:" + port + ": port in use?");
        }
    }

    @Test
    void refusesADirectoryThatCanNotBeWritten() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(failure("data-dir: file/data", instance.port()))
                .containsExactly("drds: can't write to the data directory " + file.resolve("data"));
    }

    @Test
    void refusesADirectoryThatAnotherServerUses() throws Exception {
        Process process = server("port: 0", instance.port());
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines().anyMatch(line -> line.contains(" listens on "))) // not past that line
                    .isTrue();
            assertThat(failure("port: 0", instance.port()))
                    .containsExactly("drds: another DRDS uses the data directory " + directory.resolve("data"));
        }
    }

    @Test
    void refusesAnInstanceThatDoesNotAnswer() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThat(failure("port: 0", closed))
                .singleElement()
                .asString()
                .startsWith("drds: Group g0: ")
                .contains("Instance 127.0.0.1:" + closed + " is not available");
    }

    @Test
    void refusesACertificateWhoseKeyIsNone() throws Exception {
        Path certificate = Files.writeString(directory.resolve("server.pem"), "no certificate");
        assertThat(failure("port: 0\ntls: {certificate: server.pem, key: server.pem}", instance.port()))
                .singleElement()
                .asString()
                .startsWith("drds: can't use the certificate " + certificate + ": ");
    }

    /** What a server that can't start writes. */
    private List<String> failure(String settings, int instancePort) throws Exception {
        return failure(server(settings, instancePort));
    }

    private static List<String> failure(Process process) throws Exception {
        List<String> output;
        try (BufferedReader reader = process.inputReader()) {
            output = reader.lines().toList();
        }
        assertThat(exitCode(process)).as(String.join("\n", output)).isEqualTo(1);
        return output;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Process server(String settings, int instancePort) throws IOException {
        Path config = directory.resolve("drds.yaml");
        Files.writeString(
                config,
                (settings.contains("data-dir") ? "" : "data-dir: data\n")
                        + "groups: [{name: g0, primary: {host: 127.0.0.1, port: " + instancePort + ", user: root}}]\n"
                        + settings + "\n");
        return process("--config", config.toString());
    }

    private Process process(String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=logback.xml", // what a user has, not that of the tests
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        line.addAll(List.of(options));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }
}
