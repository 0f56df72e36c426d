package drds.program;

import drds.parser.Expression;
import drds.parser.Literal;
import java.util.OptionalLong;

/**
 * Computes the plain whole-number expressions that loops count with, where MySQL's result is certain: signed numbers that
 * aren't NULL, + - *, comparisons, AND, OR and NOT, without overflow. All others are the server's.
 */
final class Arithmetic {
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    private final Scope scope;

    Arithmetic(Scope scope) {
        this.scope = scope;
    }

    /** Empty where the server has to be asked. */
    OptionalLong value(Expression expression) {
        try {
            return switch (expression) {
                case Literal.IntegerLiteral number -> literal(number);
                case Literal.BooleanLiteral truth -> OptionalLong.of(truth.value() ? 1 : 0);
                case Expression.ColumnReference column -> variable(column);
                case Expression.Unary unary -> unary(unary);
                case Expression.Binary binary -> binary(binary);
                default -> UNKNOWN;
            };
        } catch (ArithmeticException overflow) {
            return UNKNOWN;
        }
    }

    private static OptionalLong literal(Literal.IntegerLiteral number) {
        Long value = number.asLong();
        return value == null ? UNKNOWN : OptionalLong.of(value);
    }

    private OptionalLong variable(Expression.ColumnReference column) {
        if (column.table() != null) {
            return UNKNOWN;
        }
        Variable variable = scope.variable(column.column().text());
        return variable != null
                        && variable.value().form() == Value.Form.INTEGER
                        && variable.takes(Long.parseLong(variable.value().text()))
                ? OptionalLong.of(Long.parseLong(variable.value().text()))
                : UNKNOWN;
    }

    private OptionalLong unary(Expression.Unary unary) {
        OptionalLong operand = value(unary.operand());
        if (operand.isEmpty()) {
            return UNKNOWN;
        }
        return switch (unary.operator()) {
            case PLUS -> operand;
            case MINUS -> OptionalLong.of(Math.negateExact(operand.getAsLong()));
            case NOT -> truth(operand.getAsLong() == 0);
            case BIT_NOT, BINARY -> UNKNOWN;
        };
    }

    private OptionalLong binary(Expression.Binary binary) {
        OptionalLong left = value(binary.left());
        if (left.isEmpty()) {
            return UNKNOWN;
        }
        OptionalLong right = value(binary.right());
        if (right.isEmpty()) {
            return UNKNOWN;
        }
        long a = left.getAsLong();
        long b = right.getAsLong();
        return switch (binary.operator()) {
            case PLUS -> OptionalLong.of(Math.addExact(a, b));
            case MINUS -> OptionalLong.of(Math.subtractExact(a, b));
            case MULTIPLY -> OptionalLong.of(Math.multiplyExact(a, b));
            case EQUAL, NULL_SAFE_EQUAL -> truth(a == b);
            case NOT_EQUAL -> truth(a != b);
            case LESS -> truth(a < b);
            case LESS_OR_EQUAL -> truth(a <= b);
            case GREATER -> truth(a > b);
            case GREATER_OR_EQUAL -> truth(a >= b);
            case AND -> truth(a != 0 && b != 0);
            case OR -> truth(a != 0 || b != 0);
            default -> UNKNOWN;
        };
    }

    private static OptionalLong truth(boolean value) {
        return OptionalLong.of(value ? 1 : 0);
    }
}
