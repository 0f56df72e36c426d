package drds.acceptance.fire;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import drds.demo.MariaDbInstance;
import drds.demo.Ports;
import drds.transaction.CommitStep;
import drds.transaction.CommitStops;
import java.io.IOException;
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

/** Three instances, each behind a {@link CutProxy}, and DRDS in a process of its own before them: all of it can be struck. */
final class FireCluster implements AutoCloseable {
    static final int INSTANCES = 3;
    private static final Duration UP = Duration.ofSeconds(90);

    private final Path directory;
    private final InstanceSet instances;
    private final List<CutProxy> networks = new ArrayList<>();
    private final int port = Ports.free();
    private List<String> javaOptions = List.of();
    private Process drds;

    FireCluster() throws Exception {
        directory = Files.createTempDirectory("drds-fire");
        Files.createDirectories(directory.resolve("stops"));
        instances = InstanceSet.temporary(INSTANCES, InstanceOptions.tests().with("--innodb-lock-wait-timeout=5"));
        StringBuilder config = new StringBuilder("host: 127.0.0.1\nport: " + port + "\ndata-dir: "
                + directory.resolve("data") + "\nlog-level: info\ngroups:\n");
        for (int i = 0; i < INSTANCES; i++) {
            CutProxy network = new CutProxy(instances.instance(i).port());
            networks.add(network);
            config.append("  - name: g").append(i).append("\n    primary: {host: 127.0.0.1, port: ");
            config.append(network.port()).append(", user: root, password: \"\"}\n");
        }
        Files.writeString(directory.resolve("drds.yaml"), config);
        drds = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drds.destroyForcibly()));
        awaitDrds();
    }

    int port() {
        return port;
    }

    Path log() {
        return directory.resolve("drds.log");
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
                + "?user=root&sslMode=disable&connectTimeout=3000&socketTimeout=30000");
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
        for (int i = 0; i < INSTANCES; i++) {
            found.addAll(prepared(i));
        }
        return found;
    }

    /** Runs something on an instance, beside DRDS. */
    void onInstance(int index, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:mariadb://127.0.0.1:"
                        + instances.instance(index).port() + "/?user=root&sslMode=disable");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
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
