package drds.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where MariaDB's own test suite lies on this machine, which of its files are used and what may differ. */
final class MariaDbSuite {
    /** The folder of the main suite's scripts, as Debian's package {@code mariadb-test-data} puts them. */
    static final Path FOLDER = Path.of(System.getProperty("drds.suite.folder", "/usr/share/mysql/mysql-test/main"));

    /** Half of the usual: each of the many tables that the scripts make is made on each shard. */
    static final int SHARDS_PER_GROUP = 2;

    private static final Path RESOURCES =
            Path.of(System.getProperty("drds.suite.resources", "src/test/resources/suite"));

    /** A script of the suite; those of the short part run in every test run. */
    record File(String name, boolean shortPart) {}

    private MariaDbSuite() {}

    static boolean installed() {
        return Files.isDirectory(FOLDER);
    }

    /** The scripts that {@code suite/files.txt} lists. */
    static List<File> files() {
        try {
            return Files.readAllLines(RESOURCES.resolve("files.txt")).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> new File(line.replace(" short", ""), line.endsWith(" short")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path script(String name) {
        return FOLDER.resolve(name + ".test");
    }

    static SuiteReasons reasons() throws IOException {
        return SuiteReasons.read(RESOURCES.resolve("reasons.txt"));
    }
}
