package drds.acceptance;

import drds.demo.InstanceOptions;
import drds.demo.InstanceSet;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends made-up queries and changes to DRDS and to one MariaDB. A change runs in a transaction, in which its table is read
 * afterwards, and which is rolled back. The same seed gives the same statements over the same tables.
 */
final class RandomRun implements AutoCloseable {
    /** Refused with a clear error: DRDS's limits, which docs/sql.md lists. */
    private static final Pattern LIMITS = Pattern.compile("ERR_NOT_SUPPORT|ERR_MODIFY_SHARD_COLUMN");
    /** Out of range: whether a row is computed that a condition removes is the server's choice. */
    private static final List<Integer> OF_ROWS = List.of(1690, 1264, 1292, 1366, 1406, 1048, 1265, 1062, 1411, 1441);

    private static final Pattern GROUPS =
            Pattern.compile("(?i)\\b(?:distinct|group by|union|intersect|except|min|max)\\b");
    /** INT or BIGINT, with or without ZEROFILL for a YEAR: what is computed gets the one or the other by the server's plan. */
    private static final Pattern BY_PLAN = Pattern.compile(
            "(?:column \\d+ \\w+: reference type (?:3|8|13|246) [^,\\n]*, drds type (?:3|8|13|246) [^,\\n]*\\n?)+");

    private static final int TOOK_TOO_LONG = 1969;
    private static final int CHANGES_SHARE = 6;

    /** What was done. */
    static final class Total {
        int queries;
        int changes;
        int failing;
        int refused;
        int leftOpen;
        int typedByPlan;
        int lost;
        final List<String> differences = new ArrayList<>();
        final Map<String, Integer> refusals = new HashMap<>();

        @Override
        public String toString() {
            return "%d queries and %d changes; %d were errors on both, %d refused by DRDS, %d left open, %d typed by the plan, %d seeds given up; %d differences"
                    .formatted(queries, changes, failing, refused, leftOpen, typedByPlan, lost, differences.size());
        }
    }

    private final String database;
    private final boolean otherKeys;
    private final Client reference;
    private final Client drds;
    /** A MariaDB that finds its rows in another order: what it answers otherwise than the reference has no single right answer. */
    private final Client shuffled;

    private final Comparison comparison = new Comparison(false);
    private final Total total;
    private long seed;
    /** A connection broke: the rest of this seed's statements is left. */
    private boolean lost;

    RandomRun(SuiteSession.Ports ports, String database, boolean otherKeys, Total total) throws IOException {
        this.database = database;
        this.otherKeys = otherKeys;
        this.total = total;
        reference = new Client(ports.reference(), "root", "", 0);
        drds = new Client(ports.drds(), "root", "", 0);
        shuffled = new Client(ports.shuffled(), "root", "", 0);
    }

    /** Makes the tables and sends so many statements, one in six a change. */
    void run(long seed, int statements) {
        this.seed = seed;
        var random = new Random(seed);
        var values = new RandomTables(random);
        setUp(values);
        var selects = new RandomSelects(random, values);
        var changes = new RandomChanges(random, values, selects, otherKeys);
        for (int i = 0; i < statements && !lost; i++) {
            if (random.nextInt(CHANGES_SHARE) == 0) {
                change(changes.next());
            } else {
                query(selects.next(), random.nextInt(8) == 0);
            }
        }
    }

    private void setUp(RandomTables values) {
        all("DROP DATABASE IF EXISTS " + database);
        all("CREATE DATABASE " + database);
        all("USE " + database);
        all("SET timestamp = 1735733100");
        all("SET max_statement_time = 3", "SET max_statement_time = 10", "SET max_statement_time = 3");
        for (String table : RandomTables.NAMES) {
            all(
                    RandomTables.create(table, ""),
                    RandomTables.create(table, RandomTables.clause(table, otherKeys)),
                    RandomTables.create(table, "PARTITION BY KEY(id) PARTITIONS 3"));
            values.fill(table).forEach(this::all);
        }
    }

    private void all(String sql) {
        all(sql, sql, sql);
    }

    /** Statements that must work. */
    private void all(String ofReference, String ofDrds, String ofShuffled) {
        if (lost) {
            return;
        }
        Answer wanted = reference.query(ofReference);
        Answer given = drds.query(ofDrds);
        Answer other = shuffled.query(ofShuffled);
        if (wanted instanceof Answer.Lost || other instanceof Answer.Lost) {
            giveUp();
            return;
        }
        must("reference", wanted);
        must("shuffled", other);
        if (given instanceof Answer.Lost) {
            reportUnanswered(ofDrds, given);
            giveUp();
            return;
        }
        must("drds", given);
    }

    private static void must(String server, Answer answer) {
        if (!(answer instanceof Answer.Done)) {
            throw new IllegalStateException(server + ": " + Comparison.shown(answer));
        }
    }

    private void giveUp() {
        if (!lost) {
            lost = true;
            total.lost++;
        }
    }

    /** Without the shuffled server nothing of this seed can be judged any more. */
    private Answer askShuffled(String sql) {
        Answer answer = shuffled.query(sql);
        if (answer instanceof Answer.Lost) {
            giveUp();
        }
        return answer;
    }

    private void query(String sql, boolean prepared) {
        total.queries++;
        Answer wanted = prepared ? reference.prepared(sql, List.of()).getLast() : reference.query(sql);
        Answer given = prepared ? drds.prepared(sql, List.of()).getLast() : drds.query(sql);
        compare(prepared ? "prepared: " + sql : sql, wanted, given, sql);
    }

