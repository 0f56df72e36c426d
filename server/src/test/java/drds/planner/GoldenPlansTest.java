package drds.planner;

import static org.assertj.core.api.Assertions.assertThat;

import drds.error.SqlError;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case in src/test/resources/planner/*.txt is a query and, indented below it, its plan; refused SQL is recorded as its
 * error. {@code -Dgolden.update=true} writes the plans as they are now; the diff is read by a person.
 *
 * <p>A line {@code -- database: x} before a query sets its current database, {@code -- parameters: 1 | 'a'} its parameters,
 * {@code -- rows: 1000} how many rows every table is known to have.
 */
class GoldenPlansTest {
    private static final Path FOLDER = Path.of("src/test/resources/planner");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    @TestFactory
    Stream<DynamicTest> plans() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(FOLDER)) {
            files = found.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : files) {
            tests.addAll(UPDATE ? List.of(update(file)) : cases(file));
        }
        return tests.stream();
    }

    private static DynamicTest update(Path file) {
        return DynamicTest.dynamicTest("rewrite " + file.getFileName(), () -> {
            String text = blocks(file).stream()
                    .map(b -> isComment(b) ? b : query(b) + "\n" + plan(query(b)))
                    .collect(Collectors.joining("\n\n", "", "\n"));
            Files.writeString(file, text);
        });
    }

    private static List<DynamicTest> cases(Path file) throws IOException {
        return blocks(file).stream()
                .filter(b -> !isComment(b))
                .map(b -> DynamicTest.dynamicTest(
                        file.getFileName() + ": " + query(b),
                        () -> assertThat(query(b) + "\n" + plan(query(b))).isEqualTo(b)))
                .toList();
    }

    private static List<String> blocks(Path file) throws IOException {
        return Stream.of(Files.readString(file).split("\n\\s*\n"))
                .map(String::strip)
                .filter(b -> !b.isEmpty())
                .toList();
    }

    private static boolean isComment(String block) {
        return block.startsWith("#");
    }

    private static String query(String block) {
        return block.lines().filter(l -> !l.startsWith("  ")).collect(Collectors.joining("\n"));
    }

    private static String plan(String query) {
        String database = "shop";
        @Nullable List<String> parameters = null;
        TableSizes sizes = TableSizes.UNKNOWN;
        StringBuilder sql = new StringBuilder();
        for (String line : query.lines().toList()) {
            if (line.startsWith("-- database: ")) {
                database = line.substring("-- database: ".length());
            } else if (line.startsWith("-- parameters: ")) {
                parameters = List.of(line.substring("-- parameters: ".length()).split(" \\| "));
            } else if (line.startsWith("-- rows: ")) {
                long rows = Long.parseLong(line.substring("-- rows: ".length()));
                sizes = (of, table) -> rows;
            } else {
                sql.append(sql.isEmpty() ? "" : "\n").append(line);
            }
        }
        return plan(sql.toString(), Shop.context(database.equals("none") ? null : database, parameters, sizes));
    }

    private static String plan(String sql, PlanningContext context) {
        try {
            Plan plan = Planner.plan(new SqlParser(ParserModes.DEFAULT).parse(sql), context);
            return PlanText.of(plan).stream()
                    .map(l -> "  " + l.step() + (l.place().isEmpty() ? "" : " " + l.place()) + ": "
                            + l.sql().replace("\n", " "))
                    .collect(Collectors.joining("\n"));
        } catch (SqlError error) {
            return "  error " + error.number() + " (" + error.sqlState() + "): " + error.message();
        }
    }
}
