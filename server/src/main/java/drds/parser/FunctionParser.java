package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Function calls: the ordinary form, aggregates and windows, and the functions with a syntax of their own. */
final class FunctionParser {
    private final Tokens t;
    private final Grammar grammar;

    FunctionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    private Expression expression() {
        return grammar.expressions.expression();
    }

    /** A function with a syntax of its own, whose name is here and whose parenthesis follows; null if it is none. */
    @Nullable
    Expression special() {
        int start = t.start();
        return switch (t.word()) {
            case CAST -> cast(start);
            case CONVERT -> convert(start);
            case EXTRACT -> extract(start);
            case TRIM -> trim(start);
            case SUBSTRING, SUBSTR, MID -> substring(start);
            case POSITION -> position(start);
            case CHAR -> charFunction(start);
            case INTERVAL -> intervalFunction(start);
            case VALUES, VALUE -> valuesOf(start);
            case DEFAULT -> defaultOf(start);
            case GET_FORMAT -> getFormat(start);
            case WEIGHT_STRING -> weightString(start);
            case TIMESTAMPADD, TIMESTAMPDIFF -> timestampArithmetic(start);
            case JSON_VALUE -> jsonValue(start);
            case MATCH -> match(start);
            case ROW -> row(start);
            case NEXTVAL, LASTVAL -> sequenceFunction(start);
            case IF,
                    LEFT,
                    RIGHT,
                    REPLACE,
                    REPEAT,
                    INSERT,
                    MOD,
                    DATABASE,
                    SCHEMA,
                    ROW_NUMBER,
                    CURRENT_DATE,
                    CURRENT_TIME,
                    CURRENT_TIMESTAMP,
                    CURRENT_USER,
                    CURRENT_ROLE,
                    LOCALTIME,
                    LOCALTIMESTAMP,
                    UTC_DATE,
                    UTC_TIME,
                    UTC_TIMESTAMP,
                    CHARACTER -> call(start, null);
            case null, default -> null;
        };
    }

    // ---------------------------------------------------------------- the ordinary form

    /** {@code name(...)}, where {@code start} is that of the schema if there is one. */
    Expression call(int start, @Nullable Identifier schema) {
        if (schema == null && t.word() != null && t.word().reserved && !reservedFunction(t.word())) throw t.error();
        Identifier name = t.anyIdentifier();
        t.expect(Token.OPEN);
        boolean aggregate = schema == null && isAggregate(name);
        boolean distinct = false;
        if (aggregate) {
            distinct = t.accept(DISTINCT) || t.accept(DISTINCTROW);
            t.accept(ALL);
        }
        boolean star = aggregate && t.accept(Token.STAR);
        List<Expression> arguments = star || t.at(Token.CLOSE) && !distinct ? List.of() : arguments();
        OrderBy orderBy = null;
        Expression separator = null;
        Limit limit = null;
        if (aggregate) {
            orderBy = grammar.queries.orderBy();
            if (t.accept(SEPARATOR)) separator = expression();
            limit = grammar.queries.limit();
        }
        t.expect(Token.CLOSE);
        if (t.accept(WITHIN, GROUP)) {
            t.expect(Token.OPEN);
            orderBy = grammar.queries.orderBy();
            t.expect(Token.CLOSE);
        }
        FunctionCall.Over over = over();
        return new FunctionCall(
                t.since(start), schema, name, distinct, star, arguments, aggregate, orderBy, separator, limit, over);
    }

    private static boolean reservedFunction(Word word) {
        return switch (word) {
            case IF,
                    LEFT,
                    RIGHT,
                    REPLACE,
                    REPEAT,
                    INSERT,
                    MOD,
                    DATABASE,
                    SCHEMA,
                    ROW_NUMBER,
                    CURRENT_DATE,
                    CURRENT_TIME,
                    CURRENT_TIMESTAMP,
                    CURRENT_USER,
                    CURRENT_ROLE,
                    LOCALTIME,
                    LOCALTIMESTAMP,
                    UTC_DATE,
                    UTC_TIME,
                    UTC_TIMESTAMP,
                    CHARACTER -> true;
            default -> false;
        };
    }

