package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What expressions are made of: literals, names, variables, subqueries, and whatever else stands without operators. */
final class PrimaryParser {
    private final Tokens t;
    private final Grammar grammar;

    PrimaryParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** Whatever an operator may stand before or behind. */
    Expression primary() {
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
            case CURRENT_DATE,
                    CURRENT_TIME,
                    CURRENT_TIMESTAMP,
                    CURRENT_USER,
                    CURRENT_ROLE,
                    LOCALTIME,
                    LOCALTIMESTAMP,
                    UTC_DATE,
                    UTC_TIME,
                    UTC_TIMESTAMP -> {
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
        Literal.TemporalLiteral.Kind kind = switch (t.word()) {
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
        Literal.TemporalLiteral.Kind kind = switch (word) {
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
        Expression inside = grammar.expressions.expression();
        t.expect(Token.CLOSE_BRACE);
        return inside;
    }

    private Expression parentheses() {
        if (queryInside(0)) return subquery();
        int start = t.start();
        t.next();
        Expression first = grammar.expressions.expression();
        if (t.accept(Token.CLOSE)) return first;
        List<Expression> items = new ArrayList<>();
        items.add(first);
        while (t.accept(Token.COMMA)) items.add(grammar.expressions.expression());
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
            case VALUES -> t.word(ahead + 1) == ROW || t.kind(ahead + 1) == Token.OPEN && !valuesFunctionAt(ahead + 1);
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
        Expression value = grammar.expressions.expression();
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
        Expression operand = t.at(WHEN) ? null : grammar.expressions.expression();
        List<Expression.When> whens = new ArrayList<>(2);
        do {
            int whenStart = t.start();
            t.expect(WHEN);
            Expression condition = grammar.expressions.expression();
            t.expect(THEN);
            Expression result = grammar.expressions.expression();
            whens.add(new Expression.When(t.since(whenStart), condition, result));
        } while (t.at(WHEN));
        Expression otherwise = t.accept(ELSE) ? grammar.expressions.expression() : null;
        t.expect(END);
        return new Expression.Case(t.since(start), operand, whens, otherwise);
    }

    /** {@code INTERVAL value unit}; the function INTERVAL(a, b) has been taken before. */
    Expression.Interval interval() {
        int start = t.start();
        t.expect(INTERVAL);
        Expression value = grammar.expressions.expression();
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
        return new SpecialFunction.SequenceValue(column.span(), next, SpecialFunction.SequenceValue.Form.DOTTED, name);
    }
}