    private void change(RandomChanges.Change change) {
        total.changes++;
        all("BEGIN");
        if (lost) {
            return;
        }
        Answer wanted = reference.query(change.sql());
        Answer given = drds.query(change.sql());
        Answer other = askShuffled(change.sql());
        boolean same = compare(change.sql(), wanted, given, () -> other);
        if (same && !lost) {
            String check = "SELECT * FROM " + change.table();
            compare(change.sql() + ";\n  " + check, reference.query(check), drds.query(check), check);
        }
        all("ROLLBACK");
    }

    private void compare(String sql, Answer wanted, Answer given, String question) {
        compare(sql, wanted, given, () -> askShuffled(question));
    }

    /**
     * @param other what the shuffled MariaDB says
     * @return whether both did something, and the same
     */
    private boolean compare(String sql, Answer wanted, Answer given, Supplier<Answer> other) {
        if (given instanceof Answer.Failure failure
                && LIMITS.matcher(failure.message()).find()) {
            total.refused++;
            total.refusals.merge(failure.message(), 1, Integer::sum);
            return false;
        }
        if (unanswered(wanted) || unanswered(given)) {
            unanswered(sql, wanted, given, other);
            return false;
        }
        if (wanted instanceof Answer.Failure || given instanceof Answer.Failure) {
            failures(sql, wanted, given, other);
            return false;
        }
        var directives = new HashMap<>(Map.of("no-warnings", "", "no-info", "", "any-id", ""));
        if (!Text.endsWithOrderBy(sql) || sql.contains(";\n")) {
            directives.put("unsorted", "");
        }
        var step = new TestFile.Step(0, sql, "main", false, new TestFile.Directives(directives), List.of());
        Optional<String> difference = comparison.difference(step, wanted, given);
        if (difference.isEmpty()) {
            return true;
        }
        if (comparison.difference(step, wanted, other.get()).isPresent()) {
            total.leftOpen++;
            return true;
        }
        if (BY_PLAN.matcher(difference.get()).matches()) {
            total.typedByPlan++;
            return true;
        }
        if (wanted instanceof Answer.Rows a
                && given instanceof Answer.Rows b
                && !difference.get().contains("column ")
                && (folded(a).equals(folded(b))
                        || GROUPS.matcher(sql).find() && sorted(folded(a)).equals(sorted(folded(b))))) {
            total.leftOpen++;
            return true;
        }
        report(sql, difference.get());
        return false;
    }

    private static boolean unanswered(Answer answer) {
        return answer instanceof Answer.Lost || error(answer) == TOOK_TOO_LONG;
    }

    /** Some plans take MariaDB for ever. Where no MariaDB has such a one, DRDS owes an answer. */
    private void unanswered(String sql, Answer wanted, Answer given, Supplier<Answer> other) {
        if (unanswered(wanted) || unanswered(other.get())) {
            total.leftOpen++;
        } else {
            reportUnanswered(sql, given);
        }
        if (wanted instanceof Answer.Lost || given instanceof Answer.Lost) {
            giveUp();
        }
    }

    private void reportUnanswered(String sql, Answer given) {
        report(sql, "DRDS alone doesn't answer: " + Comparison.shown(given));
    }

    private void failures(String sql, Answer wanted, Answer given, Supplier<Answer> shuffledAnswer) {
        int error = error(wanted);
        int other = error(given);
        if (error == other) {
            total.failing++;
        } else if (error(shuffledAnswer.get()) != error) {
            total.leftOpen++;
        } else if ((error == 0 || OF_ROWS.contains(error)) && (other == 0 || OF_ROWS.contains(other))) {
            total.leftOpen++;
        } else {
            report(sql, "reference: " + Comparison.shown(wanted) + "\ndrds:      " + Comparison.shown(given));
        }
    }

    private static int error(Answer answer) {
        return answer instanceof Answer.Failure failure ? failure.number() : 0;
    }

    private void report(String sql, String detail) {
        String text = "seed " + seed + (otherKeys ? " otherkeys" : "") + "\n  " + sql + "\n    "
                + detail.replace("\n", "\n    ");
        total.differences.add(text);
        System.out.println(text);
    }

    /** The rows without case and accents: a collation may hold such texts equal, and a group shows any of them. */
    private static List<String> folded(Answer.Rows rows) {
        return rows.rows().stream().map(RandomRun::folded).toList();
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    private static String folded(List<@Nullable String> row) {
        return Normalizer.normalize(String.valueOf(row), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        if (total.queries > 0) {
            dropTables();
        }
        reference.close();
        drds.close();
        shuffled.close();
    }

    private void dropTables() {
        drds.query("DROP DATABASE IF EXISTS " + database);
        reference.query("DROP DATABASE IF EXISTS " + database);
        shuffled.query("DROP DATABASE IF EXISTS " + database);
    }

    /** By hand: {@code RandomRun SEEDS FIRST STATEMENTS}: so many seeds from the first on; without statements the tables stay. */
    public static void main(String[] arguments) throws Exception {
        int seeds = Integer.parseInt(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        int statements = Integer.parseInt(arguments[2]);
        var total = new Total();
        try (Cluster cluster = Cluster.start(MariaDbSuite.SHARDS_PER_GROUP);
                InstanceSet other = InstanceSet.temporary(1, InstanceOptions.tests())) {
            var ports = new SuiteSession.Ports(
                    cluster.drdsPort(),
                    cluster.referencePort(),
                    other.instance(0).port());
            for (long seed = first; seed < first + seeds; seed++) {
                try (var run = new RandomRun(ports, "random", seed % 2 == 1, total)) {
                    run.run(seed, statements);
                }
                System.out.println("=== seed " + seed + ": " + total);
            }
        }
        total.refusals.forEach((message, count) -> System.out.println(count + " " + message));
        System.exit(total.differences.isEmpty() ? 0 : 1);
    }
}