    /** Arguments; those of loadable functions may have aliases, which are skipped. */
    private List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>(3);
        do {
            arguments.add(expression());
            if (t.accept(AS)) t.identifierOrString();
        } while (t.accept(Token.COMMA));
        return arguments;
    }

    private static boolean isAggregate(Identifier name) {
        if (name.quoted()) return false;
        String text = name.text();
        return switch (text.length()) {
            case 3 -> is(text, "SUM", "MIN", "MAX", "AVG", "STD");
            case 5 -> is(text, "COUNT");
            case 6 -> is(text, "STDDEV", "BIT_OR");
            case 7 -> is(text, "VAR_POP", "BIT_AND", "BIT_XOR");
            case 8 -> is(text, "VAR_SAMP", "VARIANCE");
            case 10 -> is(text, "STDDEV_POP");
            case 11 -> is(text, "STDDEV_SAMP");
            case 12 -> is(text, "GROUP_CONCAT");
            case 13 -> is(text, "JSON_ARRAYAGG");
            case 14 -> is(text, "JSON_OBJECTAGG");
            default -> false;
        };
    }

    private static boolean is(String text, String... names) {
        for (String name : names) if (text.equalsIgnoreCase(name)) return true;
        return false;
    }

    private FunctionCall.@Nullable Over over() {
        int mark = t.mark();
        int start = t.start();
        if (t.accept(FROM, FIRST) || t.accept(FROM, LAST)) start = t.start();
        if (t.accept(RESPECT, NULLS) || t.accept(IGNORE, NULLS)) start = t.start();
        if (!t.accept(OVER)) {
            t.reset(mark);
            return null;
        }
        if (!t.at(Token.OPEN)) {
            Identifier name = t.identifier();
            return new FunctionCall.Over(t.since(start), name, null);
        }
        WindowSpecification window = grammar.queries.windowSpecification();
        return new FunctionCall.Over(t.since(start), null, window);
    }

    /** CURRENT_TIMESTAMP and the like, which need no parentheses. */
    Expression withoutParentheses() {
        Identifier name = t.anyIdentifier();
        return new FunctionCall(name.span(), null, name, false, false, List.of(), false, null, null, null, null);
    }

    private Expression plainCall(int start, Identifier name, List<Expression> arguments) {
        return new FunctionCall(t.since(start), null, name, false, false, arguments, false, null, null, null, null);
    }

    // ---------------------------------------------------------------- forms of their own

    /** A unit of time, in upper case. */
    String unit() {
        if (!t.at(Token.WORD)) throw t.error();
        String unit = t.text().toUpperCase(Locale.ROOT);
        if (unit.startsWith("SQL_TSI_")) unit = unit.substring(8);
        switch (unit) {
            case "MICROSECOND",
                    "FRAC_SECOND",
                    "SECOND",
                    "MINUTE",
                    "HOUR",
                    "DAY",
                    "WEEK",
                    "MONTH",
                    "QUARTER",
                    "YEAR",
                    "SECOND_MICROSECOND",
                    "MINUTE_MICROSECOND",
                    "MINUTE_SECOND",
                    "HOUR_MICROSECOND",
                    "HOUR_SECOND",
                    "HOUR_MINUTE",
                    "DAY_MICROSECOND",
                    "DAY_SECOND",
                    "DAY_MINUTE",
                    "DAY_HOUR",
                    "YEAR_MONTH" -> t.next();
            default -> throw t.error();
        }
        return unit;
    }

    private void open() {
        t.next();
        t.expect(Token.OPEN);
    }

    private Expression cast(int start) {
        open();
        Expression operand = expression();
        if (t.accept(AT)) {
            t.expect(TIME, ZONE);
            t.accept(INTERVAL);
            grammar.primaries.stringLiteral();
        }
        t.expect(AS);
        DataType type = new TypeParser(grammar).castType();
        t.expect(Token.CLOSE);
        return new SpecialFunction.Cast(t.since(start), operand, type);
    }

    private Expression convert(int start) {
        open();
        Expression operand = expression();
        if (t.accept(USING)) {
            Identifier charset = grammar.expressions.collationName();
            t.expect(Token.CLOSE);
            return new SpecialFunction.ConvertUsing(t.since(start), operand, charset);
        }
        t.expect(Token.COMMA);
        DataType type = new TypeParser(grammar).castType();
        t.expect(Token.CLOSE);
        return new SpecialFunction.Cast(t.since(start), operand, type);
    }

    private Expression extract(int start) {
        open();
        String unit = unit();
        t.expect(FROM);
        Expression operand = expression();
        t.expect(Token.CLOSE);
        return new SpecialFunction.Extract(t.since(start), unit, operand);
    }

    private Expression trim(int start) {
        open();
        SpecialFunction.Trim.Side side = switch (t.word()) {
            case BOTH -> SpecialFunction.Trim.Side.BOTH;
            case LEADING -> SpecialFunction.Trim.Side.LEADING;
            case TRAILING -> SpecialFunction.Trim.Side.TRAILING;
            case null, default -> null;
        };
        if (side != null) t.next();
        Expression remove = null;
        Expression operand = null;
        if (side == null || !t.at(FROM)) operand = expression();
        if (side == null ? t.accept(FROM) : acceptFrom()) {
            remove = operand;
            operand = expression();
        }
        if (operand == null) throw t.error();
        t.expect(Token.CLOSE);
        return new SpecialFunction.Trim(t.since(start), side, remove, operand);
    }

    private boolean acceptFrom() {
        t.expect(FROM);
        return true;
    }

    private Expression substring(int start) {
        Identifier name = t.anyIdentifier();
        t.expect(Token.OPEN);
        List<Expression> arguments = new ArrayList<>(3);
        arguments.add(expression());
        if (t.accept(FROM)) {
            arguments.add(expression());
            if (t.accept(FOR)) arguments.add(expression());
        } else {
            while (t.accept(Token.COMMA)) arguments.add(expression());
        }
        t.expect(Token.CLOSE);
        return plainCall(start, name, arguments);
    }

    private Expression position(int start) {
        Identifier name = t.anyIdentifier();
        t.expect(Token.OPEN);
        Expression part = grammar.expressions.bits(1);
        t.expect(IN);
        Expression whole = expression();
        t.expect(Token.CLOSE);
        return plainCall(start, name, List.of(part, whole));
    }

    private Expression charFunction(int start) {
        open();
        List<Expression> codes = grammar.expressions.list();
        Identifier charset = t.accept(USING) ? grammar.expressions.collationName() : null;
        t.expect(Token.CLOSE);
        return new SpecialFunction.CharFunction(t.since(start), codes, charset);
    }

    /** INTERVAL(a, b, ...), the function; null where the parenthesis belongs to {@code INTERVAL (a) DAY}. */
    private @Nullable Expression intervalFunction(int start) {
        int mark = t.mark();
        int parameters = t.parameters();
        Identifier name = t.anyIdentifier();
        List<Expression> arguments = grammar.expressions.parenthesizedList();
        if (arguments.size() > 1) return plainCall(start, name, arguments);
        t.reset(mark);
        t.resetParameters(parameters);
        return null;
    }

    private @Nullable Expression valuesOf(int start) {
        if (t.at(VALUE) && t.kind(2) != Token.WORD && t.kind(2) != Token.QUOTED) return null;
        open();
        Expression.ColumnReference column = grammar.primaries.column();
        t.expect(Token.CLOSE);
        return new SpecialFunction.ValuesOf(t.since(start), column);
    }

    private Expression defaultOf(int start) {
        open();
        Expression.ColumnReference column = grammar.primaries.column();
        t.expect(Token.CLOSE);
        return new SpecialFunction.DefaultOf(t.since(start), column);
    }

    private Expression getFormat(int start) {
        open();
        String type = t.text().toUpperCase(Locale.ROOT);
        switch (type) {
            case "DATE", "TIME", "DATETIME", "TIMESTAMP" -> t.next();
            default -> throw t.error();
        }
        t.expect(Token.COMMA);
        Expression locale = expression();
        t.expect(Token.CLOSE);
        return new SpecialFunction.GetFormat(t.since(start), type, locale);
    }

    private Expression weightString(int start) {
        open();
        Expression operand = expression();
        if (t.accept(AS)) {
            if (!t.accept(CHAR) && !t.accept(BINARY)) throw t.error();
            t.expect(Token.OPEN);
            t.integer();
            t.expect(Token.CLOSE);
        }
        if (t.accept(LEVEL)) {
            do {
                t.integer();
                if (t.accept(Token.MINUS)) t.integer();
                while (t.accept(ASC) || t.accept(DESC) || t.accept(REVERSE)) {}
            } while (t.accept(Token.COMMA));
        }
        while (t.accept(Token.COMMA)) expression();
        t.expect(Token.CLOSE);
        return new SpecialFunction.WeightString(t.since(start), operand);
    }

    private Expression timestampArithmetic(int start) {
        boolean add = t.at(TIMESTAMPADD);
        open();
        String unit = unit();
        t.expect(Token.COMMA);
        Expression first = expression();
        t.expect(Token.COMMA);
        Expression second = expression();
        t.expect(Token.CLOSE);
        return new SpecialFunction.TimestampArithmetic(t.since(start), add, unit, first, second);
    }

    private Expression jsonValue(int start) {
        Identifier name = t.anyIdentifier();
        t.expect(Token.OPEN);
        List<Expression> arguments = t.at(Token.CLOSE) ? List.of() : grammar.expressions.list();
        if (arguments.size() != 2) {
            t.expect(Token.CLOSE);
            return plainCall(start, name, arguments);
        }
        Expression document = arguments.get(0);
        Expression path = arguments.get(1);
        DataType type = t.accept(RETURNING) ? new TypeParser(grammar).castType() : null;
        grammar.tables.jsonResponses();
        t.expect(Token.CLOSE);
        return new SpecialFunction.JsonValue(t.since(start), document, path, type);
    }

    /** {@code MATCH (a, b) AGAINST (...)}, also without the first parentheses. */
    Expression match(int start) {
        t.next();
        List<Expression> columns;
        if (t.at(Token.OPEN)) {
            columns = grammar.expressions.parenthesizedList();
        } else {
            columns = grammar.expressions.list();
        }
        t.expect(AGAINST);
        t.expect(Token.OPEN);
        Expression against = grammar.expressions.bits(1);
        int modifier = t.start();
        boolean inBoolean = t.accept(IN, BOOLEAN);
        if (inBoolean) t.expect(MODE);
        else if (t.accept(IN)) {
            t.expect(NATURAL, LANGUAGE);
            t.expect(MODE);
        }
        if (!inBoolean && t.accept(WITH)) t.expect(QUERY, EXPANSION);
        String words = t.since(modifier).of(t.source).toUpperCase(Locale.ROOT);
        t.expect(Token.CLOSE);
        return new SpecialFunction.MatchAgainst(t.since(start), columns, against, words);
    }

    private Expression row(int start) {
        t.next();
        List<Expression> items = grammar.expressions.parenthesizedList();
        if (items.isEmpty()) throw t.error();
        return new Expression.Row(t.since(start), items);
    }

    private @Nullable Expression sequenceFunction(int start) {
        boolean next = t.at(NEXTVAL);
        if (t.kind(2) != Token.WORD && t.kind(2) != Token.QUOTED) return null;
        open();
        QualifiedName name = t.qualifiedName();
        t.expect(Token.CLOSE);
        return new SpecialFunction.SequenceValue(
                t.since(start), next, SpecialFunction.SequenceValue.Form.FUNCTION, name);
    }

    /** {@code NEXT VALUE FOR s}, {@code PREVIOUS VALUE FOR s}. */
    Expression valueFor() {
        int start = t.start();
        boolean next = t.at(NEXT);
        t.next();
        t.next();
        t.next();
        QualifiedName name = t.qualifiedName();
        return new SpecialFunction.SequenceValue(
                t.since(start), next, SpecialFunction.SequenceValue.Form.VALUE_FOR, name);
    }
}
