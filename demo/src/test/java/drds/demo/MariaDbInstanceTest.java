package drds.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MariaDbInstanceTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void answersWithTheDefaultsOfADemoAndKeepsItsData() throws Exception {
        int port = Ports.free();
        try (InstanceSet set = start(port)) {
            assertThat(query(port, "SELECT @@character_set_server, @@collation_server, @@binlog_format, @@log_bin"))
                    .isEqualTo("utf8mb4 utf8mb4_general_ci ROW 1");
            update(port, "CREATE DATABASE kept");
            assertThat(set.instance(0).pid()).isPositive();
        }
        assertThat(Ports.isFree(port)).isTrue();
        try (InstanceSet _ = start(port)) {
            assertThat(query(port, "SHOW DATABASES LIKE 'kept'")).isEqualTo("kept");
        }
        assertThat(lines).noneMatch(line -> line.contains("died"));
    }

    @Test
    void startsAgainWhatWasKilled() throws Exception {
        int port = Ports.free();
        try (InstanceSet set = start(port)) {
            MariaDbInstance instance = set.instance(0);
            long before = instance.pid();
            instance.kill();
            instance.awaitStarts(2, Duration.ofSeconds(60));
            assertThat(query(port, "SELECT 1")).isEqualTo("1");
            assertThat(instance.pid()).isNotEqualTo(before);
        }
        assertThat(lines).anyMatch(line -> line.contains("died, signal 9"));
    }

    @Test
    void stopsALeftOverServerBeforeItStarts() throws Exception {
        int port = Ports.free();
        start(port).close();
        ServerCommand command =
                new ServerCommand(binaries(), directory.resolve("s1"), port, 1, InstanceOptions.tests());
        Process leftOver = new ProcessBuilder(command.run())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InstanceSet set = start(port)) {
            assertThat(leftOver.waitFor(1, TimeUnit.SECONDS)).isTrue();
            assertThat(set.instance(0).pid()).isNotEqualTo(leftOver.pid());
        }
        assertThat(lines).anyMatch(line -> line.contains("still runs from an earlier start"));
    }

    @Test
    void tellsWhyItCanNotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("s1 (port " + taken.getLocalPort() + ") ended while starting")
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void namesAMissingServerProgram() {
        assertThatThrownBy(() -> MariaDbBinaries.at(directory.resolve("nothing")))
                .isInstanceOf(StartFailure.class)
                .hasMessage("no MariaDB server program at " + directory.resolve("nothing"));
    }

    @Test
    void givesADirectoryToOneProcessOnly() throws Exception {
        try (DataDirectory _ = DataDirectory.lock(directory.resolve("data"))) {
            assertThatThrownBy(() -> DataDirectory.lock(directory.resolve("data")))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("another DRDS already runs");
        }
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.lock(file.resolve("data"))).isInstanceOf(StartFailure.class);
    }

    private InstanceSet start(int port) throws InterruptedException {
        return InstanceSet.start(directory, List.of(port), binaries(), InstanceOptions.tests(), lines::add);
    }

    private static MariaDbBinaries binaries() {
        return MariaDbBinaries.unpacked(MariaDbBinaries.defaultCache(), System.err::println);
    }

    private static String query(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            StringBuilder values = new StringBuilder(rows.getString(1));
            for (int column = 2; column <= rows.getMetaData().getColumnCount(); column++) {
                values.append(' ').append(rows.getString(column));
            }
            return values.toString();
        }
    }

    private static void update(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?user=root");
    }
}
