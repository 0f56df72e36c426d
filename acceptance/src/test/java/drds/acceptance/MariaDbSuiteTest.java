package drds.acceptance;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Scripts of MariaDB's own test suite with sharded tables. The short part runs in every test run; {@code -Ddrds.suite=all}
 * runs all scripts, {@code -Ddrds.suite=otherkeys} all with the tables sharded by other columns on two levels.
 */
@EnabledIf("drds.acceptance.MariaDbSuite#installed")
class MariaDbSuiteTest {
    private static final String PART = System.getProperty("drds.suite", "short");
    private static final List<AutoCloseable> SERVERS = new ArrayList<>();
    private static final List<SuiteRun> RUNS = new ArrayList<>();

    @TestFactory
    Stream<DynamicTest> answersAsOneMariaDbDoes() throws Exception {
        Cluster cluster = Cluster.start(MariaDbSuite.SHARDS_PER_GROUP);
        SERVERS.add(cluster);
        InstanceSet other = InstanceSet.temporary(1, InstanceOptions.tests());
        SERVERS.add(other);
        var ports = new SuiteSession.Ports(
                cluster.drdsPort(), cluster.referencePort(), other.instance(0).port());
        var run = new SuiteRun(ports, PART.equals("otherkeys"), MariaDbSuite.reasons());
        RUNS.add(run);
        return MariaDbSuite.files().stream()
                .filter(file -> file.shortPart() || !PART.equals("short"))
                .map(file -> dynamicTest(file.name(), () -> {
                    List<SuiteRun.Difference> differences =
                            run.file(MariaDbSuite.script(file.name())).differences();
                    if (!differences.isEmpty()) {
                        Assertions.fail(differences.size() + " differences\n"
                                + differences.stream().map(String::valueOf).collect(Collectors.joining("\n")));
                    }
                }));
    }

    @AfterAll
    static void printTotals() throws Exception {
        for (SuiteRun run : RUNS) {
            run.reasonsUsed().forEach((reason, count) -> System.out.printf("%6d %s%n", count, reason));
            System.out.println(run.total());
        }
        for (AutoCloseable server : SERVERS) {
            server.close();
        }
    }
}
