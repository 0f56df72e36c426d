package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.Binary;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.ColumnReference;
import drds.parser.Literal;
import drds.parser.ParsedStatement;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which rule, index, global index or broadcast table would spare a statement work. It looks at conditions, not at data. */
public final class Advisor {
    /** A table of so many rows is small enough to be kept on every instance. */
    private static final long SMALL_ROWS = 20_000;

    private final PlanningContext context;
    private final Analysis analysis;
    private final KeyConstraints constraints;

    /**
     * What would help.
     *
     * @param kind in a few words
     * @param sql the statement that makes it so, or the clause for a table's definition
     */
    public record Advice(String kind, String table, String sql, String reason) {}

    public Advisor(ParsedStatement parsed, PlanningContext context) {
        this.context = context;
        StatementPlanner planner = new StatementPlanner(context, new LiteralKeyReader(context.keys(), null));
        this.analysis = planner.withoutViews(parsed);
        this.constraints = planner.constraints(analysis);
    }

    List<Sharding> shardings() {
        List<Sharding> all = new ArrayList<>();
        for (TableUse use : analysis.tables()) {
            Table table = use.table();
            List<Table.Partition> partitions = use.isSharded()
                    ? constraints.partitions(use).stream()
                            .mapToObj(use.definition().partitions()::get)
                            .toList()
                    : List.of();
            all.add(new Sharding(
                    String.valueOf(use.database()),
                    use.correlationName(),
                    table,
                    partitions,
                    use.isSharded() ? use.definition().partitions().size() : 0,
                    table == null ? -1 : context.sizes().rows(String.valueOf(use.database()), table)));
        }
        return all;
    }

    /** What the statement's conditions and joins suggest; empty if nothing would help. */
    public List<Advice> advice() {
        Set<Advice> found = new LinkedHashSet<>();
        for (TableUse use : analysis.shardedTables()) {
            int needed = constraints.partitions(use).cardinality();
            if (needed > 1) {
                lookup(use, needed, found);
            }
        }
        for (Block block : analysis.blocks()) {
            for (Filter filter : block.filters()) {
                join(filter.condition(), found);
            }
        }
        return List.copyOf(found);
    }

    /** The columns of a table that conditions compare with constants, by the name that the statement gives the table. */
    public List<String> comparedColumns(String correlationName) {
        return analysis.tables().stream()
                .filter(use -> use.correlationName().equalsIgnoreCase(correlationName))
                .flatMap(use -> compared(use).stream())
                .distinct()
                .toList();
    }

    // ---- one table ----

    private void lookup(TableUse use, int needed, Set<Advice> found) {
        List<String> columns = compared(use);
        Table table = use.definition();
        Rule rule = table.rule();
        if (columns.isEmpty() || rule == null) {
            return;
        }
        boolean indexed = table.storedIndexes().stream()
                .anyMatch(index -> !index.columns().isEmpty()
                        && columns.stream().anyMatch(index.columns().getFirst()::equalsIgnoreCase));
        if (indexed) {
            return;
        }
        String list = columns.stream().map(Sql::quote).collect(Collectors.joining(", "));
        String name = Sql.table(String.valueOf(use.database()), table.name());
        String reason = "the statement is asked in " + needed + " partitions of " + table.name() + ", though its "
                + (columns.size() == 1 ? "column " : "columns ") + String.join(", ", columns)
                + (columns.size() == 1 ? " is" : " are") + " given; the rule is " + rule.clause();
        found.add(new Advice(
                "GLOBAL INDEX",
                table.name(),
                "CREATE GLOBAL INDEX " + Sql.quote("g_" + String.join("_", columns)) + " ON " + name + " (" + list
                        + ") DBPARTITION BY HASH(" + Sql.quote(columns.getFirst()) + ")",
                reason));
    }

    private List<String> compared(TableUse use) {
        Set<String> columns = new LinkedHashSet<>();
        for (Block block : analysis.blocks()) {
            for (Filter filter : block.filters()) {
                String column = filter.reaches(use) ? fixed(filter.condition(), use) : null;
                if (column != null) {
                    columns.add(column);
                }
            }
        }
        return List.copyOf(columns);
    }

    /** The column of the table that a condition compares with constants; null if it is no such condition. */
    private @Nullable String fixed(Expression condition, TableUse use) {
        return switch (condition) {
            case Binary binary
            when binary.operator() == BinaryOperator.EQUAL -> {
                String left = isConstant(binary.right()) ? column(binary.left(), use) : null;
                yield left != null ? left : isConstant(binary.left()) ? column(binary.right(), use) : null;
            }
            case Expression.InList in
            when !in.negated() && in.list().stream().allMatch(Advisor::isConstant) -> column(in.value(), use);
            default -> null;
        };
    }

    private static boolean isConstant(Expression expression) {
        return expression instanceof Literal
                || expression instanceof Expression.Parameter
                || expression instanceof Expression.UserVariable
                || expression instanceof Expression.Unary unary && isConstant(unary.operand());
    }

    private @Nullable String column(Expression expression, TableUse use) {
        Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
        return column != null && column.source() == use && column.definition() != null ? column.name() : null;
    }

    // ---- two tables ----

    private void join(Expression condition, Set<Advice> found) {
        if (!(condition instanceof Binary binary && binary.operator() == BinaryOperator.EQUAL)
                || !(binary.left() instanceof ColumnReference left)
                || !(binary.right() instanceof ColumnReference right)) {
            return;
        }
        Column one = analysis.column(left);
        Column other = analysis.column(right);
        if (one == null
                || other == null
                || !(one.source() instanceof TableUse a && a.isSharded())
                || !(other.source() instanceof TableUse b && b.isSharded())
                || a == b
                || meet(a, one.name(), b, other.name())) {
            return;
        }
        long rowsOfA = context.sizes().rows(String.valueOf(a.database()), a.definition());
        long rowsOfB = context.sizes().rows(String.valueOf(b.database()), b.definition());
        TableUse small = rowsOfA <= rowsOfB ? a : b;
        long rows = Math.min(rowsOfA, rowsOfB);
        String reason =
                "rows of " + a.definition().name() + " and " + b.definition().name() + " that are joined by "
                        + one.name() + " = " + other.name() + " lie in different partitions";
        if (rows >= 0 && rows <= SMALL_ROWS && rows * 10 < Math.max(rowsOfA, rowsOfB)) {
            found.add(new Advice(
                    "BROADCAST",
                    small.definition().name(),
                    "BROADCAST",
                    reason + "; " + small.definition().name() + " has only about " + rows + " rows"));
            return;
        }
        rule(a, one.name(), reason, found);
        rule(b, other.name(), reason, found);
    }

    private static void rule(TableUse use, String column, String reason, Set<Advice> found) {
        Rule rule = use.definition().rule();
        boolean already = rule != null
                && rule.columns().size() == 1
                && rule.columns().getFirst().equalsIgnoreCase(column);
        if (!already) {
            found.add(new Advice(
                    "RULE", use.definition().name(), "DBPARTITION BY HASH(" + Sql.quote(column) + ")", reason));
        }
    }

    /** Whether rows with equal values of these columns lie in partitions of the same number. */
    private static boolean meet(TableUse a, String columnOfA, TableUse b, String columnOfB) {
        Rule one = a.definition().rule();
        Rule other = b.definition().rule();
        return one != null
                && other != null
                && one.sameDistribution(other)
                && one.columns().size() == 1
                && one.columns().getFirst().toLowerCase(Locale.ROOT).equals(columnOfA)
                && other.columns().getFirst().toLowerCase(Locale.ROOT).equals(columnOfB);
    }
}
