package drds.rule;

import drds.error.ErrorCode;
import drds.rule.ClauseTokens.Kind;
import drds.rule.ClauseTokens.Token;
import drds.rule.PartitionExpression.Function;
import drds.rule.PartitionRule.Bound;
import drds.rule.PartitionRule.Method;
import drds.rule.PartitionRule.Part;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what follows MySQL's PARTITION BY. */
final class PartitionReader {
    private final ClauseReader table;
    private final ClauseTokens tokens;
    private final ClauseReader.Bounds bounds;

    PartitionReader(ClauseReader table, ClauseTokens tokens, ClauseReader.Bounds bounds) {
        this.table = table;
        this.tokens = tokens;
        this.bounds = bounds;
    }

    PartitionRule read() {
        boolean linear = tokens.take("LINEAR");
        if (tokens.take("HASH")) {
            tokens.expect("(");
            List<PartitionExpression> expression = List.of(expression());
            tokens.expect(")");
            return new PartitionRule(expression, new Method.Hash(linear, partitions()));
        }
        if (tokens.take("KEY")) {
            if (tokens.take("ALGORITHM")) {
                tokens.expect("=");
                tokens.integer();
            }
            List<PartitionExpression> key = columns();
            if (key.isEmpty()) {
                key = table.primaryKeyColumns().stream()
                        .map(PartitionExpression::of)
                        .toList();
            }
            if (key.isEmpty()) {
                throw ErrorCode.PARTITION_COLUMN_UNKNOWN.with();
            }
            return new PartitionRule(key, new Method.Key(linear, partitions()));
        }
        boolean range = tokens.take("RANGE");
        if (linear || !range && !tokens.take("LIST")) {
            throw tokens.unexpected();
        }
        return ranges(range);
    }

    private PartitionRule ranges(boolean range) {
        boolean columns = tokens.take("COLUMNS");
        List<PartitionExpression> expressions;
        if (columns) {
            expressions = columns();
        } else {
            tokens.expect("(");
            expressions = List.of(expression());
            tokens.expect(")");
        }
        int given = tokens.take("PARTITIONS") ? tokens.integer() : -1;
        if (tokens.peek().is("SUBPARTITION")) {
            throw ErrorCode.NOT_SUPPORTED.with("SUBPARTITION BY");
        }
        if (!tokens.take("(")) {
            throw ErrorCode.PARTITIONS_NOT_DEFINED.with(range ? "RANGE" : "LIST");
        }
        List<Part> parts = new ArrayList<>();
        do {
            parts.add(part(range, columns, expressions));
        } while (tokens.take(","));
        tokens.expect(")");
        if (given >= 0 && given != parts.size()) {
            throw ErrorCode.WRONG_NUMBER_OF_PARTITIONS.with();
        }
        checkNames(parts);
        PartitionRule rule = new PartitionRule(
                expressions, range ? new Method.Range(columns, parts) : new Method.ListOf(columns, parts));
        if (range) {
            checkIncreasing(parts);
        } else {
            checkDistinct(parts);
        }
        return rule;
    }

    private int partitions() {
        int count = tokens.take("PARTITIONS") ? ClauseReader.count(tokens.integer()) : table.shards();
        if (tokens.peek().is("SUBPARTITION")) {
            throw ErrorCode.NOT_SUPPORTED.with("SUBPARTITION BY");
        }
        if (tokens.take("(")) {
            int depth = 1;
            while (depth > 0 && tokens.peek().kind() != Kind.END) {
                Token token = tokens.next();
                depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            }
        }
        return count;
    }

    private List<PartitionExpression> columns() {
        List<PartitionExpression> columns = new ArrayList<>();
        tokens.expect("(");
        if (!tokens.take(")")) {
            do {
                columns.add(PartitionExpression.of(table.column(tokens.name())));
            } while (tokens.take(","));
            tokens.expect(")");
        }
        return columns;
    }

    /** A column, a partitioning function of it, or its remainder or quotient. */
    private PartitionExpression expression() {
        if (tokens.take("(")) {
            PartitionExpression inner = expression();
            tokens.expect(")");
            return inner;
        }
        String name = tokens.name();
        if (tokens.take("(")) {
            PartitionExpression call = call(name);
            tokens.expect(")");
            return call;
        }
        KeyColumn column = table.column(name);
        if (tokens.take("%") || tokens.take("MOD")) {
            return checked(new PartitionExpression(Function.MOD, column, divisor()));
        }
        if (tokens.take("DIV")) {
            return checked(new PartitionExpression(Function.DIV, column, divisor()));
        }
        return PartitionExpression.of(column);
    }

