package drds.session;

import drds.ddl.NamedSequences;
import drds.ddl.NamedSequences.Name;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Insert;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SpecialFunction.SequenceValue;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * NEXTVAL and its like: DRDS takes the numbers and puts them into the statement's text. That is right where the expression is
 * computed once; in a query over tables it is for each row, which is refused.
 */
final class SequenceValues {
    private static final int ROWS_AT_ONCE = 100_000;
    private static final String NULL = "NULL";

    private final NamedSequences sequences;
    private final Function<QualifiedName, Name> names;

    /** What the session has taken last. */
    private final Map<Name, Taken> last = new HashMap<>();

    /** @param from which sequence of that name */
    private record Taken(BigInteger number, Object from) {}

    SequenceValues(NamedSequences sequences, Function<QualifiedName, Name> names) {
        this.sequences = sequences;
        this.names = names;
    }

    void reset() {
        last.clear();
    }

    /** Whether the statement asks sequences for anything. */
    static boolean occurIn(Node statement) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= node instanceof SequenceValue || isSet(node));
        if (!found[0]) {
            return false;
        }
        Set<String> tables = tables(statement);
        found[0] = false;
        statement.walk(node -> found[0] |= isSet(node) || node instanceof SequenceValue value && means(value, tables));
        return found[0];
    }

    private static boolean isSet(Node node) {
        return node instanceof FunctionCall call
                && call.schema() == null
                && call.is("SETVAL")
                && call.arguments().size() >= 2
                && call.arguments().getFirst() instanceof Expression.ColumnReference;
    }

    /** {@code s.NEXTVAL} is a column where there is a table of that name. */
    private static boolean means(SequenceValue value, Set<String> tables) {
        return value.form() != SequenceValue.Form.DOTTED
                || !tables.contains(value.sequence().name().text());
    }

    private static Set<String> tables(Node statement) {
        Set<String> tables = new HashSet<>();
        statement.walk(node -> {
            switch (node) {
                case TableReference.TableName table ->
                    tables.add(
                            table.alias() == null
                                    ? table.name().name().text()
                                    : table.alias().text());
                case TableReference.DerivedTable derived -> {
                    if (derived.alias() != null) {
                        tables.add(derived.alias().text());
                    }
                }
                default -> {}
            }
        });
        return tables;
    }

    /** The rows of {@code SELECT s.NEXTVAL FROM DUAL WHERE COUNT = n}; null if the statement is none such. */
    @Nullable
    MemoryResult several(ParsedStatement parsed) {
        if (!(parsed.statement() instanceof Select select) || select.where() == null || !isWithoutTables(select)) {
            return null;
        }
        Integer count = count(select);
        boolean all = select.items().stream()
                .allMatch(item -> item instanceof Select.ExpressionItem expression
                        && expression.expression() instanceof SequenceValue value
                        && value.next());
        if (count == null || !all) {
            return null;
        }
        MemoryResult.Builder result = MemoryResult.builder();
        List<List<BigInteger>> columns = select.items().stream()
                .map(item -> {
                    Select.ExpressionItem expression = (Select.ExpressionItem) item;
                    result.number(
                            expression.alias() == null
                                    ? expression.expressionSpan().of(parsed.source())
                                    : expression.alias().text());
                    return take(names.apply(((SequenceValue) expression.expression()).sequence()), count);
                })
                .toList();
        for (int i = 0; i < count; i++) {
            int row = i;
            result.row(columns.stream().map(column -> column.get(row)).toArray());
        }
        return result.build();
    }

    private static boolean isWithoutTables(Select select) {
        return select.from() == null || tables(select).stream().allMatch(name -> name.equalsIgnoreCase("DUAL"));
    }

    private static @Nullable Integer count(Select select) {
        Expression condition = select.where() == null ? null : select.where().expression();
        if (condition instanceof Expression.Binary comparison
                && comparison.operator() == Expression.BinaryOperator.EQUAL
                && comparison.left() instanceof Expression.ColumnReference column
                && column.table() == null
                && column.column().is("COUNT")
                && comparison.right() instanceof Literal.IntegerLiteral number) {
            Long wanted = number.asLong();
            if (wanted == null || wanted < 1 || wanted > ROWS_AT_ONCE) {
                throw ErrorCode.NOT_SUPPORTED.with("COUNT beyond " + ROWS_AT_ONCE);
            }
            return Math.toIntExact(wanted);
        }
        return null;
    }

    /** The text with numbers in the place of what asks for them. @param dummy whether to take none, for what is only described */
    String replaceIn(ParsedStatement parsed, boolean dummy) {
        Statement statement = parsed.statement();
        Set<String> tables = tables(statement);
        boolean once = isComputedOnce(statement);
        TextEdits edits = new TextEdits(parsed.source());
        replace(statement, parsed.source(), edits, tables, once, dummy, false);
        return edits.render();
    }

    private static boolean isComputedOnce(Statement statement) {
        return switch (statement) {
            case Insert insert ->
                !(insert.source() instanceof Insert.FromQuery query) || isWithoutTables(query.query());
            case Query query -> isWithoutTables(query);
            case DataChange.Do expressions -> true;
            case DataChange change -> false;
            default -> true;
        };
    }

    private static boolean isWithoutTables(Query query) {
        return query instanceof Select select && isWithoutTables(select);
    }

    private boolean replace(
            Node node,
            String source,
            TextEdits edits,
            Set<String> tables,
            boolean once,
            boolean dummy,
            boolean selected) {
        if (isSet(node)) {
            String text = dummy ? NULL : setValue((FunctionCall) node, source);
            edits.replace(node.span(), selected ? typed(text) : text);
            return true;
        }
        if (node instanceof SequenceValue value && means(value, tables)) {
            if (value.next() && !once) {
                throw ErrorCode.NOT_SUPPORTED.with("NEXTVAL for each row of a query");
            }
            String text = dummy ? "0" : value(value);
            edits.replace(node.span(), selected ? typed(text) : text);
            return true;
        }
        boolean[] changed = new boolean[1];
        if (node instanceof Select.ExpressionItem item) {
            changed[0] = replace(item.expression(), source, edits, tables, once, dummy, true);
            if (changed[0] && item.alias() == null) {
                edits.insert(
                        item.expressionSpan().end(),
                        " AS "
                                + SqlText.identifier(
                                        item.expressionSpan().of(source).strip()));
            }
            return changed[0];
        }
        node.forEachChild(child -> changed[0] |= replace(child, source, edits, tables, once, dummy, selected));
        return changed[0];
    }

    /** As MariaDB describes what sequences give: a BIGINT of full width that may be NULL. */
    private static String typed(String number) {
        String text = number.equals(NULL) ? NULL : "'" + number + "'";
        return "CAST(LPAD(" + text + ", 20, ' ') AS SIGNED)";
    }

    private String value(SequenceValue value) {
        Name name = names.apply(value.sequence());
        if (value.next()) {
            return take(name, 1).getFirst().toString();
        }
        if (sequences.find(name) == null) {
            last.remove(name);
            throw ErrorCode.UNKNOWN_SEQUENCE.with(name.name());
        }
        Taken known = last.get(name);
        return known == null || known.from() != sequences.identity(name)
                ? NULL
                : known.number().toString();
    }

    private List<BigInteger> take(Name name, int count) {
        Object from = sequences.identity(name);
        List<BigInteger> numbers = sequences.next(name, count);
        last.put(name, new Taken(numbers.getLast(), from));
        return numbers;
    }

    private String setValue(FunctionCall call, String source) {
        Expression.ColumnReference reference =
                (Expression.ColumnReference) call.arguments().getFirst();
        QualifiedName qualified = new QualifiedName(reference.span(), reference.table(), reference.column());
        Name name = names.apply(qualified);
        BigInteger number;
        try {
            number = new BigInteger(call.arguments().get(1).text(source).strip());
        } catch (NumberFormatException e) {
            throw ErrorCode.NOT_SUPPORTED.with("SETVAL with anything but a number");
        }
        boolean used = call.arguments().size() < 3
                || !call.arguments().get(2).text(source).strip().matches("0|(?i)false");
        return sequences.set(name, number, used) ? number.toString() : NULL;
    }
}
