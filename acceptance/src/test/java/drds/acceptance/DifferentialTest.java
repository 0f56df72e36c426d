package drds.acceptance;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole corpus under each topology: one test a file. */
@ExtendWith(ClusterExtension.class)
class DifferentialTest {
    private static final Path CORPUS = Path.of("src/test/resources/sql");
    private static final List<Topology> TOPOLOGIES = List.of(Topology.ONE, Topology.SPREAD, Topology.OTHERKEYS);
    private static final List<Run> RUNS = new ArrayList<>();

    @TestFactory
    Stream<DynamicNode> answersAsOneMariaDbDoes(Cluster cluster) throws IOException {
        List<Path> files = RunTests.filesIn(CORPUS);
        return TOPOLOGIES.stream().map(topology -> topology(topology, cluster, files));
    }

    private static DynamicNode topology(Topology topology, Cluster cluster, List<Path> files) {
        var run = new Run(
                topology,
                cluster.drdsPort(),
                cluster.referencePort(),
                RunTests.dataSets(files.getFirst()),
                new Comparison(false));
        RUNS.add(run);
        Map<String, List<Path>> features = files.stream()
                .collect(Collectors.groupingBy(file -> TestFile.feature(file), TreeMap::new, Collectors.toList()));
        return dynamicContainer(
                topology.toString(),
                features.entrySet().stream()
                        .map(feature -> dynamicContainer(
                                feature.getKey(), feature.getValue().stream().map(file -> test(file, run)))));
    }

    private static DynamicTest test(Path file, Run run) {
        return dynamicTest(file.getFileName().toString(), file.toUri(), () -> {
            List<Run.Difference> differences = run.file(file).differences();
            if (!differences.isEmpty()) {
                Assertions.fail(differences.size() + " differences\n"
                        + differences.stream().map(String::valueOf).collect(Collectors.joining("\n")));
            }
        });
    }

    @AfterAll
    static void printTotals() throws IOException {
        for (Run run : RUNS) {
            run.agreeing().forEach(System.out::println);
            System.out.println(run.total());
            run.close();
        }
        RUNS.clear();
    }
}
