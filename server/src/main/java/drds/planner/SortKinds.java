package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Outputs;
import drds.analyzer.QuerySource;
import drds.analyzer.Resolution;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Select;
import drds.parser.SpecialFunction;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out how the values of expressions compare, as far as that is certain from the catalog. */
final class SortKinds {
    private static final SortKind NUMBER = new SortKind.Number();
    private static final SortKind TIME = new SortKind.Time();
    private static final SortKind UNKNOWN = new SortKind.Unknown();

    /**
     * Instances sort by the first max_sort_length (1024) bytes: weights must fit. One character of utf8mb4_general_ci weighs
     * two bytes, of _bin three, of a UCA collation up to eight.
     */
    private static final int LONGEST_SIMPLE = 255;

    private static final int LONGEST_UCA = 100;
    private static final int LONGEST_BINARY = 1000;
    private static final Pattern LENGTH = Pattern.compile("\\w+\\((\\d+)\\).*");

    private static final Set<String> NUMBERS = Set.of((""
                    + "COUNT SUM AVG BIT_AND BIT_OR BIT_XOR STD STDDEV STDDEV_POP STDDEV_SAMP VAR_POP VAR_SAMP VARIANCE "
                    + "ROW_NUMBER RANK DENSE_RANK NTILE PERCENT_RANK CUME_DIST YEAR MONTH DAY DAYOFMONTH DAYOFWEEK "
                    + "DAYOFYEAR HOUR MINUTE SECOND MICROSECOND QUARTER WEEK WEEKDAY WEEKOFYEAR YEARWEEK TO_DAYS TO_SECONDS "
                    + "DATEDIFF UNIX_TIMESTAMP LENGTH CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH BIT_LENGTH ASCII ORD ABS SIGN "
                    + "MOD POW POWER SQRT EXP LN LOG LOG2 LOG10 SIN COS TAN FLOOR CEIL CEILING CRC32 FIELD FIND_IN_SET LOCATE "
                    + "INSTR POSITION STRCMP ISNULL BIT_COUNT JSON_LENGTH JSON_DEPTH")
            .split(" "));

    /** ROUND and TRUNCATE of times give numbers too. */
    private static final Set<String> ROUNDING = Set.of("ROUND", "TRUNCATE");

    private static final Set<String> TIMES =
            Set.of("DATE", "LAST_DAY", "FROM_DAYS", "MAKEDATE", "MAKETIME", "SEC_TO_TIME");

    /** Functions that give a part of their first argument, in its collation. */
    private static final Set<String> PARTS = Set.of("LEFT", "RIGHT", "SUBSTRING", "SUBSTR", "MID", "LTRIM", "RTRIM");

    /** Functions that give one of their arguments. */
    private static final Set<String> CHOICES = Set.of("COALESCE", "IFNULL", "NVL", "GREATEST", "LEAST");

    private final Analysis analysis;

    SortKinds(Analysis analysis) {
        this.analysis = analysis;
    }

    SortKind of(Expression expression, Block block) {
        return switch (expression) {
            case ColumnReference reference -> reference(reference, block);
            case Literal.IntegerLiteral number -> NUMBER;
            case Literal.DecimalLiteral number -> NUMBER;
            case Literal.FloatLiteral number -> NUMBER;
            case Literal.BooleanLiteral number -> NUMBER;
            case Expression.Unary unary -> unary.operator() == Expression.UnaryOperator.BINARY ? UNKNOWN : NUMBER;
            case Expression.Binary binary -> binary(binary, block);
            case Expression.Like like -> NUMBER;
            case Expression.Regexp regexp -> NUMBER;
            case Expression.Between between -> NUMBER;
            case Expression.InList in -> NUMBER;
            case Expression.InSubquery in -> NUMBER;
            case Expression.Is is -> NUMBER;
            case Expression.Exists exists -> NUMBER;
            case Expression.Quantified quantified -> NUMBER;
            case FunctionCall call -> function(call, block);
            case SpecialFunction.Extract extract -> NUMBER;
            case SpecialFunction.TimestampArithmetic arithmetic -> arithmetic.add() ? UNKNOWN : NUMBER;
            case SpecialFunction.Cast cast -> cast(cast.type().name());
            case SpecialFunction.Trim trim when trim.remove() == null -> part(of(trim.operand(), block));
            case Expression.Case choice -> choice(choice, block);
            default -> UNKNOWN;
        };
    }

    private SortKind reference(ColumnReference reference, Block block) {
        return switch (analysis.resolution(reference)) {
            case Resolution.OfSource(Column column) -> of(column);
            case Resolution.OfItem(int item) -> {
                Select select = block.select();
                yield select != null && select.items().get(item) instanceof Select.ExpressionItem chosen
                        ? of(chosen.expression(), block)
                        : UNKNOWN;
            }
            case Resolution.Unknown unknown -> UNKNOWN;
        };
    }

