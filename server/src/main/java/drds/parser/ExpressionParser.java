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
        boolean quantifier = (t.at(ALL) || t.at(ANY) || t.at(SOME)) && t.kind(1) == Token.OPEN && queryInside(1);
        if (!quantifier) {
            Expression right = predicate();
            return new Binary(t.since(start), operator, left, right);
        }
        boolean all = t.at(ALL);
        t.next();
        Expression.Subquery subquery = subquery();
        return new Expression.Quantified(t.since(start), operator, left, all, subquery);
    }

    private Expression is(int start, Expression operand) {
        t.next();
        boolean negated = t.accept(NOT);
        if (t.accept(Token.NULL)) return new Expression.Is(t.since(start), negated, operand, Expression.Is.Test.NULL);
        Expression.Is.Test test =
                switch (t.word()) {
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
            int own =
                    switch (operator) {
                        case BETWEEN -> BETWEEN_LEVEL;
                        case IN, LIKE, REGEXP, RLIKE, SOUNDS, MEMBER -> LIKE_LEVEL;
                        case null, default -> 0;
                    };
            if (own == 0 || own < level && !negated) return left;
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
        if (t.at(Token.OPEN) && queryInside(0)) {
            Expression.Subquery subquery = subquery();
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
        UnaryOperator operator =
                switch (t.kind()) {
                    case MINUS -> UnaryOperator.MINUS;
                    case PLUS -> UnaryOperator.PLUS;
                    case TILDE -> UnaryOperator.BIT_NOT;
                    case BANG -> UnaryOperator.NOT;
                    case WORD -> t.at(BINARY)
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
        Expression operand = primary();
        while (true) {
            if (t.accept(COLLATE)) {
                Identifier collation = collationName();
                operand = new Expression.Collate(t.since(start), operand, collation);
            } else if (t.at(Token.ARROW) || t.at(Token.LONG_ARROW)) {
                boolean unquote = t.at(Token.LONG_ARROW);
                t.next();
                Expression path = primary();
                operand = new Expression.JsonArrow(t.since(start), operand, unquote, path);
            } else {
                return operand;
            }
        }
    }

    /** A literal with its sign, a call, or anything in parentheses, as a column's default is: COLLATE stays outside. */
    Expression withoutCollation() {
        if (!t.at(Token.MINUS) && !t.at(Token.PLUS)) return primary();
        int start = t.start();
        UnaryOperator operator = t.at(Token.MINUS) ? UnaryOperator.MINUS : UnaryOperator.PLUS;
        t.next();
        Expression operand = primary();
        return new Unary(t.since(start), operator, operand);
    }

    /** The name of a collation or a character set: a word (BINARY among them), or a string. */
    Identifier collationName() {
        if (t.at(BINARY) || t.at(DEFAULT) || t.at(ASCII)) return t.anyIdentifier();
        return t.identifierOrString();
    }

    // ---------------------------------------------------------------- primaries

    private Expression primary() {
        return switch (t.kind()) {
            case INTEGER, DECIMAL, FLOAT, HEX, BIT, STRING, NATIONAL, NULL -> literal(null);
            case PARAMETER -> {
                Span span = t.span();
                t.next();
                yield new Expression.Parameter(span, t.nextParameter());
            }
            case OPEN -> parentheses();
            case USER_VARIABLE -> userVariable();
            case AT_AT -> systemVariable();
            case OPEN_BRACE -> odbc();
            case QUOTED, DOT -> columnOrCall();
            case WORD -> word();
            default -> throw t.error();
        };
    }

    private Expression word() {
        if (t.kind(1) == Token.OPEN) {
            Expression special = grammar.functions.special();
            if (special != null) return special;
        }
        Word word = t.word();
        if (word == null) return introducedOrColumn();
        int start = t.start();
        switch (word) {
            case NULL -> {
                return literal(null);
            }
            case TRUE, FALSE -> {
                t.next();
                return new Literal.BooleanLiteral(t.since(start), word == TRUE);
            }
            case CASE -> {
                return caseExpression();
            }
            case EXISTS -> {
                t.next();
                Expression.Subquery subquery = subquery();
                return new Expression.Exists(t.since(start), subquery);
            }
            case INTERVAL -> {
                return interval();
            }
            case MATCH -> {
                return grammar.functions.match(start);
            }
            case DEFAULT -> {
                t.next();
                return new Expression.DefaultValue(t.since(start));
            }
            case DATE, TIME, TIMESTAMP -> {
                if (t.kind(1) == Token.STRING) return temporal();
            }
            case CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, CURRENT_USER, CURRENT_ROLE, LOCALTIME, LOCALTIMESTAMP,
                    UTC_DATE, UTC_TIME, UTC_TIMESTAMP -> {
                if (t.kind(1) != Token.OPEN) return grammar.functions.withoutParentheses();
            }
            case NEXT, PREVIOUS -> {
                if (t.word(1) == VALUE && t.word(2) == FOR) return grammar.functions.valueFor();
            }
            default -> {}
        }
        if (word.reserved && t.kind(1) != Token.OPEN) throw t.error();
        return columnOrCall();
    }

    /** A word that is no keyword: it may introduce the character set of a string. */
    private Expression introducedOrColumn() {
        if (t.source.charAt(t.start()) == '_') {
            Token next = t.kind(1);
            if ((next == Token.STRING || next == Token.HEX || next == Token.BIT)
                    && Charsets.isKnown(t.source, t.start() + 1, t.end())) {
                int start = t.start();
                String introducer = t.source.substring(start + 1, t.end());
                t.next();
                return literal(new Identifier(new Span(start, start), introducer, false));
            }
        }
        return columnOrCall();
    }

    /** {@code introducer}'s span tells only where the literal starts. */
    private Expression literal(@Nullable Identifier introducer) {
        int start = introducer == null ? t.start() : introducer.start();
        String charset = introducer == null ? null : introducer.text();
        Token kind = t.kind();
        switch (kind) {
            case STRING, NATIONAL -> {
                return stringLiteral(start, charset);
            }
            default -> {}
        }
        String text = t.text();
        t.next();
        Span span = t.since(start);
        return switch (kind) {
            case INTEGER -> new Literal.IntegerLiteral(span, text);
            case DECIMAL -> new Literal.DecimalLiteral(span, text);
            case FLOAT -> new Literal.FloatLiteral(span, text);
            case HEX -> new Literal.HexLiteral(span, charset, digits(text));
            case BIT -> new Literal.BitLiteral(span, charset, digits(text));
            default -> new Literal.NullLiteral(span);
        };
    }

    private static String digits(String text) {
        return text.charAt(1) == '\'' ? text.substring(2, text.length() - 1) : text.substring(2);
    }

    Literal.StringLiteral stringLiteral() {
        if (!t.at(Token.STRING)) throw t.error();
        return stringLiteral(t.start(), null);
    }

    private Literal.StringLiteral stringLiteral(int start, @Nullable String charset) {
        boolean national = t.at(Token.NATIONAL);
        String value = t.stringValue(t.start() + (national ? 1 : 0), t.end());
        t.next();
        while (t.at(Token.STRING)) value += t.string();
        return new Literal.StringLiteral(t.since(start), charset, national, value);
    }

    private Expression temporal() {
        int start = t.start();
        Literal.TemporalLiteral.Kind kind =
                switch (t.word()) {
                    case DATE -> Literal.TemporalLiteral.Kind.DATE;
                    case TIME -> Literal.TemporalLiteral.Kind.TIME;
                    case null, default -> Literal.TemporalLiteral.Kind.TIMESTAMP;
                };
        t.next();
        String value = t.string();
        return new Literal.TemporalLiteral(t.since(start), kind, value);
    }

    /** {@code {d '2024-01-01'}}, {@code {ts '...'}}, {@code {fn now()}}. */
    private Expression odbc() {
        int start = t.start();
        t.next();
        String word = t.identifier().text();
        Literal.TemporalLiteral.Kind kind =
                switch (word) {
                    case "d", "D" -> Literal.TemporalLiteral.Kind.DATE;
                    case "t", "T" -> Literal.TemporalLiteral.Kind.TIME;
                    case "ts", "TS", "Ts", "tS" -> Literal.TemporalLiteral.Kind.TIMESTAMP;
                    default -> null;
                };
        if (kind != null && t.at(Token.STRING) && t.kind(1) == Token.CLOSE_BRACE) {
            String value = t.string();
            t.next();
            return new Literal.TemporalLiteral(t.since(start), kind, value);
        }
        Expression inside = expression();
        t.expect(Token.CLOSE_BRACE);
        return inside;
    }

    private Expression parentheses() {
        if (queryInside(0)) return subquery();
        int start = t.start();
        t.next();
        Expression first = expression();
        if (t.accept(Token.CLOSE)) return first;
        List<Expression> items = new ArrayList<>();
        items.add(first);
        while (t.accept(Token.COMMA)) items.add(expression());
        t.expect(Token.CLOSE);
        return new Expression.Row(t.since(start), items);
    }

    /** Whether the parenthesis {@code ahead} tokens further on holds a query. */
    boolean queryInside(int ahead) {
        return t.kind(ahead) == Token.OPEN && queryAt(ahead + 1);
    }

    /** Whether a query begins {@code ahead} tokens further on, perhaps in parentheses of its own. */
    boolean queryAt(int ahead) {
        int inner = ahead;
        while (t.kind(inner) == Token.OPEN) inner++;
        // Deeper nesting is refused anyway.
        if (inner - ahead > Grammar.NESTING_LIMIT || !queryWordAt(inner)) return false;
        for (int open = inner - 1; open >= ahead; open--) {
            int close = t.closing(open);
            if (close < 0 || !mayFollowQuery(close + 1)) return false;
        }
        return true;
    }

    private boolean queryWordAt(int ahead) {
        return switch (t.word(ahead)) {
            case SELECT, WITH, TABLE -> true;
            case VALUES -> t.word(ahead + 1) == ROW
                    || t.kind(ahead + 1) == Token.OPEN && !valuesFunctionAt(ahead + 1);
            case null, default -> false;
        };
    }

    /** Whether what is here may stand behind a query in parentheses that is part of a larger query. */
    private boolean mayFollowQuery(int ahead) {
        if (t.kind(ahead) == Token.CLOSE) return true;
        return switch (t.word(ahead)) {
            case UNION, EXCEPT, INTERSECT, ORDER, LIMIT, OFFSET, FETCH, FOR, LOCK, INTO -> true;
            case null, default -> false;
        };
    }

    /** Whether {@code (column)} is here and no further row follows: then VALUES before it is the function. */
    private boolean valuesFunctionAt(int ahead) {
        int close = t.closing(ahead);
        if (close < 0) return false;
        boolean name = t.kind(ahead + 1) == Token.WORD || t.kind(ahead + 1) == Token.QUOTED;
        boolean rowFollows = t.kind(close + 1) == Token.COMMA && t.kind(close + 2) == Token.OPEN;
        return name && !rowFollows && t.kind(ahead + 2) != Token.OPEN;
    }

    /** {@code (query)}. */
    Expression.Subquery subquery() {
        int start = t.start();
        t.expect(Token.OPEN);
        Query query = grammar.queries.query();
        t.expect(Token.CLOSE);
        return new Expression.Subquery(t.since(start), query);
    }

    Expression.UserVariable userVariableName() {
        if (!t.at(Token.USER_VARIABLE)) throw t.error();
        int start = t.start();
        char first = t.source.charAt(start + 1);
        String name = first == '`' || first == '\'' || first == '"'
                ? t.stringValue(start + 1, t.end())
                : t.source.substring(start + 1, t.end());
        t.next();
        return new Expression.UserVariable(t.since(start), name);
    }

    private Expression userVariable() {
        int start = t.start();
        Expression.UserVariable variable = userVariableName();
        if (!t.accept(Token.ASSIGN)) return variable;
        Expression value = expression();
        return new Expression.Assignment(t.since(start), variable, value);
    }

    Expression.SystemVariable systemVariable() {
        int start = t.start();
        t.expect(Token.AT_AT);
        Identifier first = t.anyIdentifier();
        if (!t.accept(Token.DOT)) return new Expression.SystemVariable(t.since(start), null, null, first);
        VariableScope scope = scope(first);
        Identifier name = t.anyIdentifier();
        if (scope == null) return new Expression.SystemVariable(t.since(start), null, first, name);
        if (!t.accept(Token.DOT)) return new Expression.SystemVariable(t.since(start), scope, null, name);
        Identifier last = t.anyIdentifier();
        return new Expression.SystemVariable(t.since(start), scope, name, last);
    }

    private static @Nullable VariableScope scope(Identifier word) {
        if (word.quoted()) return null;
        if (word.is("GLOBAL")) return VariableScope.GLOBAL;
        if (word.is("SESSION") || word.is("LOCAL")) return VariableScope.SESSION;
        if (word.is("PERSIST")) return VariableScope.PERSIST;
        return word.is("PERSIST_ONLY") ? VariableScope.PERSIST_ONLY : null;
    }

    private Expression caseExpression() {
        int start = t.start();
        t.next();
        Expression operand = t.at(WHEN) ? null : expression();
        List<Expression.When> whens = new ArrayList<>(2);
        do {
            int whenStart = t.start();
            t.expect(WHEN);
            Expression condition = expression();
            t.expect(THEN);
            Expression result = expression();
            whens.add(new Expression.When(t.since(whenStart), condition, result));
        } while (t.at(WHEN));
        Expression otherwise = t.accept(ELSE) ? expression() : null;
        t.expect(END);
        return new Expression.Case(t.since(start), operand, whens, otherwise);
    }

    /** {@code INTERVAL value unit}; the function INTERVAL(a, b) has been taken before. */
    Expression.Interval interval() {
        int start = t.start();
        t.expect(INTERVAL);
        Expression value = expression();
        String unit = grammar.functions.unit();
        return new Expression.Interval(t.since(start), value, unit);
    }

    Expression.ColumnReference column() {
        int start = t.start();
        if (t.accept(Token.DOT)) {
            Identifier table = t.anyIdentifier();
            t.expect(Token.DOT);
            Identifier column = t.anyIdentifier();
            return new Expression.ColumnReference(t.since(start), null, table, column);
        }
        Identifier first = t.identifier();
        if (!t.accept(Token.DOT)) return new Expression.ColumnReference(first.span(), null, null, first);
        Identifier second = t.anyIdentifier();
        if (!t.accept(Token.DOT)) return new Expression.ColumnReference(t.since(start), null, first, second);
        Identifier third = t.anyIdentifier();
        return new Expression.ColumnReference(t.since(start), first, second, third);
    }

    private Expression columnOrCall() {
        if (t.kind(1) == Token.OPEN) return grammar.functions.call(t.start(), null);
        if (t.kind(1) == Token.DOT && t.kind(3) == Token.OPEN && t.kind() != Token.DOT) {
            int start = t.start();
            Identifier schema = t.identifier();
            t.next();
            return grammar.functions.call(start, schema);
        }
        Expression.ColumnReference column = column();
        if (column.table() != null && !column.column().quoted() && !t.at(Token.ASSIGN)) {
            boolean next = column.column().is("NEXTVAL");
            if (next || column.column().is("CURRVAL")) return dottedSequence(column, next);
        }
        return column;
    }

    private Expression dottedSequence(Expression.ColumnReference column, boolean next) {
        Identifier table = column.table();
        if (table == null) return column;
        QualifiedName name = new QualifiedName(column.qualifier(), column.schema(), table);
        return new SpecialFunction.SequenceValue(
                column.span(), next, SpecialFunction.SequenceValue.Form.DOTTED, name);
    }
}
