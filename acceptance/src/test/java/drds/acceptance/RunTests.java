package drds.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Runs {@code .test} files by hand against servers that are up already; see {@code acceptance/README.md}. */
public final class RunTests {
    private static final String USAGE =
            "usage: RunTests --drds PORT --reference PORT [--topology one,spread,otherkeys] [--full-metadata] [--causes] [--loaded DATASET] [--times COUNT] [--random COUNT --seed SEED] FILE|FOLDER...";

    private int drdsPort;
    private int referencePort;
    private Set<Topology> topologies = EnumSet.of(Topology.ONE, Topology.SPREAD, Topology.OTHERKEYS);
    private boolean fullMetadata;
    private boolean causes;
    private int times = 1;
    private int random;
    private long seed = 1;
    private final List<String> loaded = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    private RunTests() {}

    public static void main(String[] arguments) throws IOException {
        var run = new RunTests();
        if (!run.read(arguments)) {
            System.err.println(USAGE);
            System.exit(2);
        }
        System.exit(run.run() ? 0 : 1);
    }

    private boolean read(String[] arguments) throws IOException {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--drds" -> drdsPort = Integer.parseInt(arguments[++i]);
                case "--reference" -> referencePort = Integer.parseInt(arguments[++i]);
                case "--full-metadata" -> fullMetadata = true;
                case "--causes" -> causes = true;
                case "--random" -> random = Integer.parseInt(arguments[++i]);
                case "--times" -> times = Integer.parseInt(arguments[++i]);
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--loaded" -> loaded.add(arguments[++i]);
                case "--topology" -> {
                    topologies = EnumSet.noneOf(Topology.class);
                    for (String name : arguments[++i].split(",")) {
                        topologies.add(Topology.valueOf(name.toUpperCase(Locale.ROOT)));
                    }
                }
                default -> files.addAll(filesIn(Path.of(arguments[i])));
            }
        }
        return drdsPort > 0 && referencePort > 0 && !files.isEmpty();
    }

    /** The {@code .test} files below the path, sorted; the path itself if it is a file. */
    static List<Path> filesIn(Path path) throws IOException {
        try (Stream<Path> paths = Files.walk(path.toAbsolutePath())) {
            return paths.filter(file -> file.toString().endsWith(".test"))
                    .sorted()
                    .toList();
        }
    }

    private boolean run() throws IOException {
        boolean agree = true;
        for (Topology topology : topologies) {
            var differences = new ArrayList<Run.Difference>();
            try (var run = new Run(
                    topology, drdsPort, referencePort, dataSets(files.getFirst()), new Comparison(fullMetadata))) {
                run.times(times);
                loaded.forEach(run::alreadyLoaded);
                var tests = new ArrayList<TestFile>();
                for (Path file : files) {
                    tests.add(TestFile.read(file));
                }
                if (random > 0) {
                    tests = new ArrayList<>(List.of(TestFile.random(seed, random)));
                }
                for (TestFile test : tests) {
                    Run.Result result = run.file(test);
                    differences.addAll(result.differences());
                    result.differences().forEach(System.out::println);
                }
                if (causes) {
                    printCauses(differences);
                }
                run.agreeing().forEach(System.out::println);
                System.out.println(run.total());
            }
            agree &= differences.isEmpty();
        }
        return agree;
    }

    private static void printCauses(List<Run.Difference> differences) {
        var causes = new TreeMap<String, List<Run.Difference>>();
        differences.forEach(difference -> causes.computeIfAbsent(cause(difference.detail()), _ -> new ArrayList<>())
                .add(difference));
        System.out.println("--- causes");
        causes.entrySet().stream()
                .sorted((a, b) -> b.getValue().size() - a.getValue().size())
                .forEach(entry -> {
                    Run.Difference first = entry.getValue().getFirst();
                    System.out.printf(
                            "%5d  %s    e.g. %s/%s:%d%n",
                            entry.getValue().size(),
                            entry.getKey(),
                            TestFile.feature(first.file()),
                            first.file().getFileName(),
                            first.line());
                });
    }

    /** What DRDS said, without names and numbers, so that like differences fall together. */
    static String cause(String detail) {
        int drds = detail.indexOf("drds:  ");
        String line =
                drds >= 0 ? detail.substring(drds) : detail.lines().findFirst().orElse("");
        String plain = line.replaceAll("'[^']*'", "'...'")
                .replaceAll("\\[\\[.*", "[...]")
                .replaceAll("(?<!ERROR )\\d+", "n");
        return plain.length() > 160 ? plain.substring(0, 160) : plain.replace('\n', ' ');
    }

    /** The folder {@code datasets} beside the folder {@code sql} in which the file lies; else the file's own folder. */
    static Path dataSets(Path file) {
        for (Path folder = file.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            if (folder.endsWith("sql")) {
                return folder.resolveSibling("datasets");
            }
        }
        return file.resolveSibling("");
    }
}
