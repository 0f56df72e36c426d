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
        var random = new Random(seed);
        var values = new RandomTables(random);
        setUp(values);
        var selects = new RandomSelects(random, values);
        var changes = new RandomChanges(random, values, selects, otherKeys);
        for (int i = 0; i < statements && !lost; i++) {
            if (random.nextInt(CHANGES_SHARE) == 0) {
                change(seed, changes.next());
            } else {
                query(seed, selects.next(), random.nextInt(8) == 0);
            }
        }
    }

    private void setUp(RandomTables values) {
        both("DROP DATABASE IF EXISTS " + database);
        both("CREATE DATABASE " + database);
        both("USE " + database);
        both("SET timestamp = 1735733100");
        must("reference", reference.query("SET max_statement_time = 3"));
        must("drds", drds.query("SET max_statement_time = 10"));
        must("shuffled", shuffled.query("SET max_statement_time = 3"));
        for (String table : RandomTables.NAMES) {
            must("reference", reference.query(RandomTables.create(table, "")));
            must("drds", drds.query(RandomTables.create(table, RandomTables.clause(table, otherKeys))));
            must("shuffled", shuffled.query(RandomTables.create(table, "PARTITION BY KEY(id) PARTITIONS 3")));
            values.fill(table).forEach(this::both);
        }
    }

    private void both(String sql) {
        must("reference", reference.query(sql));
        must("drds", drds.query(sql));
        must("shuffled", shuffled.query(sql));
    }

    private void must(String server, Answer answer) {
        if (answer instanceof Answer.Lost) {
            lost = true; // a plan that takes MariaDB for ever: the reference, or an instance behind DRDS
            total.lost++;
        } else if (!(answer instanceof Answer.Done)) {
            throw new IllegalStateException(server + ": " + Comparison.shown(answer));
        }
    }

    private void query(long seed, String sql, boolean prepared) {
        total.queries++;
        Answer wanted = prepared ? reference.prepared(sql, List.of()).getLast() : reference.query(sql);
        Answer given = prepared ? drds.prepared(sql, List.of()).getLast() : drds.query(sql);
        compare(seed, prepared ? "prepared: " + sql : sql, wanted, given, sql);
    }

    private void change(long seed, RandomChanges.Change change) {
        total.changes++;
        both("BEGIN");
        if (lost) {
            return;
        }
        Answer wanted = reference.query(change.sql());
        Answer given = drds.query(change.sql());
        Answer other = shuffled.query(change.sql());
        boolean same = compare(seed, change.sql(), wanted, given, () -> other);
        if (same) {
            String check = "SELECT * FROM " + change.table();
            compare(seed, change.sql() + ";\n  " + check, reference.query(check), drds.query(check), check);
        }
        if (!lost) {
            both("ROLLBACK");
        }
    }

    private void compare(long seed, String sql, Answer wanted, Answer given, String question) {
        compare(seed, sql, wanted, given, () -> shuffled.query(question));
    }

    /**
     * @param other what the shuffled MariaDB says
     * @return whether both did something, and the same
     */
    private boolean compare(long seed, String sql, Answer wanted, Answer given, Supplier<Answer> other) {
        if (given instanceof Answer.Failure failure
                && LIMITS.matcher(failure.message()).find()) {
            total.refused++;
            total.refusals.merge(failure.message(), 1, Integer::sum);
            return false;
        }
        if (wanted instanceof Answer.Lost || given instanceof Answer.Lost) {
            lost = true;
            total.lost++;
            return false;
        }
        if (tookTooLong(wanted) || tookTooLong(given)) {
            total.leftOpen++;
            return false;
        }
        if (wanted instanceof Answer.Failure || given instanceof Answer.Failure) {
            failures(seed, sql, wanted, given, other);
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
        report(seed, sql, difference.get());
        return false;
    }

    private static boolean tookTooLong(Answer answer) {
        return answer instanceof Answer.Failure slow && slow.number() == TOOK_TOO_LONG;
    }

    private void failures(long seed, String sql, Answer wanted, Answer given, Supplier<Answer> shuffledAnswer) {
        int error = error(wanted);
        int other = error(given);
        if (error == other) {
            total.failing++;
        } else if (error(shuffledAnswer.get()) != error) {
            total.leftOpen++;
        } else if ((error == 0 || OF_ROWS.contains(error)) && (other == 0 || OF_ROWS.contains(other))) {
            total.leftOpen++;
        } else {
            report(seed, sql, "reference: " + Comparison.shown(wanted) + "\ndrds:      " + Comparison.shown(given));
        }
    }

    private static int error(Answer answer) {
        return answer instanceof Answer.Failure failure ? failure.number() : 0;
    }

    private void report(long seed, String sql, String detail) {
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
