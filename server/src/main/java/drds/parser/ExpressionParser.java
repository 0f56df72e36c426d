package drds.parser;

import static drds.parser.Word.*;

import drds.parser.Expression.Binary;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.Unary;
import drds.parser.Expression.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expressions, with the precedence of MySQL's and MariaDB's grammars, loosest first: OR, XOR, AND, NOT; comparisons and
 * IS (one level, to the left); BETWEEN; IN, LIKE, REGEXP; {@code | & << + * ^ ||}; unary; COLLATE.
 */
final class ExpressionParser {
    private static final int OR_LEVEL = 1;
    private static final int XOR_LEVEL = 2;
    private static final int AND_LEVEL = 3;
    private static final int BETWEEN_LEVEL = 1;
    private static final int LIKE_LEVEL = 2;

    private final Tokens t;
    private final Grammar grammar;

    ExpressionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Expression expression() {
        grammar.enter();
        Expression expression = logical(OR_LEVEL);
        grammar.leave();
        return expression;
    }

    /** One or more expressions separated by commas. */
    List<Expression> list() {
        List<Expression> list = new ArrayList<>(4);
        do list.add(expression());
        while (t.accept(Token.COMMA));
        return list;
    }

    /** {@code (a, b)} without a node of its own; empty parentheses are allowed. */
    List<Expression> parenthesizedList() {
        t.expect(Token.OPEN);
        if (t.accept(Token.CLOSE)) return List.of();
        List<Expression> list = list();
        t.expect(Token.CLOSE);
        return list;
    }

    private Expression logical(int level) {
        int start = t.start();
        Expression left = negation();
        while (true) {
            BinaryOperator operator = logicalOperator();
            if (operator == null) return left;
            int own = operator == BinaryOperator.OR ? OR_LEVEL : operator == BinaryOperator.XOR ? XOR_LEVEL : AND_LEVEL;
            if (own < level) return left;
            t.next();
            Expression right = logical(own + 1);
            left = new Binary(t.since(start), operator, left, right);
        }
    }

    private @Nullable BinaryOperator logicalOperator() {
        if (t.at(Token.DOUBLE_AMPERSAND)) return BinaryOperator.AND;
        if (t.at(Token.DOUBLE_PIPE)) return t.modes.pipesAsConcat() ? null : BinaryOperator.OR;
        return switch (t.word()) {
            case AND -> BinaryOperator.AND;
            case OR -> BinaryOperator.OR;
            case XOR -> BinaryOperator.XOR;
            case null, default -> null;
        };
    }

    private Expression negation() {
        if (!t.at(NOT) || t.modes.highNotPrecedence()) return comparison();
        int start = t.start();
        t.next();
        grammar.enter();
        Expression operand = negation();
        grammar.leave();
        return new Unary(t.since(start), UnaryOperator.NOT, operand);
    }

    private Expression comparison() {
        int start = t.start();
        Expression left = predicate();
        while (true) {
            BinaryOperator operator = comparisonOperator();
            if (operator != null) {
                t.next();
                left = compare(start, operator, left);
            } else if (t.at(IS)) {
                left = is(start, left);
            } else {
                return left;
            }
        }
    }

