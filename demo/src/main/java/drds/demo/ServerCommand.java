package drds.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command lines of one instance. Configuration files of the machine are never read.
 *
 * @param directory the instance's own, absolute
 */
record ServerCommand(MariaDbBinaries binaries, Path directory, int port, int serverId, InstanceOptions options) {
    /** Linux takes 107 bytes as the path of a Unix socket. */
    private static final int SOCKET_PATH_LIMIT = 107;

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final String REDO_LOG = "--innodb-log-file-size=64M";

    Path dataDirectory() {
        return directory.resolve("data");
    }

    Path temporaryDirectory() {
        return directory.resolve("tmp");
    }

    /** In the instance's directory, or under /tmp where that path would be too long. */
    Path socket() {
        Path near = directory.resolve("socket");
        if (near.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_LIMIT) {
            return near;
        }
        return Path.of("/tmp", "drds-" + Integer.toHexString(directory.hashCode()) + "-" + port + ".sock");
    }

    /**
     * Makes a data directory with MySQL's own tables and a root account without a password for this machine. The script
     * splits paths at spaces: give it none.
     */
    List<String> install(Path dataDirectory, Path temporaryDirectory) {
        List<String> line = new ArrayList<>(List.of(
                binaries.installer().toString(),
                "--no-defaults",
                "--basedir=" + binaries.base(),
                "--datadir=" + dataDirectory,
                "--tmpdir=" + temporaryDirectory,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                REDO_LOG));
        addUser(line);
        return line;
    }

    /** In a session of its own: a signal meant for DRDS and its process group, such as Ctrl-C's, must not reach it. */
    List<String> run() {
        List<String> line = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            line.add(SETSID.toString());
        }
        line.addAll(List.of(
                binaries.mariadbd().toString(),
                "--no-defaults",
                "--basedir=" + binaries.base(),
                "--datadir=" + dataDirectory(),
                "--tmpdir=" + temporaryDirectory(),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + socket(),
                "--pid-file=" + directory.resolve("pid"),
                "--skip-name-resolve",
                "--skip-ssl", // on the loopback only, and making a key takes the server many seconds
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_general_ci",
                "--local-infile=1",
                "--max-allowed-packet=1G",
                "--max-connections=1000",
                "--max-prepared-stmt-count=1000000",
                "--table-open-cache=4000",
                "--performance-schema=OFF"));
        addStorage(line);
        addBinlog(line);
        addUser(line);
        line.addAll(options.extraArguments());
        return line;
    }

    private void addStorage(List<String> line) {
        line.add("--innodb-buffer-pool-size=" + options.bufferPoolMegabytes() + "M");
        line.add("--innodb-flush-log-at-trx-commit=" + (options.durable() ? 1 : 2));
        line.add(REDO_LOG);
        line.add("--aria-pagecache-buffer-size=32M");
    }

    private void addBinlog(List<String> line) {
        line.add("--server-id=" + serverId);
        line.add("--log-bin=binlog");
        line.add("--binlog-format=ROW");
        line.add("--log-slave-updates");
        line.add("--max-binlog-size=256M");
        line.add("--expire-logs-days=1");
    }

    /** The server refuses to run as root unless told to. */
    private void addUser(List<String> line) {
        try {
            if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                line.add("--user=root");
            }
        } catch (IOException e) {
            throw new StartFailure("can't tell which user this is: " + MariaDbBinaries.reason(e), e);
        }
    }
}