    private PartitionExpression call(String name) {
        Function function = function(name);
        KeyColumn column = table.column(tokens.name());
        if (function == Function.MOD) {
            tokens.expect(",");
            return checked(new PartitionExpression(function, column, divisor()));
        }
        return checked(new PartitionExpression(function, column, 0));
    }

    private static Function function(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (upper.equals("DAY")) {
            return Function.DAYOFMONTH;
        }
        for (Function function : Function.values()) {
            if (function != Function.COLUMN
                    && function != Function.DIV
                    && function.name().equals(upper)) {
                return function;
            }
        }
        throw ErrorCode.NOT_SUPPORTED.with("PARTITION BY with the function " + name);
    }

    private int divisor() {
        int divisor = tokens.integer();
        if (divisor < 1) {
            throw RuleErrors.bad("the divisor must be positive");
        }
        return divisor;
    }

    private static PartitionExpression checked(PartitionExpression expression) {
        KeyType type = expression.column().type();
        boolean fits = switch (expression.function()) {
            case COLUMN -> true;
            case ABS, MOD, DIV -> type.isInteger();
            case UNIX_TIMESTAMP -> type.kind() instanceof KeyType.Kind.Timestamp;
            default -> type.kind() instanceof KeyType.Kind.Date || type.kind() instanceof KeyType.Kind.DateTime;
        };
        if (!fits) {
            throw ErrorCode.PARTITION_FUNCTION_TYPE.with();
        }
        return expression;
    }

    private Part part(boolean range, boolean columns, List<PartitionExpression> expressions) {
        tokens.expect("PARTITION");
        String name = tokens.name();
        List<List<Bound>> rows = new ArrayList<>();
        if (!tokens.take("DEFAULT")) {
            tokens.expect("VALUES");
            if (range) {
                tokens.expect("LESS");
                tokens.expect("THAN");
                rows.add(lessThan(columns, expressions));
            } else {
                tokens.expect("IN");
                tokens.expect("(");
                if (tokens.take("DEFAULT")) {
                    rows.clear();
                } else {
                    do {
                        rows.add(listed(columns, expressions));
                    } while (tokens.take(","));
                }
                tokens.expect(")");
            }
        }
        skipOptions();
        return new Part(name, List.copyOf(rows));
    }

    private List<Bound> lessThan(boolean columns, List<PartitionExpression> expressions) {
        if (!columns && tokens.take("MAXVALUE")) {
            return List.of(new Bound("MAXVALUE", null));
        }
        return row(columns, expressions);
    }

    private List<Bound> listed(boolean columns, List<PartitionExpression> expressions) {
        return expressions.size() > 1
                ? row(columns, expressions)
                : List.of(bound(columns, expressions.getFirst(), false));
    }

    private List<Bound> row(boolean columns, List<PartitionExpression> expressions) {
        List<Bound> row = new ArrayList<>();
        tokens.expect("(");
        do {
            if (row.size() == expressions.size()) {
                throw ErrorCode.PARTITION_COLUMN_LIST.with();
            }
            row.add(bound(columns, expressions.get(row.size()), true));
        } while (tokens.take(","));
        tokens.expect(")");
        if (row.size() != expressions.size()) {
            throw ErrorCode.PARTITION_COLUMN_LIST.with();
        }
        return List.copyOf(row);
    }

    private Bound bound(boolean columns, PartitionExpression expression, boolean maxAllowed) {
        if (maxAllowed && tokens.take("MAXVALUE")) {
            return new Bound("MAXVALUE", null);
        }
        int start = tokens.peek().start();
        KeyType type = expression.column().type();
        KeyLiteral literal = literal(type);
        String text = tokens.between(start, tokens.lastEnd());
        boolean plainNumber = !columns && literal instanceof KeyLiteral.Int;
        Optional<KeyValue> value = plainNumber && literal instanceof KeyLiteral.Int(var number)
                ? Optional.of(new KeyValue.Int(number))
                : literal instanceof KeyLiteral.Null ? Optional.of(new KeyValue.Null()) : bounds.value(literal, type);
        if (!columns
                && value.isPresent()
                && !(value.get() instanceof KeyValue.Int)
                && !(value.get() instanceof KeyValue.Null)) {
            throw ErrorCode.PARTITION_VALUES_TYPE.with(expression.column().name());
        }
        return new Bound(text, value.orElseThrow(ErrorCode.PARTITION_COLUMN_VALUES::with));
    }

