package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Column;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.ColumnReference;

/**
 * Guesses which share of rows meets a condition; for equalities with columns that have an index, by the number of its values. Only
 * the order of sizes matters, and only for the choice between plans.
 */
final class Selectivity {
    private static final double EQUAL = 0.05;
    private static final double RANGE = 0.35;
    private static final double BETWEEN = 0.15;
    private static final double LIKE = 0.1;
    private static final double UNKNOWN = 0.5;

    private final Analysis analysis;
    private final TableSizes sizes;

    Selectivity(Analysis analysis, TableSizes sizes) {
        this.analysis = analysis;
        this.sizes = sizes;
    }

    double of(Expression condition) {
        return switch (condition) {
            case Expression.Binary binary -> of(binary);
            case Expression.InList in ->
                either(
                        in.negated(),
                        Math.min(UNKNOWN, equal(in.value()) * in.list().size()));
            case Expression.Between between -> either(between.negated(), BETWEEN);
            case Expression.Like like -> either(like.negated(), LIKE);
            case Expression.Is is -> either(is.negated(), EQUAL);
            default -> UNKNOWN;
        };
    }

    private static double either(boolean negated, double share) {
        return negated ? 1 - share : share;
    }

    private double of(Expression.Binary binary) {
        return switch (binary.operator()) {
            case AND ->
                KeyConstraints.operands(binary, BinaryOperator.AND).stream()
                        .mapToDouble(this::of)
                        .reduce(1, (a, b) -> a * b);
            case OR ->
                Math.min(
                        1,
                        KeyConstraints.operands(binary, BinaryOperator.OR).stream()
                                .mapToDouble(this::of)
                                .sum());
            case EQUAL, NULL_SAFE_EQUAL -> Math.min(equal(binary.left()), equal(binary.right()));
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> RANGE;
            case NOT_EQUAL -> 1 - EQUAL;
            default -> UNKNOWN;
        };
    }

    /** The share of rows with one value. */
    private double equal(Expression expression) {
        Column column = expression instanceof ColumnReference reference ? analysis.column(reference) : null;
        if (column == null || !(column.source() instanceof TableUse use) || use.table() == null) {
            return EQUAL;
        }
        long values = sizes.values(String.valueOf(use.database()), use.definition(), column.name());
        return values > 0 ? 1.0 / values : EQUAL;
    }
}
