package drds.analyzer;

import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import java.util.ArrayList;
import java.util.List;

/** The equalities of columns that a block's conditions ask for. */
public final class Links {
    private Links() {}

    /**
     * From WHERE, ON and USING; the other column may be one of a block around, but not one that an UPDATE assigns there: which
     * of its values is meant is not known.
     */
    public static List<Link> of(Block block, Analysis analysis) {
        List<Link> links = new ArrayList<>(block.merged());
        for (Filter filter : block.filters()) {
            if (filter.condition() instanceof Expression.Binary binary
                    && binary.operator() == Expression.BinaryOperator.EQUAL
                    && binary.left() instanceof ColumnReference left
                    && binary.right() instanceof ColumnReference right) {
                Column first = analysis.column(left);
                Column second = analysis.column(right);
                if (first != null
                        && second != null
                        && isSteady(first, block, analysis)
                        && isSteady(second, block, analysis)) {
                    links.add(new Link(first, second, filter.reach(), filter.where(), binary));
                }
            }
        }
        return links;
    }

    private static boolean isSteady(Column column, Block block, Analysis analysis) {
        return block.node() == analysis.statement() || !analysis.isAssigned(column);
    }

    /** Whether an outer join of the block may fill the source's columns with NULL. */
    public static boolean maybeNullFilled(Block block, Source source) {
        return block.from() == null || new FromConditions(block).isNullFilled(block.from(), source);
    }
}
