package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Outputs;
import drds.analyzer.Traits;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.Select;
import drds.planner.Plan.Aggregation.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Groups whose rows lie in several partitions: each fragment sends its part of a group, ordered by the group keys. */
final class AggregationPlanner {
    private final Analysis analysis;
    private final Block block;
    private final Select select;
    private final SelectList list;
    private final SortKinds kinds;
    private final OutputFinder finder;
    private final List<PhysicalText.Change> changes = new ArrayList<>();
    private final List<GroupKey> keys = new ArrayList<>();
    private final List<Output> outputs = new ArrayList<>();
    private final List<Output> hiddenOutputs = new ArrayList<>();

    /**
     * @param ordinal the output that it is, or -1
     * @param column the column that it is, else null
     */
    private record GroupKey(
            Expression expression, int ordinal, @Nullable Column column, Plan.SortKey key, SortKind kind) {}

    AggregationPlanner(Analysis analysis, Block block, Select select, SelectList list, SortKinds kinds) {
        this.analysis = analysis;
        this.block = block;
        this.select = select;
        this.list = list;
        this.kinds = kinds;
        this.finder = new OutputFinder(analysis, select, list);
    }

    GatherShape shape(Window window) {
        groupKeys();
        requireKeysOnly(select.having());
        for (int i = 0; i < list.visible(); i++) {
            outputs.add(output(i));
        }
        boolean grouped = select.groupBy() != null;
        List<Integer> byKeys = grouped ? orderedKeys() : List.of();
        List<Plan.SortKey> sort = grouped && byKeys == null ? sort() : List.of();
        List<Plan.SortKey> order = order(byKeys == null ? List.of() : byKeys);
        List<Output> all = new ArrayList<>(outputs);
        all.addAll(hiddenOutputs);
        List<Plan.SortKey> groupKeys = keys.stream().map(GroupKey::key).toList();
        Plan.Merge merge = new Plan.Merge(
                order,
                new Plan.Aggregation(groupKeys, all),
                false,
                sort,
                window.limit(),
                window.offsetRows(),
                list.visible());
        return new GatherShape(merge, orderBy(order), grouped && sort.isEmpty(), changes);
    }

    private static String orderBy(List<Plan.SortKey> order) {
        if (order.isEmpty()) {
            return "";
        }
        List<String> items = new ArrayList<>();
        order.forEach(k -> items.add((k.column() + 1) + (k.descending() ? " DESC" : "")));
        return "ORDER BY " + String.join(", ", items);
    }

    // ---- group keys ----

    private void groupKeys() {
        if (select.groupBy() == null) {
            return;
        }
        if (select.groupBy().rollup()) {
            throw new NotPushable("WITH ROLLUP over several partitions");
        }
        for (OrderBy.Item item : select.groupBy().items()) {
            boolean constant =
                    item.expression() instanceof Literal && !(item.expression() instanceof Literal.IntegerLiteral);
            if (item.direction() != null
                    || constant
                    || Traits.of(item.expression()).subquery()) {
                throw new NotPushable("a GROUP BY of another kind");
            }
            keys.add(groupKey(item.expression()));
        }
    }

    private GroupKey groupKey(Expression expression) {
        int ordinal = finder.find(expression);
        if (ordinal >= 0) {
            Outputs.Output output = list.outputs().get(ordinal);
            SortKind kind = kinds.of(output, block);
            Plan.SortKey key = list.key(ordinal, OutputFinder.piece(output), kind, false);
            return new GroupKey(expression, ordinal, Colocation.plain(analysis, output), key, kind);
        }
        SortKind kind = kinds.of(expression, block);
        Plan.SortKey key = list.hiddenKey(Piece.of(expression), kind, false);
        Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
        return new GroupKey(expression, -1, column, key, kind);
    }

    /** HAVING over group keys alone can be asked of each part of a group. */
    private void requireKeysOnly(@Nullable Node having) {
        if (having != null && (select.groupBy() == null || !dependsOnKeys(having))) {
            throw new NotPushable("HAVING over groups from several partitions");
        }
    }

