package drds.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A {@code .test} file: statements that end with a semicolon, and directives, lines that begin with {@code --} and a letter.
 * README.md lists the directives; an unknown one is refused.
 */
record TestFile(
        Path path,
        Optional<String> shared,
        List<String> copied,
        Map<String, String> shards,
        Map<String, String> otherShards,
        List<String> broadcast,
        List<Step> steps) {

    /** A statement and what its directives ask for. */
    record Step(
            int line,
            String sql,
            String connection,
            boolean foundRows,
            Directives directives,
            List<List<Parameter>> parameters) {

        boolean has(String directive) {
            return directives.values.containsKey(directive);
        }

        /** The same without a directive. */
        Step without(String directive) {
            var left = new HashMap<>(directives.values);
            left.remove(directive);
            return new Step(line, sql, connection, foundRows, new Directives(left), parameters);
        }

        Optional<String> argument(String directive) {
            return Optional.ofNullable(directives.values.get(directive));
        }

        /** True if a difference is wanted, or known, under the topology: {@code --difference [one,spread:] reason}. */
        boolean mayDiffer(Topology topology) {
            return argument("difference")
                    .map(reason -> {
                        Matcher named = TOPOLOGIES.matcher(reason);
                        return !named.lookingAt()
                                || List.of(named.group(1).split(","))
                                        .contains(topology.name().toLowerCase(Locale.ROOT));
                    })
                    .orElse(false);
        }

        /** True if the rows' order is the statement's own: it ends with an ORDER BY, or is a SHOW. */
        boolean ordered() {
            return !has("unsorted") && (has("sorted") || LISTS.matcher(sql).lookingAt() || Text.endsWithOrderBy(sql));
        }

        boolean query() {
            return QUERY.matcher(sql).lookingAt();
        }

        boolean write() {
            return WRITE.matcher(sql).lookingAt();
        }

        private static final Pattern TOPOLOGIES =
                Pattern.compile("((?:one|spread|otherkeys)(?:,(?:one|spread|otherkeys))*):");
        private static final Pattern LISTS = Pattern.compile("(?i)(show|describe|desc)\\s");
        private static final Pattern QUERY = Pattern.compile("(?i)\\(*\\s*(select|with|values|table)\\b");
        private static final Pattern WRITE = Pattern.compile("(?i)(insert|update|delete|replace)\\b");
    }

    /** The directives before one statement, with their arguments. */
    record Directives(Map<String, String> values) {
        private static final List<String> KNOWN = List.of(
                "sorted",
                "unsorted",
                "no-types",
                "skip",
                "difference",
                "error",
                "text",
                "any-id",
                "no-info",
                "no-warnings");
    }

    static TestFile read(Path path) throws IOException {
        return new Reader(path).read(Files.readString(path));
    }

    /** Queries made up from the seed over the data set {@code numbers}; where the reference refuses one, DRDS must too. */
    static TestFile random(long seed, int count) {
        var queries = new RandomQueries(new Random(seed));
        var steps = IntStream.rangeClosed(1, count)
                .mapToObj(number -> new Step(
                        number,
                        queries.next(),
                        "main",
                        false,
                        new Directives(Map.of("may-fail", "", "no-warnings", "")),
                        List.of()))
                .toList();
        return new TestFile(
                Path.of("random", "seed " + seed),
                Optional.of("numbers"),
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                steps);
    }

    /** This data set with the shard keys that the file gives, where it gives some. */
    TestFile placedBy(TestFile file) {
        return new TestFile(
                path,
                shared,
                copied,
                merged(shards, file.shards),
                merged(otherShards, file.otherShards),
                broadcast,
                steps);
    }

    private static Map<String, String> merged(Map<String, String> rules, Map<String, String> stronger) {
        var all = new HashMap<>(rules);
        all.putAll(stronger);
        return all;
    }

    /** The name of the folder in which a file lies. */
    static String feature(Path file) {
        return file.getName(file.getNameCount() - 2).toString();
    }

    /** The folder and the name without its ending, as a database's name. */
    String database() {
        String name = feature(path) + "_" + path.getFileName().toString().replace(".test", "");
        return "t_" + name.replaceAll("\\W", "_").toLowerCase(Locale.ROOT);
    }

    private static final class Reader {
        private static final Pattern DIRECTIVE = Pattern.compile("--([a-z][a-z0-9-]*)(?:\\s+(.*))?");
        private static final Pattern SHARD = Pattern.compile("(\\S+)\\s+by\\s+(.*)");

        private final Path path;
        private final List<String> copied = new ArrayList<>();
        private final List<String> broadcast = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final Map<String, String> shards = new HashMap<>();
        private final Map<String, String> otherShards = new HashMap<>();
        private Optional<String> shared = Optional.empty();
        private String connection = "main";
        private boolean foundRows;
        private String delimiter = ";";
        private Map<String, String> directives = new HashMap<>();
        private List<List<Parameter>> parameters = new ArrayList<>();

        Reader(Path path) {
            this.path = path;
        }

        TestFile read(String text) {
            int at = 0;
            int line = 1;
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                end = end < 0 ? text.length() : end;
                String first = text.substring(at, end).strip();
                if (first.isEmpty() || first.startsWith("#") || first.equals("--") || first.startsWith("-- ")) {
                    at = end + 1;
                    line++;
                } else if (first.startsWith("--")) {
                    directive(first, line);
                    at = end + 1;
                    line++;
                } else {
                    int semicolon = Text.endOfStatement(text, at, delimiter);
                    if (semicolon < 0) {
                        throw new IllegalArgumentException(path + ":" + line + ": the statement has no end");
                    }
                    step(text.substring(at, semicolon), line);
                    line += (int) text.substring(at, semicolon)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
                    at = semicolon + delimiter.length();
                }
            }
            return new TestFile(path, shared, copied, shards, otherShards, broadcast, steps);
        }

        private void step(String sql, int line) {
            int lead = sql.length() - sql.stripLeading().length();
            int firstLine = line
                    + (int) sql.substring(0, lead)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            steps.add(new Step(firstLine, sql.strip(), connection, foundRows, new Directives(directives), parameters));
            directives = new HashMap<>();
            parameters = new ArrayList<>();
        }

        private void directive(String line, int number) {
            var matcher = DIRECTIVE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(path + ":" + number + ": " + line);
            }
            String argument = Optional.ofNullable(matcher.group(2)).orElse("").strip();
            switch (matcher.group(1)) {
                case "uses" -> shared = Optional.of(argument);
                case "loads" -> copied.addAll(List.of(argument.split("\\s+")));
                case "shard" -> shard(shards, argument, number);
                case "shard2" -> shard(otherShards, argument, number);
                case "broadcast2" -> broadcast.add(argument);
                case "connection" -> {
                    connection = argument.split("\\s+")[0];
                    foundRows = argument.endsWith(" found-rows");
                }
                case "delimiter" -> delimiter = argument;
                case "parameters" -> parameters.add(Parameter.list(argument));
                case String name when Directives.KNOWN.contains(name) -> directives.put(name, argument);
                default -> throw new IllegalArgumentException(path + ":" + number + ": no such directive: " + line);
            }
        }

        private void shard(Map<String, String> rules, String argument, int number) {
            var matcher = SHARD.matcher(argument);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        path + ":" + number + ": --shard TABLE by (COLUMN) or by FUNCTION(...)");
            }
            String function = matcher.group(2).strip();
            rules.put(matcher.group(1), function.startsWith("(") ? "HASH" + function : function);
        }
    }
}
