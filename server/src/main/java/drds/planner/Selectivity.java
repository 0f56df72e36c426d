package drds.planner;

import drds.analyzer.KeyConstraints;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;

/** Guesses which share of rows meets a condition. Only the order of sizes matters, and only for the choice between plans. */
final class Selectivity {
    private static final double EQUAL = 0.05;
    private static final double RANGE = 0.35;
    private static final double BETWEEN = 0.15;
    private static final double LIKE = 0.1;
    private static final double UNKNOWN = 0.5;

    private Selectivity() {}

    static double of(Expression condition) {
        return switch (condition) {
            case Expression.Binary binary -> of(binary);
            case Expression.InList in ->
                either(in.negated(), Math.min(UNKNOWN, EQUAL * in.list().size()));
            case Expression.Between between -> either(between.negated(), BETWEEN);
            case Expression.Like like -> either(like.negated(), LIKE);
            case Expression.Is is -> either(is.negated(), EQUAL);
            default -> UNKNOWN;
        };
    }

    private static double either(boolean negated, double share) {
        return negated ? 1 - share : share;
    }

    private static double of(Expression.Binary binary) {
        return switch (binary.operator()) {
            case AND ->
                KeyConstraints.operands(binary, BinaryOperator.AND).stream()
                        .mapToDouble(Selectivity::of)
                        .reduce(1, (a, b) -> a * b);
            case OR ->
                Math.min(
                        1,
                        KeyConstraints.operands(binary, BinaryOperator.OR).stream()
                                .mapToDouble(Selectivity::of)
                                .sum());
            case EQUAL, NULL_SAFE_EQUAL -> EQUAL;
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> RANGE;
            case NOT_EQUAL -> 1 - EQUAL;
            default -> UNKNOWN;
        };
    }
}
