package drds.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as its user meets it: a process with options, output and an exit code. */
class DemoMainTest {
    private static final int STOP_LIMIT_SECONDS = 30;

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void endWhatStillRuns() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void loadsTheSampleOnceAndFindsItAgain() throws Exception {
        int port = Ports.free();
        List<String> first = runUntilReady(port, () -> {
            assertThat(rowCounts(port))
                    .containsExactlyInAnyOrder(
                            "region 5",
                            "nation 25",
                            "supplier 100",
                            "part 2000",
                            "partsupp 8000",
                            "customer 1500",
                            "orders 15000",
                            "lineitem 60175");
        });
        assertThat(first).anyMatch(line -> line.contains("loading the sample")).contains("  lineitem: 60175 rows");

        List<String> second =
                runUntilReady(port, () -> assertThat(rowCounts(port)).contains("lineitem 60175"));
        assertThat(second).noneMatch(line -> line.contains("loading the sample"));
    }

    @Test
    void doesAnInterruptedLoadAgain() throws Exception {
        int port = Ports.free();
        Process cut = demo("--port", String.valueOf(port), "--data", data());
        try (BufferedReader output = cut.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains("region:")) {
                    cut.toHandle()
                            .destroyForcibly(); // DRDS and not its instances: they are found and stopped at the next
                    // start
                }
            }
        }
        List<String> again =
                runUntilReady(port, () -> assertThat(rowCounts(port)).contains("lineitem 60175", "region 5"));
        assertThat(again)
                .anyMatch(line -> line.contains("still runs from an earlier start"))
                .anyMatch(line -> line.contains("was not loaded to its end"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --port 0           | drds: Invalid value for option '--port': 0 is not in 1..65535 (see --help)
                    --port many        | drds: Invalid value for option '--port': 'many' is not an int (see --help)
                    --instances 99     | drds: Invalid value for option '--instances': 99 is not in 1..32 (see --help)
                    --instance 2       | drds: Unknown options: '--instance', '2' (see --help)
                    --mariadbd /none   | drds: no MariaDB server program at /none
                    """)
    void refusesAWrongOptionInOneLine(String options, String message) throws Exception {
        List<String> line = new ArrayList<>(List.of(options.split(" ", -1)));
        line.addAll(List.of("--data", data()));
        if (!line.contains("--port")) {
            line.addAll(List.of("--port", String.valueOf(Ports.free())));
        }
        assertThat(failure(line.toArray(String[]::new))).isEqualTo(message);
    }

    @Test
    void refusesAPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThat(failure("--port", port, "--data", data()))
                    .isEqualTo("drds: port " + port + " is in use: choose another with --port");
        }
    }

    @Test
    void refusesADirectoryThatCanNotBeWritten() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(failure("--data", file.resolve("data").toString()))
                .startsWith("drds: can't write to the data directory " + file.resolve("data"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "4"})
    void refusesAnotherNumberOfInstancesThanTheDataIsSpreadOver(String number) throws Exception {
        Path instances = Files.createDirectories(directory.resolve("the data/instances"));
        Files.writeString(instances.resolve("ports"), "21001\n21002\n21003\n");
        assertThat(failure("--instances", number, "--port", String.valueOf(Ports.free()), "--data", data()))
                .isEqualTo("drds: the data in " + instances
                        + " is spread over 3 instances: start it with --instances 3 or choose another --data");
    }

    private String data() {
        return directory.resolve("the data").toString(); // a space: paths have them
    }

    /** What is done while a demo runs. */
    private interface Visit {
        void run() throws Exception;
    }

    /** Starts a demo, pays it a visit when it is ready, stops it by SIGTERM, and gives its output. */
    private List<String> runUntilReady(int port, Visit visit) throws Exception {
        Process process = demo("--port", String.valueOf(port), "--data", data());
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.equals("ready: mysql -h 127.0.0.1 -P " + port + " -u root")) {
                    visit.run();
                    process.toHandle().destroy(); // Process.destroy would close the output as well
                }
            }
        }
        assertThat(process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        assertThat(lines).anyMatch(line -> line.startsWith("ready: ")).contains("stopped");
        return lines;
    }

    /** What a demo that can't start writes to its standard error. */
    private String failure(String... options) throws Exception {
        Process process = demo(options);
        String output;
        try (BufferedReader reader = process.inputReader()) {
            output = reader.lines().collect(Collectors.joining("\n"));
        }
        assertThat(process.waitFor()).isEqualTo(1);
        return output;
    }

    private Process demo(String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                DemoMain.class.getName()));
        line.addAll(List.of(options));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static List<String> rowCounts(int port) throws SQLException {
        List<String> counts = new ArrayList<>();
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/tpch?user=root";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (TpchSchema.Definition table : TpchSchema.TABLES) {
                try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table.name())) {
                    rows.next();
                    counts.add(table.name() + " " + rows.getLong(1));
                }
            }
        }
        return counts;
    }
}
