package drds.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;

/**
 * The sample database of a demo. A file beside the data remembers how far it came: a load that was interrupted is dropped
 * and done again, a database that the user changed or dropped later is left alone.
 *
 * @param marker that file
 * @param port of DRDS
 */
record Sample(Path marker, int port) {
    private static final String DATABASE = "tpch";
    private static final String SCALE = "0.01";
    private static final String LOADING = "loading";
    private static final String COMPLETE = "complete";

    /** Loads the database unless that was done before. */
    void ensure(Consumer<String> progress) throws InterruptedException {
        String state = state();
        if (state.equals(COMPLETE)) {
            return;
        }
        if (state.equals(LOADING)) {
            progress.accept("the sample was not loaded to its end: dropping it");
            dropUnfinished();
        } else if (exists()) {
            progress.accept("database " + DATABASE + " is there already: no sample loaded");
            return;
        }
        progress.accept("loading the sample: TPC-H at scale " + SCALE + " into database " + DATABASE);
        write(LOADING);
        runLoader();
        write(COMPLETE);
    }

    /** A process of its own: the generator's memory goes with it. Its output is ours, its last error the reason. */
    private void runLoader() throws InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process loader;
        try {
            loader = new ProcessBuilder(List.of(
                            java.toString(),
                            "--sun-misc-unsafe-memory-access=allow",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx1g",
                            "-cp",
                            System.getProperty("java.class.path"),
                            TpchLoader.class.getName(),
                            "--port=" + port,
                            "--database=" + DATABASE,
                            "--scale=" + SCALE))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(errors().toFile())
                    .start();
        } catch (IOException e) {
            throw new StartFailure("can't start the sample's loader: " + MariaDbBinaries.reason(e), e);
        }
        try {
            if (loader.waitFor() != 0) {
                throw new StartFailure(lastError() + " (--empty starts without the sample)");
            }
        } finally {
            loader.destroyForcibly(); // when interrupted; the unfinished database is dropped at the next start
        }
    }

    private Path errors() {
        return marker.resolveSibling(marker.getFileName() + ".errors");
    }

    private String lastError() {
        try {
            String last = Files.readAllLines(errors()).stream().reduce("", (before, line) -> line);
            return last.isEmpty() ? "the sample's loader failed" : last.replaceFirst("^drds: ", "");
        } catch (IOException e) {
            throw new StartFailure("can't read " + errors() + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private boolean exists() {
        return onDrds(statement -> {
            try (ResultSet rows = statement.executeQuery("SHOW DATABASES LIKE '" + DATABASE + "'")) {
                return rows.next();
            }
        });
    }

    private void dropUnfinished() {
        onDrds(statement -> statement.execute("DROP DATABASE IF EXISTS " + DATABASE));
    }

    /** Something asked of DRDS. */
    private interface Question<T> {
        T ask(Statement statement) throws SQLException;
    }

    private <T> T onDrds(Question<T> question) {
        try (Connection connection = DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?user=root");
                Statement statement = connection.createStatement()) {
            return question.ask(statement);
        } catch (SQLException e) {
            throw new StartFailure("preparing the sample: " + e.getMessage(), e);
        }
    }

    private String state() {
        try {
            return Files.exists(marker) ? Files.readString(marker).strip() : "";
        } catch (IOException e) {
            throw new StartFailure("can't read " + marker + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private void write(String state) {
        try {
            Files.writeString(marker, state + "\n");
        } catch (IOException e) {
            throw new StartFailure("can't write " + marker + ": " + MariaDbBinaries.reason(e), e);
        }
    }
}
