package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Column;
import drds.analyzer.Outputs;
import drds.analyzer.Resolution;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Literal;
import drds.parser.Select;
import java.util.List;

/** Finds the output column that an expression of ORDER BY or GROUP BY means. */
record OutputFinder(Analysis analysis, Select select, SelectList list) {

    /**
     * @return its ordinal from 0, or -1 if it means none
     * @throws NotPushable if it isn't certain
     */
    int find(Expression expression) {
        if (expression instanceof Literal.IntegerLiteral number) {
            Long ordinal = number.asLong();
            if (ordinal == null || ordinal < 1 || ordinal > list.visible()) {
                throw new NotPushable("a column's number that doesn't exist");
            }
            return (int) (ordinal - 1);
        }
        if (expression instanceof ColumnReference reference) {
            return switch (analysis.resolution(reference)) {
                case Resolution.OfItem(int item) -> ordinal(select.items().get(item));
                case Resolution.OfSource(Column column) -> PartitionWise.output(analysis, list.outputs(), column);
                case Resolution.Unknown unknown -> throw new NotPushable("a name whose meaning is not certain");
            };
        }
        requireNoAlias(expression);
        return sameText(expression);
    }

    private int ordinal(Select.Item item) {
        List<Outputs.Output> outputs = list.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).item() == item) {
                return i;
            }
        }
        throw new IllegalStateException("an item without output");
    }

    /** An alias can be used in ORDER BY and GROUP BY but not in a select list. */
    void requireNoAlias(Expression expression) {
        expression.walk(node -> {
            if (node instanceof ColumnReference reference
                    && !(analysis.resolution(reference) instanceof Resolution.OfSource)) {
                throw new NotPushable("an expression over an alias, or a name whose meaning is not certain");
            }
        });
    }

    private int sameText(Expression expression) {
        String text = expression.text(analysis.source());
        List<Outputs.Output> outputs = list.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).item() instanceof Select.ExpressionItem item
                    && item.expression().text(analysis.source()).equals(text)) {
                return i;
            }
        }
        return -1;
    }

    /** The text of an output's value. */
    static Piece piece(Outputs.Output output) {
        Column column = output.column();
        if (column != null) {
            String name = column.source().correlationName();
            String quoted = Sql.quote(column.name());
            return Piece.of(name == null ? quoted : Sql.quote(name) + "." + quoted);
        }
        if (output.item() instanceof Select.ExpressionItem item) {
            return Piece.of(item.expression());
        }
        throw new IllegalStateException("an output that is neither column nor expression");
    }
}
