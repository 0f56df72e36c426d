package drds.acceptance;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs scripts of MariaDB's test suite by hand, on servers that it starts: see {@code acceptance/README.md}.
 * A script is named without its ending.
 */
public final class RunSuite {
    private RunSuite() {}

    public static void main(String[] arguments) throws Exception {
        boolean otherKeys = false;
        boolean causes = false;
        var names = new ArrayList<String>();
        for (String argument : arguments) {
            switch (argument) {
                case "--otherkeys" -> otherKeys = true;
                case "--causes" -> causes = true;
                case "--all" -> MariaDbSuite.files().forEach(file -> names.add(file.name()));
                default -> names.add(argument);
            }
        }
        boolean agree;
        try (Cluster cluster = Cluster.start(MariaDbSuite.SHARDS_PER_GROUP);
                InstanceSet other = InstanceSet.temporary(1, InstanceOptions.tests())) {
            var ports = new SuiteSession.Ports(
                    cluster.drdsPort(),
                    cluster.referencePort(),
                    other.instance(0).port());
            agree = run(new SuiteRun(ports, otherKeys, MariaDbSuite.reasons()), names, causes);
        }
        System.exit(agree ? 0 : 1);
    }

    private static boolean run(SuiteRun run, List<String> names, boolean causes) throws Exception {
        var differences = new ArrayList<SuiteRun.Difference>();
        for (String name : names) {
            long start = System.nanoTime();
            SuiteRun.Result result = run.file(MariaDbSuite.script(name));
            result.differences().forEach(System.out::println);
            differences.addAll(result.differences());
            System.out.printf(
                    "=== %s: %d compared, %d differ (%d of them consequences), %d without one right answer, %d may differ, %d not sent, %d ms%n",
                    name,
                    result.compared(),
                    result.differences().size(),
                    result.differences().stream()
                            .filter(SuiteRun.Difference::consequence)
                            .count(),
                    result.undetermined(),
                    result.excused(),
                    result.notSent(),
                    (System.nanoTime() - start) / 1_000_000);
        }
        if (causes) {
            printCauses(differences);
        }
        run.reasonsUsed().forEach((reason, count) -> System.out.printf("%6d %s%n", count, reason));
        System.out.println(run.total());
        return differences.isEmpty();
    }

    private static void printCauses(List<SuiteRun.Difference> differences) {
        Map<String, List<SuiteRun.Difference>> causes = new TreeMap<>();
        for (SuiteRun.Difference difference : differences) {
            if (!difference.consequence()) {
                causes.computeIfAbsent(RunTests.cause(difference.detail()), _ -> new ArrayList<>())
                        .add(difference);
            }
        }
        System.out.println("--- causes");
        causes.entrySet().stream()
                .sorted((a, b) -> b.getValue().size() - a.getValue().size())
                .forEach(cause -> System.out.printf(
                        "%5d  %s    e.g. %s:%d%n",
                        cause.getValue().size(),
                        cause.getKey(),
                        cause.getValue().getFirst().file(),
                        cause.getValue().getFirst().line()));
    }
}
