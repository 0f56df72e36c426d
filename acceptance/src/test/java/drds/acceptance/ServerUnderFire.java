package drds.acceptance;

import drds.catalog.GroupDefinition;
import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A DRDS in a process of its own before two instances, each of which can be killed with -9 and comes up again. */
final class ServerUnderFire implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.nio=ALL-UNNAMED",
            "-Dio.netty.tryReflectionSetAccessible=true",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m");

    private final InstanceSet instances;
    private final Path folder;
    private final int port;
    private Process server;

    ServerUnderFire() throws Exception {
        instances = InstanceSet.temporary(2, InstanceOptions.tests());
        folder = Files.createTempDirectory("drds-fire");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        StringBuilder yaml = new StringBuilder("port: " + port + "\ndata-dir: data\ngroups:\n");
        for (int i = 0; i < 2; i++) {
            GroupDefinition.Instance place = new GroupDefinition.Instance(
                    "127.0.0.1", instances.instance(i).port(), "root", "");
            yaml.append("  - name: g").append(i).append("\n    primary: {host: 127.0.0.1, port: ");
            yaml.append(place.port()).append(", user: root}\n");
        }
        Files.writeString(folder.resolve("drds.yaml"), yaml);
        server = launch();
    }

    private Process launch() throws IOException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "drds.Main", "--config", "drds.yaml"));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    Connection connect(String database) throws SQLException {
        return JdbcDriver.MARIADB_CONNECTOR_J.connect(port, database, "&connectTimeout=2000&socketTimeout=60000");
    }

    /** kill -9, and again from the start: nothing of the process is left but its data directory. */
    void killServer() throws Exception {
        server.destroyForcibly().waitFor();
        server = launch();
    }

    void killInstance(int index) {
        instances.instance(index).kill();
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() throws Exception {
        server.destroy();
        server.waitFor();
        instances.close();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
