package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Resolution;
import drds.analyzer.Traits;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans a SELECT in two steps: what the partitions can answer together goes into a temporary table at home, and what is left over
 * (expressions over whole groups, HAVING, aggregates whose parts don't add up) is asked of that table.
 */
final class StagePlanner {
    private static final String TABLE = Sql.table(Shipping.SCHEMA, "staged_0");
    private static final Set<String> ADDING_UP =
            Set.of("COUNT", "SUM", "MIN", "MAX", "AVG", "BIT_AND", "BIT_OR", "BIT_XOR");
    private static final String SELECT = "SELECT ";
    private static final String SELECT_DISTINCT = "SELECT DISTINCT ";
    private static final Set<String> OF_DISTINCT = Set.of("COUNT", "SUM", "AVG");

    private final StatementPlanner planner;
    private final Analysis analysis;
    private final String source;
    private final Select select;
    private final Block block;
    private final TextEdits edits;
    private final String table;

    /** What the first step selects: texts and the names they get. */
    private final Map<String, String> staged = new LinkedHashMap<>();

    private StagePlanner(StatementPlanner planner, Analysis analysis, Select select, Block block, String table) {
        this.table = table;
        this.planner = planner;
        this.analysis = analysis;
        this.source = analysis.source();
        this.select = select;
        this.block = block;
        this.edits = new TextEdits(source);
    }

    /**
     * @param instead the plan that copies all tables together
     * @throws NotPushable if the statement has no such steps
     */
    static Plan.Staged plan(StatementPlanner planner, Analysis analysis, Plan.Residual instead, boolean locks) {
        Block block = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        Select select = block == null ? null : block.select();
        if (block == null || select == null || select != analysis.statement() || locks || !isPlain(select, analysis)) {
            throw new NotPushable("a statement of another kind");
        }
        List<Node> calls = aggregates(select);
        boolean groups = select.groupBy() != null || !calls.isEmpty();
        if (groups && calls.stream().allMatch(StagePlanner::addsUp) && select.windows() == null && !hasRollup(select)) {
            try {
                return new StagePlanner(planner, analysis, select, block, TABLE).groups(instead);
            } catch (NotPushable other) {
                // Its rows may do.
            }
        }
        return new StagePlanner(planner, analysis, select, block, TABLE).rows(instead, calls);
    }

    /**
     * For a SELECT of aggregates.
     *
     * @param table quoted, for the first step's rows
     */
    static StagePlanner of(StatementPlanner planner, Analysis analysis, String table) {
        Block block = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        Select select = block == null ? null : block.select();
        if (block == null || select == null || select != analysis.statement() || !isPlain(select, analysis)) {
            throw new NotPushable("a statement of another kind");
        }
        if (!aggregates(select).stream().allMatch(StagePlanner::addsUp)
                || select.windows() != null
                || hasRollup(select)) {
            throw new NotPushable("aggregates that don't add up");
        }
        return new StagePlanner(planner, analysis, select, block, table);
    }

    /** The columns of the first step's rows. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < staged.size(); i++) {
            names.add("drds_" + i);
        }
        return names;
    }

    private static boolean isPlain(Select select, Analysis analysis) {
        Traits traits = analysis.traits();
        return select.with() == null
                && select.into() == null
                && select.from() != null
                && !select.options().contains(Select.Option.SQL_CALC_FOUND_ROWS)
                && traits.steady()
                && !traits.parameter()
                && select.items().stream().allMatch(item -> item instanceof Select.ExpressionItem)
                && upper(select).stream().noneMatch(node -> Traits.of(node).subquery());
    }

    /** The clauses that work on the joined rows. */
    private static List<Node> upper(Select select) {
        List<Node> nodes = new ArrayList<>(select.items());
        for (@Nullable Node node : new Node[] {select.groupBy(), select.having(), select.windows(), select.orderBy()}) {
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static List<Node> aggregates(Select select) {
        List<Node> calls = new ArrayList<>();
        upper(select)
                .forEach(top -> top.walk(node -> {
                    if (node instanceof FunctionCall call && call.aggregate()) {
                        calls.add(call);
                    }
                }));
        return calls;
    }

    private static boolean addsUp(Node node) {
        return node instanceof FunctionCall call
                && call.over() == null
                && call.schema() == null
                && !call.distinct()
                && ADDING_UP.contains(call.name().text().toUpperCase(Locale.ROOT));
    }

    private static boolean hasRollup(Select select) {
        return select.groupBy() != null && select.groupBy().rollup();
    }

    // ---- groups in the first step ----

    /** @throws NotPushable if the statement has no such steps */
    Plan.Staged groups(Plan.Residual instead) {
        List<Key> keys = keys();
        List<String> items = new ArrayList<>();
        for (Select.Item item : select.items()) {
            Select.ExpressionItem expression = (Select.ExpressionItem) item;
            exchange(expression.expression(), keys, false);
            items.add(edits.render(expression.expressionSpan()) + " AS " + PhysicalText.alias(name(expression)));
        }
        String where = "";
        if (select.having() != null) {
            exchange(select.having().expression(), keys, true);
            where = " WHERE "
                    + edits.render(new Span(
                            select.having().start() + "HAVING".length(),
                            select.having().end()));
        }
        String order = "";
        if (select.orderBy() != null) {
            select.orderBy().items().forEach(item -> exchange(item.expression(), keys, false));
            order = " " + edits.render(select.orderBy().span());
        }
        if (staged.isEmpty()) {
            throw new NotPushable("nothing is grouped");
        }
        String by = keys.isEmpty()
                ? ""
                : " GROUP BY " + String.join(", ", keys.stream().map(Key::text).toList());
        String limit = select.limit() == null ? "" : " " + select.limit().text(source);
        String last = "SELECT " + (select.distinct() ? "DISTINCT " : "") + String.join(", ", items) + " FROM " + table
                + where + order + limit;
        return stage("SELECT " + selected() + " " + tables() + by, last, instead);
    }

    /** Something that is grouped by. */
    private record Key(Expression expression, @Nullable Column column, String text, String name) {}

    private List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        if (select.groupBy() == null) {
            return keys;
        }
        for (OrderBy.Item item : select.groupBy().items()) {
            Expression expression = meant(item.expression());
            if (item.direction() != null
                    || expression instanceof Literal
                    || !aggregatesIn(expression).isEmpty()) {
                throw new NotPushable("a GROUP BY of another kind");
            }
            String text = expression.text(source);
            Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
            requireColumns(expression);
            keys.add(new Key(expression, column, text, stagedName(text)));
        }
        return keys;
    }

    private static List<Node> aggregatesIn(Node top) {
        List<Node> calls = new ArrayList<>();
        top.walk(node -> {
            if (node instanceof FunctionCall call && call.aggregate()) {
                calls.add(call);
            }
        });
        return calls;
    }

    private void requireColumns(Node top) {
        top.walk(node -> {
            if (node instanceof ColumnReference reference && !isOwn(reference)) {
                throw new NotPushable("a name whose meaning is not certain");
            }
        });
    }

    private boolean isOwn(ColumnReference reference) {
        Column column = analysis.column(reference);
        return column != null && block.sources().contains(column.source());
    }

    /** The expression that an entry of GROUP BY means: itself, or a select item by its number or alias. */
    private Expression meant(Expression expression) {
        if (expression instanceof Literal.IntegerLiteral number) {
            Long ordinal = number.asLong();
            if (ordinal == null || ordinal < 1 || ordinal > select.items().size()) {
                throw new NotPushable("a column's number that doesn't exist");
            }
            return item((int) (ordinal - 1));
        }
        return expression instanceof ColumnReference reference
                        && analysis.resolution(reference) instanceof Resolution.OfItem(int item)
                ? item(item)
                : expression;
    }

    private Expression item(int index) {
        return ((Select.ExpressionItem) select.items().get(index)).expression();
    }

    /** Puts names of the staged table in the place of group keys and aggregates. */
    private void exchange(Expression top, List<Key> keys, boolean aliases) {
        List<Node> open = new ArrayList<>();
        open.add(top);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            Key key = node instanceof Expression expression ? key(expression, keys) : null;
            if (key != null) {
                edits.replace(node.span(), key.name());
            } else if (node instanceof FunctionCall call && call.aggregate()) {
                edits.replace(call.span(), aggregate(call));
            } else if (node instanceof ColumnReference reference) {
                if (!(analysis.resolution(reference) instanceof Resolution.OfItem(int item))) {
                    throw new NotPushable("a column that is no group key");
                }
                if (aliases) {
                    Select.ExpressionItem meant =
                            (Select.ExpressionItem) select.items().get(item);
                    edits.replace(reference.span(), "(" + edits.render(meant.expressionSpan()) + ")");
                }
            } else {
                node.forEachChild(open::add);
            }
        }
    }

    private @Nullable Key key(Expression expression, List<Key> keys) {
        Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
        if (expression instanceof ColumnReference && column == null || expression instanceof Literal) {
            return null;
        }
        String text = expression.text(source);
        Key same = keys.stream()
                .filter(k -> column != null ? column.equals(k.column()) : text.equals(k.text()))
                .findFirst()
                .orElse(null);
        if (same != null) {
            requireColumns(expression); // the same text means something else where a name is an alias
        }
        return same;
    }

    /** An average is made of what adds up, with the digits that it has inside the server. */
    private String aggregate(FunctionCall call) {
        requireColumns(call);
        if (!call.is("AVG")) {
            return stagedName(call.text(source));
        }
        String argument = call.arguments().get(0).text(source);
        return "(" + stagedName("SUM(" + argument + ")") + " / " + stagedName("COUNT(" + argument + ")") + ")";
    }

    // ---- rows in the first step ----

    private Plan.Staged rows(Plan.Residual instead, List<Node> calls) {
        boolean distinct = !calls.isEmpty() && calls.stream().allMatch(StagePlanner::isOfDistinct) && groupsByColumns();
        if (!distinct && block.sources().size() < 2) {
            throw new NotPushable("all rows of one table would be staged");
        }
        for (Node top : upper(select)) {
            top.walk(node -> {
                if (node instanceof ColumnReference reference
                        && !(analysis.resolution(reference) instanceof Resolution.OfItem)) {
                    requireColumns(reference);
                    edits.replace(reference.span(), stagedName(reference.text(source)));
                }
            });
        }
        for (Select.Item item : select.items()) {
            Select.ExpressionItem expression = (Select.ExpressionItem) item;
            if (expression.alias() == null) {
                edits.insert(expression.expressionSpan().end(), " AS " + PhysicalText.alias(name(expression)));
            }
        }
        if (staged.isEmpty()) {
            staged.put("1", name(0));
        }
        String last = "SELECT " + (select.distinct() ? "DISTINCT " : "") + edits.render(select.itemsSpan()) + " FROM "
                + table + edits.render(new Span(tablesEnd(), select.end()));
        return distinct ? distinctStage(last, instead) : stage("SELECT " + selected() + " " + tables(), last, instead);
    }

    /** Values that are equal may still differ in what an expression makes of them. */
    private boolean groupsByColumns() {
        return select.groupBy() == null
                || select.groupBy().items().stream()
                        .allMatch(item -> meant(item.expression()) instanceof ColumnReference);
    }

    private static boolean isOfDistinct(Node node) {
        return node instanceof FunctionCall call
                && call.arguments().stream().allMatch(argument -> argument instanceof ColumnReference)
                && call.over() == null
                && call.distinct()
                && OF_DISTINCT.contains(call.name().text().toUpperCase(Locale.ROOT));
    }

    /** Each partition leaves out equal rows of its own; those of several partitions may meet in the table, where they are counted once. */
    private Plan.Staged distinctStage(String last, Plan.Residual instead) {
        String rows = selected() + " " + tables();
        Plan source = switch (requireSeveral(planner.direct(SELECT + rows))) {
            case Plan.Gather gather when Plan.Merge.CONCATENATE.equals(gather.merge()) -> distinctApart(gather);
            case Plan.Ship ship
            when Plan.Merge.CONCATENATE.equals(ship.gather().merge()) ->
                new Plan.Ship(ship.shipments(), distinctApart(ship.gather()), ship.fallback(), ship.reason());
            default -> planner.direct(SELECT_DISTINCT + rows);
        };
        Plan.Stage stage = new Plan.Stage(table, SELECT_DISTINCT + rows, source, true);
        return new Plan.Staged(stage, last, instead, instead.reason());
    }

    private static Plan.Gather distinctApart(Plan.Gather gather) {
        List<Plan.Fragment> fragments = gather.queries().stream()
                .map(fragment -> new Plan.Fragment(
                        fragment.group(),
                        fragment.partition(),
                        SELECT_DISTINCT + fragment.sql().substring(SELECT.length())))
                .toList();
        return new Plan.Gather(
                fragments,
                gather.sql(),
                gather.merge(),
                gather.locks(),
                gather.clock(),
                gather.fallback(),
                gather.names(),
                gather.reason());
    }

    // ---- both ----

    private Plan.Staged stage(String first, String last, Plan.Residual instead) {
        Plan plan = requireSeveral(planner.direct(first));
        return new Plan.Staged(new Plan.Stage(table, first, plan), last, instead, instead.reason());
    }

    private Plan requireSeveral(Plan plan) {
        if (plan instanceof Plan.Route && table.equals(TABLE)) {
            throw new NotPushable("one place has all rows");
        }
        return plan;
    }

    private String stagedName(String text) {
        return staged.computeIfAbsent(text, t -> name(staged.size()));
    }

    private static String name(int index) {
        return "`drds_" + index + "`";
    }

    private String selected() {
        return String.join(
                ", ",
                staged.entrySet().stream()
                        .map(e -> e.getKey() + " AS " + e.getValue())
                        .toList());
    }

    /** FROM and WHERE as they stand. */
    private String tables() {
        Select.From from = select.from();
        return from == null ? "" : source.substring(from.start(), tablesEnd());
    }

    private int tablesEnd() {
        Select.From from = select.from();
        int end = from == null ? select.itemsSpan().end() : from.end();
        return select.where() == null ? end : select.where().end();
    }

    private String name(Select.ExpressionItem item) {
        if (item.alias() != null) {
            return item.alias().text();
        }
        return item.expression() instanceof ColumnReference reference
                ? reference.column().text()
                : item.expressionSpan().of(source);
    }
}