    private boolean dependsOnKeys(Node node) {
        Traits traits = Traits.of(node);
        if (traits.aggregate() || traits.window() || traits.subquery() || traits.impure() || traits.assignment()) {
            return false;
        }
        boolean[] only = {true};
        node.walk(child -> only[0] &= !(child instanceof ColumnReference reference) || isKey(reference));
        return only[0];
    }

    private boolean isKey(ColumnReference reference) {
        Column column = analysis.column(reference);
        return column != null && keys.stream().anyMatch(k -> column.equals(k.column()));
    }

    // ---- outputs ----

    private Output output(int ordinal) {
        Outputs.Output output = list.outputs().get(ordinal);
        if (keys.stream().anyMatch(k -> k.ordinal() == ordinal)) {
            return new Output.First(ordinal);
        }
        Column column = output.column();
        if (column != null) {
            if (keys.stream().anyMatch(k -> column.equals(k.column()))) {
                return new Output.First(ordinal);
            }
            throw new NotPushable("a column that is no group key");
        }
        if (!(output.item() instanceof Select.ExpressionItem item)) {
            throw new NotPushable("* over groups from several partitions");
        }
        if (item.expression() instanceof FunctionCall call && call.aggregate() && call.over() == null) {
            return aggregate(call, ordinal);
        }
        if (dependsOnKeys(item.expression())) {
            return new Output.First(ordinal);
        }
        throw new NotPushable("an expression over groups from several partitions");
    }

    /** @param ordinal where the fragments give the call's own value */
    private Output aggregate(FunctionCall call, int ordinal) {
        String name = call.name().text().toUpperCase(Locale.ROOT);
        boolean extreme = name.equals("MIN") || name.equals("MAX");
        if (call.schema() != null
                || call.distinct() && !extreme
                || Traits.of(call).subquery()) {
            throw new NotPushable("an aggregate whose parts don't add up");
        }
        return switch (name) {
            case "COUNT" -> new Output.Count(ordinal);
            case "SUM" -> new Output.Sum(ordinal);
            case "MIN" -> new Output.Min(ordinal, extremeWeight(call));
            case "MAX" -> new Output.Max(ordinal, extremeWeight(call));
            case "AVG" -> {
                changes.add(new PhysicalText.Change(call.name().span(), "SUM"));
                yield new Output.Avg(ordinal, list.hide(argument(call).within("COUNT(", ")")));
            }
            case "BIT_AND" -> new Output.BitAnd(ordinal);
            case "BIT_OR" -> new Output.BitOr(ordinal);
            case "BIT_XOR" -> new Output.BitXor(ordinal);
            case "GROUP_CONCAT" -> groupConcat(call, ordinal);
            default -> throw new NotPushable(name + " over several partitions");
        };
    }

    private static Piece argument(FunctionCall call) {
        return Piece.of(call.arguments().get(0));
    }

    private int extremeWeight(FunctionCall call) {
        return switch (kinds.of(call, block)) {
            case SortKind.Number number -> -1;
            case SortKind.Time time -> -1;
            case SortKind.Text text -> list.hide(SelectList.weight(Piece.of(call), text));
            default -> throw new NotPushable("MIN or MAX of values whose comparison is not certain");
        };
    }

    private static Output groupConcat(FunctionCall call, int ordinal) {
        Expression separator = call.separator();
        boolean plain = call.orderBy() == null && call.limit() == null;
        if (plain && separator == null) {
            return new Output.GroupConcat(ordinal, ",");
        }
        if (plain && separator instanceof Literal.StringLiteral text && text.introducer() == null) {
            return new Output.GroupConcat(ordinal, text.value());
        }
        throw new NotPushable("an ordered GROUP_CONCAT over several partitions");
    }

    // ---- order ----

    /**
     * The group keys by which ORDER BY orders, as indexes (negative, minus one: descending); null if it orders by something
     * else.
     */
    private @Nullable List<Integer> orderedKeys() {
        List<Integer> result = new ArrayList<>();
        if (select.orderBy() != null) {
            for (OrderBy.Item item : select.orderBy().items()) {
                int key = keyOf(item.expression());
                if (key < 0) {
                    return null;
                }
                result.add(item.descending() ? -key - 1 : key);
            }
        }
        return result;
    }

