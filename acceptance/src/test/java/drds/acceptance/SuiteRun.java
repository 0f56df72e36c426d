package drds.acceptance;

import drds.acceptance.SuiteSession.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Runs scripts of MariaDB's test suite, statement by statement, and collects in what DRDS differs. */
final class SuiteRun {
    /** One difference. It may be the consequence of an earlier one, after which a table holds other rows. */
    record Difference(String file, int line, String sql, String detail, boolean consequence) {
        @Override
        public String toString() {
            return "%s:%d%s%n  %s%n    %s"
                    .formatted(
                            file,
                            line,
                            consequence ? " (a table differs since before)" : "",
                            sql.replace("\n", "\n  "),
                            detail.replace("\n", "\n    "));
        }
    }

    /** What became of a file's statements. */
    record Result(int compared, int undetermined, int excused, int notSent, List<Difference> differences) {}

    private static final Pattern ENGINE = Pattern.compile(
            "(?i)(\\bengine\\s*=?\\s*|\\btype\\s*=\\s*|storage_engine\\s*=\\s*)'?(?:myisam|aria|maria|memory|heap)\\b'?");
    private static final Pattern PLACING = Pattern.compile("(?is)\\n?DBPARTITION BY .*|\\n?BROADCAST$");
    private static final Pattern CHANGE = Pattern.compile(
            "(?is)\\s*(?:insert|replace|update|delete|load|truncate|create|alter|drop|rename|with)\\b.*");
    private static final int ATTEMPTS = 60;
    private static final long ATTEMPT_PAUSE_NANOS = 500_000_000;
    private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\w$]*");

    private final SuiteSession.Ports ports;
    private final boolean otherKeys;
    private final SuiteReasons reasons;
    private final Comparison comparison = new Comparison(false);
    private final Map<String, Integer> reasonsUsed = new TreeMap<>();

    private final List<Result> results = new ArrayList<>();

    private String file = "";
    private int compared;
    private int undetermined;
    private int excused;
    private int notSent;
    private List<Difference> differences = new ArrayList<>();
    private final Set<String> tables = new HashSet<>();
    private final Set<String> differing = new HashSet<>();

    SuiteRun(SuiteSession.Ports ports, boolean otherKeys, SuiteReasons reasons) {
        this.ports = ports;
        this.otherKeys = otherKeys;
        this.reasons = reasons;
    }

    /** Runs one script on servers that are emptied first. */
    Result file(Path path) throws IOException {
        file = path.getFileName().toString();
        compared = 0;
        undetermined = 0;
        excused = 0;
        notSent = 0;
        differences = new ArrayList<>();
        tables.clear();
        differing.clear();
        for (int port : new int[] {ports.reference(), ports.shuffled(), ports.drds()}) {
            empty(port);
        }
        try (var script = new SuiteInterpreter(this, ports, path.getParent())) {
            script.run(path);
        }
        Result result = new Result(compared, undetermined, excused, notSent, differences);
        results.add(result);
        return result;
    }

    /** How often each reason kept a statement back or excused a difference. */
    Map<String, Integer> reasonsUsed() {
        return reasonsUsed;
    }

    /** What was done so far, in one line. */
    String total() {
        return "MariaDB's suite: %d files, %d statements compared, %d differ, %d without one right answer, %d may differ, %d not sent"
                .formatted(
                        results.size(),
                        sum(Result::compared),
                        sum(result -> result.differences().size()),
                        sum(Result::undetermined),
                        sum(Result::excused),
                        sum(Result::notSent));
    }

    private int sum(ToIntFunction<Result> number) {
        return results.stream().mapToInt(number).sum();
    }

    /** Drops what scripts left; an instance that a script has made to crash may be starting again. */
    private static void empty(int port) throws IOException {
        for (int attempt = 1; !emptied(port); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException("no database can be made on port " + port);
            }
            LockSupport.parkNanos(ATTEMPT_PAUSE_NANOS);
        }
    }

    private static boolean emptied(int port) throws IOException {
        try (var client = new Client(port, "root", "", 0)) {
            if (client.query("SHOW DATABASES") instanceof Answer.Rows databases) {
                for (var row : databases.rows()) {
                    String name = String.valueOf(row.getFirst());
                    if (!Set.of("information_schema", "mysql", "performance_schema", "sys")
                            .contains(name.toLowerCase(Locale.ROOT))) {
                        client.query("DROP DATABASE `" + name + "`");
                    }
                }
            }
            return client.query("CREATE DATABASE test") instanceof Answer.Done;
        }
    }

    /** Counts something that is no statement for the servers, or can't be done here. */
    void notSent(String reason) {
        notSent++;
        reasonsUsed.merge("not sent: " + reason, 1, Integer::sum);
    }

    /** Sends a statement to the three servers and compares. */
    void statement(SuiteSession session, int line, String text) throws IOException {
        Optional<String> reason = reasons.notSent(file, text);
        if (reason.isPresent()) {
            notSent(reason.get());
            return;
        }
        String sql = ENGINE.matcher(text).replaceAll("$1InnoDB");
        Optional<String> shuffled =
                SuiteTables.placed(sql, false, column -> "PARTITION BY KEY(" + column + ") PARTITIONS 3");
        Optional<String> sharded = SuiteTables.placed(sql, otherKeys, clause());
        Answers answers = session.ask(sql, shuffled.orElse(sql), sharded.orElse(sql));
        compared++;
        judge(line, sql, answers);
        if (shuffled.isPresent()
                && answers.shuffled() instanceof Answer.Failure
                && answers.reference() instanceof Answer.Done) {
            session.again(false, sql);
        }
        if (sharded.isPresent()
                && answers.drds() instanceof Answer.Failure
                && answers.reference() instanceof Answer.Done) {
            session.again(true, sql);
        }
    }

    private UnaryOperator<String> clause() {
        return otherKeys
                ? column -> "DBPARTITION BY HASH(" + column + ") TBPARTITION BY HASH(" + column + ") TBPARTITIONS 2"
                : column -> "DBPARTITION BY HASH(" + column + ")";
    }

    private void judge(int line, String sql, Answers answers) {
        SuiteTables.created(sql).ifPresent(name -> {
            String plain = name.replace("`", "").toLowerCase(Locale.ROOT);
            tables.add(plain);
            differing.remove(plain);
        });
        Optional<String> difference = difference(line, sql, answers.reference(), answers.drds());
        if (difference.isEmpty() && answers.warnings().isPresent()) {
            difference = comparison.warnings(
                    answers.warnings().get(), answers.drdsWarnings().orElseThrow());
        }
        if (difference.isEmpty()) {
            return;
        }
        boolean determined =
                difference(line, sql, answers.reference(), answers.shuffled()).isEmpty()
                        && !leftOpen(sql, difference.get(), answers);
        Optional<String> reason = reasons.mayDiffer(file, sql);
        if (reason.isPresent()) {
            excused++;
            reasonsUsed.merge("may differ: " + reason.get(), 1, Integer::sum);
        } else if (!determined) {
            undetermined++;
        } else {
            differences.add(new Difference(
                    file, line, sql, difference.get(), names(sql).stream().anyMatch(differing::contains)));
        }
        if (CHANGE.matcher(sql).matches()) {
            names(sql).stream().filter(tables::contains).forEach(differing::add);
        }
    }

    private static boolean leftOpen(String sql, String difference, Answers answers) {
        return difference.startsWith("rows:")
                && !difference.contains("\n")
                && answers.reference() instanceof Answer.Rows wanted
                && answers.drds() instanceof Answer.Rows given
                && SuiteOrder.leftOpen(sql, wanted, given);
    }

    private static List<String> names(String sql) {
        return WORD.matcher(sql)
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .toList();
    }

    private Optional<String> difference(int line, String sql, Answer wanted, Answer given) {
        var directives = new java.util.HashMap<String, String>();
        if (wanted instanceof Answer.Failure failure) {
            directives.put("error", String.valueOf(failure.number()));
        }
        boolean ordered = Text.endsWithOrderBy(sql) && wanted instanceof Answer.Rows;
        directives.put("unsorted", "");
        var step = new TestFile.Step(line, sql, "main", false, new TestFile.Directives(directives), List.of());
        Answer plain = withoutPlacing(given);
        Optional<String> difference = comparison.difference(step, wanted, plain);
        if (difference.isEmpty() && ordered && plain instanceof Answer.Rows rows) {
            return SuiteOrder.difference(sql, (Answer.Rows) wanted, rows);
        }
        return difference;
    }

    /** SHOW CREATE TABLE tells how a table is spread, which a plain MariaDB has no words for. */
    private static Answer withoutPlacing(Answer answer) {
        if (!(answer instanceof Answer.Rows rows)
                || rows.columns().size() < 2
                || !rows.columns().get(1).name().equals("Create Table")) {
            return answer;
        }
        return new Answer.Rows(
                rows.columns(),
                rows.rows().stream()
                        .map(row -> row.stream()
                                .map(cell -> cell == null
                                        ? null
                                        : PLACING.matcher(cell).replaceAll(""))
                                .toList())
                        .map(SuiteRun::same)
                        .toList(),
                rows.warnings(),
                rows.status());
    }

    private static List<@org.jspecify.annotations.Nullable String> same(
            List<@org.jspecify.annotations.Nullable String> row) {
        return row;
    }
}
