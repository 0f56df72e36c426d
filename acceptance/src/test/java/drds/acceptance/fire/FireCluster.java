package drds.acceptance.fire;

import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.Moments;
import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import drds.demo.MariaDbInstance;
import drds.demo.Ports;
import drds.transaction.CommitStep;
import drds.transaction.CommitStops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Instances, each behind a {@link CutProxy}, and DRDS in a process of its own before them: all of it can be struck. */
final class FireCluster implements AutoCloseable {
    static final int INSTANCES = 3;
    private static final Duration UP = Duration.ofSeconds(90);
    /** Within this time after the last instance is up nothing prepared may be left. */
    private static final Duration RECOVERED = Duration.ofSeconds(10);

    private final Path directory;
    private final InstanceSet instances;
    private final List<CutProxy> networks = new ArrayList<>();
    private final int port = Ports.free();
    private List<String> javaOptions = List.of();
    private Process drds;

    FireCluster() throws Exception {
        this(INSTANCES, INSTANCES, "");
    }

    /**
     * @param groups how many of the instances are Groups from the start
     * @param yaml further settings
     */
    FireCluster(int count, int groups, String yaml) throws Exception {
        directory = Files.createTempDirectory("drds-fire");
        Files.createDirectories(directory.resolve("stops"));
        instances = InstanceSet.temporary(count, InstanceOptions.tests().with("--innodb-lock-wait-timeout=5"));
        StringBuilder config = new StringBuilder("host: 127.0.0.1\nport: " + port + "\ndata-dir: "
                + directory.resolve("data") + "\nlog-level: info\n" + yaml + "groups:\n");
        for (int i = 0; i < count; i++) {
            CutProxy network = new CutProxy(instances.instance(i).port());
            networks.add(network);
            if (i < groups) {
                config.append("  - name: g").append(i).append("\n    primary: {host: 127.0.0.1, port: ");
                config.append(network.port()).append(", user: root, password: \"\"}\n");
            }
        }
        Files.writeString(directory.resolve("drds.yaml"), config);
        drds = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drds.destroyForcibly()));
        awaitDrds();
    }

    Path log() {
        return directory.resolve("drds.log");
    }

    /** What DRDS wrote to its log, over all its starts. */
    String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MariaDbInstance instance(int index) {
        return instances.instance(index);
    }

    CutProxy network(int index) {
        return networks.get(index);
    }

    // ---- DRDS ----

    private Process launch() throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-D" + CommitStops.PROPERTY + "=" + directory.resolve("stops")));
        line.addAll(javaOptions);
        line.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "drds.Main",
                "--config",
                directory.resolve("drds.yaml").toString()));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** It doesn't start while an instance is away: it is tried until it does, as a service manager would. */
    void awaitDrds() throws IOException {
        long end = System.nanoTime() + UP.toNanos();
        while (!answers()) {
            if (!drds.isAlive()) {
                drds = launch();
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("DRDS doesn't come up: see " + log());
            }
            Moments.pass(Duration.ofMillis(50));
        }
    }

    private boolean answers() {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException notYet) {
            return false;
        }
    }

    void killDrds() {
        drds.destroyForcibly();
        try {
            drds.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts DRDS anew, with these options of its Java virtual machine. */
    void restartDrds(String... options) throws IOException {
        killDrds();
        javaOptions = List.of(options);
        awaitDrds();
    }

    boolean drdsRuns() {
        return drds.isAlive();
    }

    long drdsPid() {
        return drds.pid();
    }

    /** A connection to DRDS. @param database may be empty */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/" + database
                + "?user=root&sslMode=disable&connectTimeout=3000&socketTimeout=60000");
    }

    // ---- the steps of commits ----

    /** The next commit that comes there stops. */
    void stopAt(CommitStep step) throws IOException {
        Files.writeString(directory.resolve("stops").resolve("stop-" + step), "");
    }

    boolean isStoppedAt(CommitStep step) {
        return Files.exists(directory.resolve("stops").resolve("stopped-" + step));
    }

    /** Lets the stopped commit go on to a later step. */
    void goOnTo(CommitStep from, CommitStep to) throws IOException {
        stopAt(to);
        Files.delete(directory.resolve("stops").resolve("stopped-" + from));
        if (!Moments.await(Duration.ofSeconds(20), () -> isStoppedAt(to))) {
            throw new AssertionError("the commit doesn't come to " + to);
        }
    }

    void clearStops() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("stops"))) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    // ---- processes ----

    static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As kill -9, until it is up again. */
    void killInstance(int index) throws InterruptedException {
        int starts = instance(index).starts();
        instance(index).kill();
        awaitInstance(index, starts + 1);
    }

    void awaitInstance(int index, int starts) throws InterruptedException {
        try {
            instances.instance(index).awaitStarts(starts, UP);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** What an instance has prepared, asked beside DRDS. */
    List<String> prepared(int index) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:mariadb://127.0.0.1:"
                        + instances.instance(index).port() + "/?user=root&sslMode=disable");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("XA RECOVER")) {
            while (rows.next()) {
                found.add("g" + index + " " + rows.getString(4));
            }
        }
        return found;
    }

    List<String> prepared() throws SQLException {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            found.addAll(prepared(i));
        }
        return found;
    }

    /** Recovery has ended all branches. @param when for the message */
    void awaitNothingPrepared(String when) {
        assertThat(Moments.await(RECOVERED, () -> preparedOrFailure().isEmpty()))
                .as(() -> when + ": prepared after " + RECOVERED + ": " + preparedOrFailure())
                .isTrue();
    }

    private List<String> preparedOrFailure() {
        try {
            return prepared();
        } catch (SQLException e) {
            return List.of(e.toString());
        }
    }

    @Override
    public void close() throws Exception {
        killDrds();
        for (CutProxy network : networks) {
            network.close();
        }
        instances.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
