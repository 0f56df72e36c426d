package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.TraitsOfBlock;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Select;
import java.util.List;

/**
 * {@code key IN (SELECT key FROM ...)} as a condition of WHERE is as good as an equality: an outer row only looks for inner
 * rows with its own key. (Not so NOT IN, or IN as a value, where a NULL elsewhere matters.)
 */
final class InKey {
    private InKey() {}

    /** The equality that an IN around the block makes; empty if there is none. */
    static List<Equalities.Pair> pairs(Analysis analysis, Block block) {
        Block outer = block.parent();
        Select select = block.select();
        if (outer == null
                || select == null
                || select.limit() != null
                || select.items().size() != 1) {
            return List.of();
        }
        for (Filter filter : outer.filters()) {
            if (filter.condition() instanceof Expression.InSubquery in
                    && filter.where()
                    && !in.negated()
                    && analysis.block(in.subquery().query()) == block
                    && in.value() instanceof ColumnReference value
                    && select.items().get(0) instanceof Select.ExpressionItem item
                    && item.expression() instanceof ColumnReference inner) {
                Column left = analysis.column(value);
                Column right = analysis.column(inner);
                if (left == null || right == null || !isSteady(analysis, outer, left)) {
                    return List.of();
                }
                return keepsRows(analysis, select, right) ? List.of(new Equalities.Pair(left, right)) : List.of();
            }
        }
        return List.of();
    }

    /** Whether the value is the row's own all the time: not one that the statement assigns before the subquery is asked. */
    private static boolean isSteady(Analysis analysis, Block outer, Column column) {
        return outer.node() == analysis.statement() || !analysis.isAssigned(column);
    }

    /** Whether the rows with one value of the column depend on no others. */
    private static boolean keepsRows(Analysis analysis, Select select, Column column) {
        if (new TraitsOfBlock(select).all().window() || select.windows() != null) {
            return false;
        }
        if (select.groupBy() == null) {
            return !new TraitsOfBlock(select).all().aggregate() && select.having() == null;
        }
        return !select.groupBy().rollup()
                && select.groupBy().items().stream()
                        .anyMatch(i -> i.expression() instanceof ColumnReference reference
                                && column.equals(analysis.column(reference)));
    }
}