    private int keyOf(Expression expression) {
        int ordinal = finder.find(expression);
        Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
        String text = expression.text(analysis.source());
        for (int i = 0; i < keys.size(); i++) {
            GroupKey key = keys.get(i);
            boolean same = ordinal >= 0 && ordinal == key.ordinal()
                    || column != null && column.equals(key.column())
                    || ordinal < 0 && text.equals(key.expression().text(analysis.source()));
            if (same) {
                return i;
            }
        }
        return -1;
    }

    /** All group keys, the ones of ORDER BY first. */
    private List<Plan.SortKey> order(List<Integer> first) {
        Map<Integer, Plan.SortKey> order = new LinkedHashMap<>();
        for (int index : first) {
            boolean descending = index < 0;
            int at = descending ? -index - 1 : index;
            Plan.SortKey key = keys.get(at).key();
            order.putIfAbsent(at, new Plan.SortKey(key.column(), key.weightColumn(), descending));
        }
        for (int i = 0; i < keys.size(); i++) {
            order.putIfAbsent(i, keys.get(i).key());
        }
        return List.copyOf(order.values());
    }

    /** The order of whole groups, by their outputs. */
    private List<Plan.SortKey> sort() {
        List<Plan.SortKey> sort = new ArrayList<>();
        if (select.orderBy() != null) {
            for (OrderBy.Item item : select.orderBy().items()) {
                sort.add(sortKey(item.expression(), item.descending()));
            }
        }
        return sort;
    }

    private Plan.SortKey sortKey(Expression expression, boolean descending) {
        int key = keyOf(expression);
        if (key >= 0) {
            Plan.SortKey own = keys.get(key).key();
            int weight = own.weightColumn() < 0 ? -1 : hiddenOutput(new Output.First(own.weightColumn()));
            return new Plan.SortKey(hiddenOutput(new Output.First(own.column())), weight, descending);
        }
        int ordinal = finder.find(expression);
        if (ordinal >= 0) {
            return outputKey(ordinal, outputs.get(ordinal), descending);
        }
        if (expression instanceof FunctionCall call && call.aggregate() && call.over() == null) {
            boolean average = call.is("AVG");
            Piece piece = average ? argument(call).within("SUM(", ")") : Piece.of(call);
            Output output = hidden(call, list.hide(piece));
            return outputKey(hiddenOutput(output), output, descending);
        }
        throw new NotPushable("ORDER BY an expression over groups from several partitions");
    }

    /** The output of an aggregate that stands only in ORDER BY: its text there is never changed. */
    private Output hidden(FunctionCall call, int ordinal) {
        int before = changes.size();
        Output output = aggregate(call, ordinal);
        while (changes.size() > before) {
            changes.remove(changes.size() - 1);
        }
        return output;
    }

    private Plan.SortKey outputKey(int ordinal, Output output, boolean descending) {
        return switch (output) {
            case Output.Min(int column, int weight) -> extremeKey(ordinal, weight, descending, false);
            case Output.Max(int column, int weight) -> extremeKey(ordinal, weight, descending, true);
            case Output.GroupConcat concat -> throw new NotPushable("ORDER BY a GROUP_CONCAT");
            case Output.First first -> throw new NotPushable("ORDER BY an expression over group keys");
            default -> new Plan.SortKey(ordinal, -1, descending);
        };
    }

    private Plan.SortKey extremeKey(int ordinal, int weight, boolean descending, boolean max) {
        if (weight < 0) {
            return new Plan.SortKey(ordinal, -1, descending);
        }
        Output output = max ? new Output.Max(weight, weight) : new Output.Min(weight, weight);
        return new Plan.SortKey(ordinal, hiddenOutput(output), descending);
    }

    private int hiddenOutput(Output output) {
        int at = hiddenOutputs.indexOf(output);
        if (at < 0) {
            at = hiddenOutputs.size();
            hiddenOutputs.add(output);
        }
        return list.visible() + at;
    }
}
