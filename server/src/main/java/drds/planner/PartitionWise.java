package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Outputs;
import drds.analyzer.Resolution;
import drds.analyzer.Traits;
import drds.analyzer.TraitsOfBlock;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.WindowSpecification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a SELECT's rows, computed in each partition alone, are together its rows: it groups, compares and numbers only
 * within one shard key. (Its LIMIT is another matter.)
 *
 * @param anchors the shard keys of its joined rows, none of them filled with NULL
 */
record PartitionWise(Analysis analysis, Block block, Select select, List<Anchor> anchors) {

    boolean holds() {
        return groups() && windows() && distinct();
    }

    /** Whether there is no grouping at all, or every group lies in one partition. */
    boolean groups() {
        if (select.groupBy() != null) {
            return !select.groupBy().rollup() && isGroupedByKey();
        }
        Traits traits = new TraitsOfBlock(select).all();
        return !traits.aggregate() && select.having() == null;
    }

    boolean isGroupedByKey() {
        if (select.groupBy() == null) {
            return false;
        }
        List<Column> columns = new ArrayList<>();
        for (OrderBy.Item item : select.groupBy().items()) {
            Column column = groupColumn(item.expression());
            if (column != null) {
                columns.add(column);
            }
        }
        return hasKey(columns);
    }

    /** The column by which a GROUP BY item groups: named, or by a select item's number or alias. */
    private @Nullable Column groupColumn(Expression expression) {
        if (expression instanceof Literal.IntegerLiteral number) {
            Long ordinal = number.asLong();
            List<Outputs.Output> outputs = Outputs.of(select, block, analysis.source());
            return ordinal == null || outputs == null || ordinal < 1 || ordinal > outputs.size()
                    ? null
                    : Colocation.plain(analysis, outputs.get((int) (ordinal - 1)));
        }
        if (!(expression instanceof ColumnReference reference)) {
            return null;
        }
        if (analysis.resolution(reference) instanceof Resolution.OfItem(int item)) {
            return select.items().get(item) instanceof Select.ExpressionItem chosen
                            && chosen.expression() instanceof ColumnReference column
                    ? analysis.column(column)
                    : null;
        }
        return analysis.column(reference);
    }

    private boolean hasKey(List<Column> columns) {
        return anchors.stream().anyMatch(anchor -> {
            for (int i = 0; i < anchor.columns().size(); i++) {
                if (!columns.contains(anchor.column(i))) {
                    return false;
                }
            }
            return true;
        });
    }

    private boolean windows() {
        List<Node> places = new ArrayList<>(select.items());
        if (select.orderBy() != null) {
            places.add(select.orderBy());
        }
        return places.stream().allMatch(this::windows);
    }

    private boolean windows(Node top) {
        List<Node> open = new ArrayList<>();
        open.add(top);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node instanceof FunctionCall call && call.over() != null && !isWithinKey(call.over())) {
                return false;
            }
            if (!(node instanceof Query)) {
                node.forEachChild(open::add);
            }
        }
        return true;
    }

    private boolean isWithinKey(FunctionCall.Over over) {
        WindowSpecification window = over.window();
        if (window == null && over.name() != null && select.windows() != null) {
            window = select.windows().definitions().stream()
                    .filter(d -> d.name().is(over.name().text()))
                    .map(Select.WindowDefinition::window)
                    .findFirst()
                    .orElse(null);
        }
        if (window == null || window.base() != null) {
            return false;
        }
        List<Column> columns = new ArrayList<>();
        for (Expression expression : window.partitionBy()) {
            Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
            if (column != null) {
                columns.add(column);
            }
        }
        return hasKey(columns);
    }

    /** Whether equal rows lie in one partition. */
    boolean distinct() {
        if (!select.distinct()) {
            return true;
        }
        List<Outputs.Output> outputs = Outputs.of(select, block, analysis.source());
        if (outputs == null) {
            return false;
        }
        List<Column> columns = new ArrayList<>();
        for (Outputs.Output output : outputs) {
            Column column = Colocation.plain(analysis, output);
            if (column != null) {
                columns.add(column);
            }
        }
        return hasKey(columns);
    }

    /** The ordinal of the output that is this column and nothing else, or -1. */
    static int output(Analysis analysis, List<Outputs.Output> outputs, Column column) {
        for (int i = 0; i < outputs.size(); i++) {
            if (column.equals(Colocation.plain(analysis, outputs.get(i)))) {
                return i;
            }
        }
        return -1;
    }
}