    SortKind of(Column column) {
        if (column.source() instanceof QuerySource query) {
            return derived(query, column.name());
        }
        Table.Column definition = column.definition();
        return definition == null ? UNKNOWN : of(definition);
    }

    private SortKind derived(QuerySource query, String name) {
        Block block = analysis.block(query.query());
        Select select = block == null ? null : block.select();
        List<String> names = query.columnNames();
        if (block == null || select == null || names == null) {
            return UNKNOWN;
        }
        List<Outputs.Output> outputs = Outputs.of(select, block, analysis.source());
        int at = names.indexOf(name);
        return outputs == null || at < 0 || outputs.size() != names.size() ? UNKNOWN : of(outputs.get(at), block);
    }

    SortKind of(Outputs.Output output, Block block) {
        if (output.column() != null) {
            return of(output.column());
        }
        return output.item() instanceof Select.ExpressionItem item ? of(item.expression(), block) : UNKNOWN;
    }

    private static SortKind of(Table.Column column) {
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "double", "year" -> NUMBER;
            case "date", "datetime", "timestamp", "time" -> TIME;
            case "float" -> new SortKind.Single();
            case "bit", "enum", "set" -> new SortKind.Numbered();
            case "char", "varchar" -> text(length(column.type()), column.collation());
            case "binary", "varbinary" -> length(column.type()) <= LONGEST_BINARY ? new SortKind.Binary() : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    private static int length(String type) {
        Matcher matcher = LENGTH.matcher(type);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    }

    private static SortKind text(int characters, @Nullable String collation) {
        if (collation == null) {
            return UNKNOWN;
        }
        boolean simple = collation.endsWith("_general_ci") || collation.endsWith("_bin");
        return characters > 0 && characters <= (simple ? LONGEST_SIMPLE : LONGEST_UCA)
                ? new SortKind.Text(characters)
                : UNKNOWN;
    }

    private SortKind binary(Expression.Binary binary, Block block) {
        return switch (binary.operator()) {
            case CONCAT -> UNKNOWN;
            case PLUS, MINUS -> {
                if (binary.right() instanceof Expression.Interval) {
                    yield of(binary.left(), block) instanceof SortKind.Time ? TIME : UNKNOWN;
                }
                yield binary.left() instanceof Expression.Interval ? UNKNOWN : NUMBER;
            }
            default -> NUMBER;
        };
    }

    private SortKind function(FunctionCall call, Block block) {
        String name = call.name().text().toUpperCase(Locale.ROOT);
        if (call.schema() != null) {
            return UNKNOWN;
        }
        if (NUMBERS.contains(name)) {
            return NUMBER;
        }
        if (TIMES.contains(name)) {
            return TIME;
        }
        if (call.arguments().isEmpty()) {
            return UNKNOWN;
        }
        SortKind first = of(call.arguments().get(0), block);
        if (ROUNDING.contains(name)) {
            return first instanceof SortKind.Number ? NUMBER : UNKNOWN;
        }
        if (name.equals("MIN") || name.equals("MAX")) {
            return first instanceof SortKind.Numbered || first instanceof SortKind.Single ? UNKNOWN : first;
        }
        if (PARTS.contains(name)) {
            return part(first);
        }
        boolean alike = call.arguments().stream().allMatch(a -> of(a, block) instanceof SortKind.Number);
        if (CHOICES.contains(name) && alike) {
            return NUMBER;
        }
        boolean branches = name.equals("IF")
                && call.arguments().stream().skip(1).allMatch(a -> of(a, block) instanceof SortKind.Number);
        return branches ? NUMBER : UNKNOWN;
    }

    private static SortKind part(SortKind whole) {
        return whole instanceof SortKind.Text ? whole : UNKNOWN;
    }

    private SortKind choice(Expression.Case choice, Block block) {
        boolean numbers = choice.whens().stream().allMatch(w -> isNumberOrNull(w.result(), block))
                && (choice.otherwise() == null || isNumberOrNull(choice.otherwise(), block));
        return numbers ? NUMBER : UNKNOWN;
    }

    private boolean isNumberOrNull(Expression expression, Block block) {
        return of(expression, block) instanceof SortKind.Number;
    }

    private static SortKind cast(String type) {
        return switch (type.toUpperCase(Locale.ROOT)) {
            case "SIGNED",
                    "UNSIGNED",
                    "SIGNED INTEGER",
                    "UNSIGNED INTEGER",
                    "SIGNED INT",
                    "UNSIGNED INT",
                    "INT",
                    "INTEGER",
                    "DECIMAL",
                    "DOUBLE",
                    "YEAR" -> NUMBER;
            case "DATE", "DATETIME", "TIME" -> TIME;
            default -> UNKNOWN;
        };
    }
}