    private KeyLiteral literal(KeyType type) {
        boolean negative = tokens.take("-");
        if (!negative) {
            tokens.take("+");
        }
        Token token = tokens.next();
        return switch (token.kind()) {
            case NUMBER -> number((negative ? "-" : "") + token.text());
            case TEXT -> new KeyLiteral.Text(ClauseTokens.unquote(token.text()));
            case HEX -> new KeyLiteral.Binary(new Bytes(hex(token.text())));
            case WORD -> word(token, type);
            case QUOTED, SIGN, END -> throw tokens.unexpected();
        };
    }

    private static KeyLiteral number(String text) {
        return text.contains(".")
                ? new KeyLiteral.Decimal(new BigDecimal(text))
                : new KeyLiteral.Int(new BigInteger(text));
    }

    private static byte[] hex(String token) {
        String digits = token.startsWith("0") ? token.substring(2) : token.substring(2, token.length() - 1);
        return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    }

    private KeyLiteral word(Token token, KeyType type) {
        if (token.is("NULL")) {
            return new KeyLiteral.Null();
        }
        if ((token.is("DATE") || token.is("TIMESTAMP")) && tokens.peek().kind() == Kind.TEXT) {
            return new KeyLiteral.Temporal(ClauseTokens.unquote(tokens.next().text()));
        }
        tokens.expect("(");
        Token argument = tokens.next();
        tokens.expect(")");
        LocalDateTime time =
                argument.kind() == Kind.TEXT ? KeyDates.parse(ClauseTokens.unquote(argument.text())) : null;
        if (time == null) {
            throw ErrorCode.PARTITION_CONSTANT.with();
        }
        Function function = function(token.text());
        KeyValue value = new KeyValue.Time(time);
        if (function == Function.UNIX_TIMESTAMP) {
            value = bounds.value(new KeyLiteral.Temporal(time.toString().replace('T', ' ')), type)
                    .orElseThrow(ErrorCode.PARTITION_CONSTANT::with);
        }
        KeyValue result = new PartitionExpression(function, new KeyColumn("", KeyType.DATETIME), 0).value(value);
        if (result instanceof KeyValue.Int(var number)) {
            return new KeyLiteral.Int(number);
        }
        throw ErrorCode.PARTITION_CONSTANT.with();
    }

    /** ENGINE, COMMENT, DIRECTORY and the like say nothing of where rows lie. */
    private void skipOptions() {
        while (!tokens.peek().is(",") && !tokens.peek().is(")") && tokens.peek().kind() != Kind.END) {
            if (tokens.peek().is("(") || tokens.peek().is("SUBPARTITION")) {
                throw ErrorCode.NOT_SUPPORTED.with("SUBPARTITION");
            }
            tokens.next();
        }
    }

    private static void checkNames(List<Part> parts) {
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            if (!names.add(part.name().toLowerCase(Locale.ROOT))) {
                throw ErrorCode.DUPLICATE_PARTITION_NAME.with(part.name());
            }
        }
    }

    private static void checkIncreasing(List<Part> parts) {
        for (int i = 1; i < parts.size(); i++) {
            if (!isBelow(parts.get(i - 1).rows().getFirst(), parts.get(i).rows().getFirst())) {
                throw ErrorCode.RANGE_NOT_INCREASING.with();
            }
        }
    }

    private static boolean isBelow(List<Bound> left, List<Bound> right) {
        for (int i = 0; i < left.size(); i++) {
            KeyValue a = left.get(i).value();
            KeyValue b = right.get(i).value();
            int order = a == null ? (b == null ? 0 : 1) : b == null ? -1 : KeyOrder.compare(a, b);
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    private static void checkDistinct(List<Part> parts) {
        Set<List<Object>> seen = new HashSet<>();
        int defaults = 0;
        for (Part part : parts) {
            defaults += part.rows().isEmpty() ? 1 : 0;
            for (List<Bound> row : part.rows()) {
                List<Object> values = new ArrayList<>();
                row.forEach(bound -> values.add(comparable(bound.value())));
                if (!seen.add(values)) {
                    throw ErrorCode.LIST_CONSTANT_TWICE.with();
                }
            }
        }
        if (defaults > 1) {
            throw ErrorCode.LIST_CONSTANT_TWICE.with();
        }
    }

    private static Object comparable(@Nullable KeyValue value) {
        return value instanceof KeyValue.Text(var text, var weight) ? weight : String.valueOf(value);
    }
}
