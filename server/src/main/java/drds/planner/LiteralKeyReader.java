package drds.planner;

import drds.analyzer.KeyReader;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.UnaryOperator;
import drds.parser.Literal;
import drds.rule.KeyConversion;
import drds.rule.KeyLiteral;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Literals, and parameters whose values are known, as key values.
 *
 * @param parameters the values' expressions by the parameters' ordinals; null while they aren't known
 * @param types those of columns that were asked for before
 */
record LiteralKeyReader(KeyConversion keys, @Nullable List<Expression> parameters, Map<Table.Column, KeyType> types)
        implements KeyReader {

    LiteralKeyReader(KeyConversion keys, @Nullable List<Expression> parameters) {
        this(keys, parameters, new HashMap<>());
    }

    @Override
    public Constant kind(Expression expression) {
        return switch (expression) {
            case Literal.NullLiteral none -> Constant.NULL;
            case Literal.BooleanLiteral(var span, boolean value) -> value ? Constant.VALUE : Constant.FALSE;
            case Literal.IntegerLiteral number -> number.value().signum() == 0 ? Constant.FALSE : Constant.VALUE;
            case Literal literal -> Constant.VALUE;
            case Expression.Parameter parameter ->
                parameters == null ? Constant.UNKNOWN : kind(parameters.get(parameter.ordinal()));
            case Expression.Unary unary
            when unary.operator() == UnaryOperator.MINUS ->
                unary.operand() instanceof Literal ? Constant.VALUE : Constant.UNKNOWN;
            case Expression.Binary binary when differentNumbers(binary) -> Constant.FALSE;
            default -> Constant.UNKNOWN;
        };
    }

    /** {@code 1 = 0}, which generated SQL likes to say for "nothing". */
    private static boolean differentNumbers(Expression.Binary binary) {
        return binary.operator() == BinaryOperator.EQUAL
                && binary.left() instanceof Literal.IntegerLiteral left
                && binary.right() instanceof Literal.IntegerLiteral right
                && !left.value().equals(right.value());
    }

    @Override
    public Optional<KeyValue> compared(Table.Column column, Expression constant) {
        return literal(constant).flatMap(value -> keys.compared(value, type(column)));
    }

    /** The value that a column holds after the constant was inserted. */
    Optional<KeyValue> stored(Table.Column column, Expression constant) {
        return literal(constant).flatMap(value -> keys.stored(value, type(column)));
    }

    @Override
    public boolean comparesLike(Table.@Nullable Column left, Table.@Nullable Column right) {
        return left != null && right != null && type(left).comparesLike(type(right));
    }

    private KeyType type(Table.Column column) {
        return types.computeIfAbsent(column, c -> KeyType.of(c.type(), c.characterSet(), c.collation()));
    }

    private Optional<KeyLiteral> literal(Expression constant) {
        return switch (constant) {
            case Literal.NullLiteral none -> Optional.of(new KeyLiteral.Null());
            case Literal.IntegerLiteral number -> Optional.of(new KeyLiteral.Int(number.value()));
            case Literal.DecimalLiteral number -> Optional.of(new KeyLiteral.Decimal(number.value()));
            case Literal.BooleanLiteral(var span, boolean value) ->
                Optional.of(new KeyLiteral.Int(value ? BigInteger.ONE : BigInteger.ZERO));
            case Literal.StringLiteral text
            when text.introducer() == null && !text.national() -> Optional.of(new KeyLiteral.Text(text.value()));
            case Literal.TemporalLiteral time
            when time.kind() != Literal.TemporalLiteral.Kind.TIME -> Optional.of(new KeyLiteral.Temporal(time.value()));
            case Expression.Parameter parameter when parameters != null -> literal(parameters.get(parameter.ordinal()));
            case Expression.Unary unary when unary.operator() == UnaryOperator.MINUS -> negated(unary.operand());
            default -> Optional.empty();
        };
    }

    private static Optional<KeyLiteral> negated(Expression operand) {
        return switch (operand) {
            case Literal.IntegerLiteral number ->
                Optional.of(new KeyLiteral.Int(number.value().negate()));
            case Literal.DecimalLiteral number ->
                Optional.of(new KeyLiteral.Decimal(number.value().negate()));
            default -> Optional.empty();
        };
    }
}
