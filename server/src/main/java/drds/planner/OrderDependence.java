package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Column;
import drds.analyzer.Resolution;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.Query;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a query's rows depend on the order in which its tables happen to give theirs: copies of a table on several instances have
 * the same rows, but not in the same order.
 */
final class OrderDependence {
    private static final Set<String> IN_ORDER_OF_ROWS = Set.of("GROUP_CONCAT", "JSON_ARRAYAGG", "JSON_OBJECTAGG");

    /** They go on computing from row to row with numbers that are rounded each time. */
    private static final Set<String> ROUNDED_BY_ROWS =
            Set.of("STD", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "VARIANCE");

    private final Analysis analysis;
    private final Select select;
    private final Set<Column> keys = new HashSet<>();
    private final Set<String> keyTexts = new HashSet<>();
    private final Set<Integer> keyItems = new HashSet<>();

    private OrderDependence(Analysis analysis, Select select) {
        this.analysis = analysis;
        this.select = select;
    }

    static boolean of(Analysis analysis, Select select) {
        return select.limit() != null || new OrderDependence(analysis, select).depends();
    }

    /** Whether the last digits of a number depend on it. */
    static boolean ofDigits(Node statement) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |=
                node instanceof FunctionCall call && ROUNDED_BY_ROWS.stream().anyMatch(call::is));
        return found[0];
    }

    private boolean depends() {
        List<Node> places = new ArrayList<>(select.items());
        if (select.having() != null) {
            places.add(select.having());
        }
        List<FunctionCall> calls = new ArrayList<>();
        places.forEach(place -> collect(place, calls));
        if (calls.stream().anyMatch(OrderDependence::isInOrderOfRows)) {
            return true;
        }
        if (select.groupBy() == null && calls.isEmpty()) {
            return false;
        }
        readKeys();
        for (int i = 0; i < select.items().size(); i++) {
            if (!keyItems.contains(i) && picksARow(select.items().get(i))) {
                return true;
            }
        }
        return select.having() != null && picksARow(select.having());
    }

    /** Aggregates and window functions of this query's own. */
    private static void collect(Node top, List<FunctionCall> calls) {
        List<Node> open = new ArrayList<>(List.of(top));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node instanceof FunctionCall call && (call.aggregate() || call.over() != null)) {
                calls.add(call);
            }
            if (!(node instanceof Query)) {
                node.forEachChild(open::add);
            }
        }
    }

    private static boolean isInOrderOfRows(FunctionCall call) {
        boolean listing = IN_ORDER_OF_ROWS.stream().anyMatch(call::is);
        return call.over() != null || listing && call.orderBy() == null;
    }

    private void readKeys() {
        if (select.groupBy() == null) {
            return;
        }
        for (OrderBy.Item item : select.groupBy().items()) {
            Expression expression = item.expression();
            if (expression instanceof Literal.IntegerLiteral number) {
                Long ordinal = number.asLong();
                keyItems.add(ordinal == null ? -1 : (int) (ordinal - 1));
            } else if (expression instanceof ColumnReference reference
                    && analysis.resolution(reference) instanceof Resolution.OfItem(int chosen)) {
                keyItems.add(chosen);
            } else {
                keyTexts.add(expression.text(analysis.source()));
            }
        }
        for (int chosen : keyItems) {
            if (chosen >= 0
                    && chosen < select.items().size()
                    && select.items().get(chosen) instanceof Select.ExpressionItem item) {
                keyTexts.add(item.expressionSpan().of(analysis.source()));
                addColumn(item.expression());
            }
        }
        select.groupBy().items().forEach(item -> addColumn(item.expression()));
    }

    private void addColumn(Expression key) {
        Column column = key instanceof ColumnReference reference ? analysis.column(reference) : null;
        if (column != null) {
            keys.add(column);
        }
    }

    /** Whether a column stands there that the group's keys leave open: the server takes it from any row of the group. */
    private boolean picksARow(Node top) {
        List<Node> open = new ArrayList<>(List.of(top));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node instanceof Expression expression && keyTexts.contains(expression.text(analysis.source()))
                    || node instanceof FunctionCall call && call.aggregate()
                    || node instanceof Query) {
                continue;
            }
            if (node instanceof ColumnReference reference && !isOfGroup(reference)) {
                return true;
            }
            if (node instanceof Select.Wildcard) {
                return true;
            }
            node.forEachChild(open::add);
        }
        return false;
    }

    private boolean isOfGroup(ColumnReference reference) {
        if (analysis.resolution(reference) instanceof Resolution.OfItem) {
            return true; // an item, which is looked at for itself
        }
        Column column = analysis.column(reference);
        return column != null && (keys.contains(column) || isTold(column));
    }

    /** Whether the keys tell the row that the column is of. */
    private boolean isTold(Column column) {
        Table.Key key = column.source() instanceof TableUse use && use.table() != null
                ? use.definition().identifyingKey()
                : null;
        return key != null && key.columns().stream().allMatch(name -> keys.contains(new Column(column.source(), name)));
    }
}