    private @Nullable BinaryOperator comparisonOperator() {
        return switch (t.kind()) {
            case EQUAL -> BinaryOperator.EQUAL;
            case NULL_SAFE_EQUAL -> BinaryOperator.NULL_SAFE_EQUAL;
            case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
            case LESS -> BinaryOperator.LESS;
            case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
            case GREATER -> BinaryOperator.GREATER;
            case GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private Expression compare(int start, BinaryOperator operator, Expression left) {
        boolean quantifier =
                (t.at(ALL) || t.at(ANY) || t.at(SOME)) && t.kind(1) == Token.OPEN && grammar.primaries.queryInside(1);
        if (!quantifier) {
            Expression right = predicate();
            return new Binary(t.since(start), operator, left, right);
        }
        boolean all = t.at(ALL);
        t.next();
        Expression.Subquery subquery = grammar.primaries.subquery();
        return new Expression.Quantified(t.since(start), operator, left, all, subquery);
    }

    private Expression is(int start, Expression operand) {
        t.next();
        boolean negated = t.accept(NOT);
        if (t.accept(Token.NULL)) return new Expression.Is(t.since(start), negated, operand, Expression.Is.Test.NULL);
        Expression.Is.Test test = switch (t.word()) {
            case NULL -> Expression.Is.Test.NULL;
            case TRUE -> Expression.Is.Test.TRUE;
            case FALSE -> Expression.Is.Test.FALSE;
            case UNKNOWN -> Expression.Is.Test.UNKNOWN;
            case JSON -> Expression.Is.Test.JSON;
            case null, default -> throw t.error();
        };
        t.next();
        return new Expression.Is(t.since(start), negated, operand, test);
    }

    private Expression predicate() {
        return predicate(BETWEEN_LEVEL);
    }

    /**
     * LIKE and its kin lean to the left, BETWEEN to the right; with NOT in front both go with the operand before them:
     * {@code a LIKE b LIKE c} is {@code (a LIKE b) LIKE c}, {@code a LIKE b NOT LIKE c} is {@code a LIKE (b NOT LIKE c)}.
     *
     * @param level the loosest operator without NOT to be taken
     */
    private Expression predicate(int level) {
        int start = t.start();
        Expression left = bits(1);
        while (true) {
            boolean negated = t.at(NOT);
            Word operator = negated ? t.word(1) : t.word();
            int own = switch (operator) {
                case BETWEEN -> BETWEEN_LEVEL;
                case IN, LIKE, REGEXP, RLIKE, SOUNDS, MEMBER -> LIKE_LEVEL;
                case null, default -> 0;
            };
            if (operator == null || own == 0 || own < level && !negated) return left;
            Expression next = predicate(start, left, operator, negated);
            if (next == null) return left;
            left = next;
        }
    }

    private @Nullable Expression predicate(int start, Expression left, Word operator, boolean negated) {
        if (operator == SOUNDS && (negated || t.word(1) != LIKE)) return null;
        if (operator == MEMBER && (negated || t.word(1) != OF)) return null;
        t.next();
        if (negated || operator == SOUNDS || operator == MEMBER) t.next();
        return switch (operator) {
            case BETWEEN -> {
                Expression low = predicate();
                t.expect(AND);
                Expression high = predicate();
                yield new Expression.Between(t.since(start), negated, left, low, high);
            }
            case IN -> in(start, negated, left);
            case LIKE -> {
                Expression pattern = predicate(LIKE_LEVEL + 1);
                Expression escape = t.accept(ESCAPE) ? predicate(LIKE_LEVEL + 1) : null;
                yield new Expression.Like(t.since(start), negated, left, pattern, escape);
            }
            case SOUNDS -> {
                Expression right = predicate(LIKE_LEVEL + 1);
                yield new Binary(t.since(start), BinaryOperator.SOUNDS_LIKE, left, right);
            }
            case MEMBER -> {
                t.expect(Token.OPEN);
                Expression array = expression();
                t.expect(Token.CLOSE);
                yield new Expression.MemberOf(t.since(start), left, array);
            }
            default -> {
                Expression pattern = predicate(LIKE_LEVEL + 1);
                yield new Expression.Regexp(t.since(start), negated, left, pattern);
            }
        };
    }

    private Expression in(int start, boolean negated, Expression value) {
        if (t.at(Token.OPEN) && grammar.primaries.queryInside(0)) {
            Expression.Subquery subquery = grammar.primaries.subquery();
            return new Expression.InSubquery(t.since(start), negated, value, subquery);
        }
        int listStart = t.start();
        t.expect(Token.OPEN);
        List<Expression> list = list();
        t.expect(Token.CLOSE);
        return new Expression.InList(t.since(start), negated, value, t.since(listStart), list);
    }

    // ---------------------------------------------------------------- arithmetic

    /** Everything from {@code |} on; {@code level} is the loosest operator to be taken. */
    Expression bits(int level) {
        int start = t.start();
        Expression left = unary();
        while (true) {
            BinaryOperator operator = bitOperator();
            if (operator == null) return left;
            int own = bitLevel(operator);
            if (own < level) return left;
            t.next();
            Expression right = bits(own + 1);
            left = new Binary(t.since(start), operator, left, right);
        }
    }

    private @Nullable BinaryOperator bitOperator() {
        return switch (t.kind()) {
            case PIPE -> BinaryOperator.BIT_OR;
            case AMPERSAND -> BinaryOperator.BIT_AND;
            case SHIFT_LEFT -> BinaryOperator.SHIFT_LEFT;
            case SHIFT_RIGHT -> BinaryOperator.SHIFT_RIGHT;
            case PLUS -> BinaryOperator.PLUS;
            case MINUS -> BinaryOperator.MINUS;
            case STAR -> BinaryOperator.MULTIPLY;
            case SLASH -> BinaryOperator.DIVIDE;
            case PERCENT -> BinaryOperator.MODULO;
            case CARET -> BinaryOperator.BIT_XOR;
            case DOUBLE_PIPE -> t.modes.pipesAsConcat() ? BinaryOperator.CONCAT : null;
            case WORD -> t.at(DIV) ? BinaryOperator.INTEGER_DIVIDE : t.at(MOD) ? BinaryOperator.MODULO : null;
            default -> null;
        };
    }

    private static int bitLevel(BinaryOperator operator) {
        return switch (operator) {
            case BIT_OR -> 1;
            case BIT_AND -> 2;
            case SHIFT_LEFT, SHIFT_RIGHT -> 3;
            case PLUS, MINUS -> 4;
            case MULTIPLY, DIVIDE, INTEGER_DIVIDE, MODULO -> 5;
            case BIT_XOR -> 6;
            case CONCAT -> 7;
            default -> throw new IllegalArgumentException(operator.name());
        };
    }

    private Expression unary() {
        UnaryOperator operator = switch (t.kind()) {
            case MINUS -> UnaryOperator.MINUS;
            case PLUS -> UnaryOperator.PLUS;
            case TILDE -> UnaryOperator.BIT_NOT;
            case BANG -> UnaryOperator.NOT;
            case WORD ->
                t.at(BINARY)
                        ? UnaryOperator.BINARY
                        : t.at(NOT) && t.modes.highNotPrecedence() ? UnaryOperator.NOT : null;
            default -> null;
        };
        if (operator == null) return postfix();
        int start = t.start();
        t.next();
        grammar.enter();
        Expression operand = unary();
        grammar.leave();
        return new Unary(t.since(start), operator, operand);
    }

    private Expression postfix() {
        int start = t.start();
        Expression operand = grammar.primaries.primary();
        while (true) {
            if (t.accept(COLLATE)) {
                Identifier collation = collationName();
                operand = new Expression.Collate(t.since(start), operand, collation);
            } else if (t.at(Token.ARROW) || t.at(Token.LONG_ARROW)) {
                boolean unquote = t.at(Token.LONG_ARROW);
                t.next();
                Expression path = grammar.primaries.primary();
                operand = new Expression.JsonArrow(t.since(start), operand, unquote, path);
            } else {
                return operand;
            }
        }
    }

    /** A literal with its sign, a call, or anything in parentheses, as a column's default is: COLLATE stays outside. */
    Expression withoutCollation() {
        if (!t.at(Token.MINUS) && !t.at(Token.PLUS)) return grammar.primaries.primary();
        int start = t.start();
        UnaryOperator operator = t.at(Token.MINUS) ? UnaryOperator.MINUS : UnaryOperator.PLUS;
        t.next();
        Expression operand = grammar.primaries.primary();
        return new Unary(t.since(start), operator, operand);
    }

    /** The name of a collation or a character set: a word (BINARY among them), or a string. */
    Identifier collationName() {
        if (t.at(BINARY) || t.at(DEFAULT) || t.at(ASCII)) return t.anyIdentifier();
        return t.identifierOrString();
    }
}
