package drds.planner;

import drds.analyzer.KeyReader;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.Span;
import drds.rule.KeyConversion;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the constants of a statement's tree with the values of another statement of its shape.
 *
 * @param holes which value stands for a literal of the tree; parameters stand for the values of their own ordinals
 * @param values as SQL text
 */
record HoleReader(LiteralKeyReader reader, Map<Expression, Integer> holes, List<String> values) implements KeyReader {
    private static final Span NOWHERE = new Span(0, 0);
    private static final int LONGEST_NUMBER = 80;

    /** @param types remembered from one statement to the next */
    HoleReader(
            KeyConversion keys, Map<Expression, Integer> holes, List<String> values, Map<Table.Column, KeyType> types) {
        this(new LiteralKeyReader(keys, null, types), holes, values);
    }

    /** A value that only the parser understands decides: the statement has to be planned. */
    static final class NotReadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotReadable() {
            super("a value that has to be parsed", null, false, false);
        }
    }

    @Override
    public Constant kind(Expression expression) {
        return reader.kind(filled(expression));
    }

    @Override
    public Optional<KeyValue> compared(Table.Column column, Expression constant) {
        return reader.compared(column, filled(constant));
    }

    @Override
    public boolean comparesLike(Table.@Nullable Column left, Table.@Nullable Column right) {
        return reader.comparesLike(left, right);
    }

    private Expression filled(Expression expression) {
        return switch (expression) {
            case Literal literal -> {
                Integer hole = holes.get(literal);
                yield hole == null ? literal : literal(values.get(hole));
            }
            case Expression.Parameter parameter -> literal(values.get(parameter.ordinal()));
            case Expression.Unary(var span, var operator, Literal operand) ->
                new Expression.Unary(span, operator, filled(operand));
            case Expression.Binary(var span, var operator, Literal left, Literal right) ->
                new Expression.Binary(span, operator, filled(left), filled(right));
            default -> expression;
        };
    }

    /** The literal that a short text is: a number, or a string without escapes. */
    static Expression literal(String text) {
        int length = text.length();
        char first = length == 0 ? ' ' : text.charAt(0);
        if (first == '-' && length > 1) {
            return new Expression.Unary(NOWHERE, Expression.UnaryOperator.MINUS, literal(text.substring(1)));
        }
        if (first == '\'' && length >= 2 && text.charAt(length - 1) == '\'') {
            String inside = text.substring(1, length - 1);
            if (inside.indexOf('\'') < 0 && inside.indexOf('\\') < 0) {
                return new Literal.StringLiteral(NOWHERE, null, false, inside);
            }
        }
        if (first >= '0' && first <= '9' && length <= LONGEST_NUMBER) {
            return number(text);
        }
        if (text.equals("NULL")) {
            return new Literal.NullLiteral(NOWHERE);
        }
        throw new NotReadable();
    }

    private static Expression number(String text) {
        boolean point = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !point && i + 1 < text.length()) {
                point = true;
            } else if (c < '0' || c > '9') {
                throw new NotReadable();
            }
        }
        return point ? new Literal.DecimalLiteral(NOWHERE, text) : new Literal.IntegerLiteral(NOWHERE, text);
    }
}
