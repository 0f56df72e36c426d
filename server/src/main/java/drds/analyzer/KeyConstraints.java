package drds.analyzer;

import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.ColumnReference;
import drds.parser.Query;
import drds.parser.Select;
import drds.rule.KeyConstraint;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a statement's conditions say of shard keys: for each place that names a sharded table, the partitions whose rows can
 * matter. All other rows could be deleted without changing the answer.
 *
 * <p>A condition counts if it filters the table's rows ({@link Filter}); so does an equality with a column of which
 * something is known, in the same block or (a correlated subquery) in one around it; and what the query around a derived
 * table asks of the column that the key becomes.
 */
public final class KeyConstraints {
    private static final Pattern ZERO_DATES = Pattern.compile("(?i)date");

    private final Analysis analysis;
    private final KeyReader reader;
    private final Set<Expression> consulted = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<TableUse, BitSet> partitions = new IdentityHashMap<>();
    private final Set<TableUse> narrowed = Collections.newSetFromMap(new IdentityHashMap<>());

    public KeyConstraints(Analysis analysis, KeyReader reader) {
        this.analysis = analysis;
        this.reader = reader;
    }

    /** The partitions of a sharded table whose rows can matter in this place; empty if none can. */
    public BitSet partitions(TableUse use) {
        return partitions.computeIfAbsent(use, this::find);
    }

    /** The partitions of another table with this rule, spread by columns that the sharded table has too. */
    public BitSet partitions(TableUse use, Rule rule) {
        return find(use, rule);
    }

    /** Somebody who has looked knows that only rows in these partitions matter. */
    public void narrow(TableUse use, BitSet only) {
        BitSet both = (BitSet) partitions(use).clone();
        both.and(only);
        partitions.put(use, both);
        narrowed.add(use);
    }

    public boolean isNarrowed(TableUse use) {
        return narrowed.contains(use);
    }

    /** The constants that decided on partitions so far. */
    public Set<Expression> consulted() {
        return consulted;
    }

    private BitSet find(TableUse use) {
        Table table = use.definition();
        Rule rule = table.rule();
        if (rule == null) {
            throw new IllegalStateException("no rule: " + table.name());
        }
        return find(use, rule);
    }

    private BitSet find(TableUse use, Rule rule) {
        Table table = use.definition();
        Map<String, KeyConstraint> constraints = new HashMap<>();
        for (String name : rule.columns()) {
            Table.Column definition = table.column(name);
            KeyConstraint constraint = definition == null || use.block() == null
                    ? null
                    : of(new Column(use, name), definition, false, new HashSet<>());
            if (constraint instanceof KeyConstraint.OneOf(List<KeyValue> values) && values.isEmpty()) {
                return new BitSet();
            }
            if (constraint != null) {
                constraints.put(name, constraint);
            }
        }
        return rule.prune(constraints);
    }

    /** @param rejecting whether only conditions count that a NULL in the column fails */
    private @Nullable KeyConstraint of(
            Column column, Table.@Nullable Column type, boolean rejecting, Set<Column> visited) {
        Block block = blockOf(column.source());
        if (block == null || type == null || !visited.add(column)) {
            return null;
        }
        KeyConstraint result = null;
        for (Filter filter : block.filters()) {
            if (filter.reaches(column.source())) {
                boolean nullCounts = !rejecting && !filter.maybeNullFilled(column.source());
                result = both(result, of(filter.condition(), column, type, nullCounts));
            }
        }
        for (Link link : Links.of(block, analysis)) {
            Column other = link.left().equals(column) ? link.right() : link.left();
            boolean linked = link.left().equals(column) || link.right().equals(column);
            if (linked && link.reaches(column.source()) && reader.comparesLike(type, typeOf(other))) {
                result = both(result, of(other, typeOf(other), false, visited));
            }
        }
        return both(result, around(block, column, type, rejecting, visited));
    }

    private static @Nullable Block blockOf(Source source) {
        return switch (source) {
            case TableUse use -> use.block();
            case QuerySource query -> query.block();
            case OpaqueSource opaque -> null;
        };
    }

    /** A derived table's column has the type of what it is made from, which is not known here: see {@link #around}. */
    private static Table.@Nullable Column typeOf(Column column) {
        return column.source() instanceof TableUse ? column.definition() : null;
    }

    /** What the block around a derived table asks of the column's outputs. */
    private @Nullable KeyConstraint around(
            Block block, Column column, Table.Column type, boolean rejecting, Set<Column> visited) {
        Select select = block.select();
        QuerySource outside = block.role() == Block.Role.DERIVED && select != null ? reader(block) : null;
        if (outside == null || outside.columnNames() == null || select == null || !passesFilters(select, column)) {
            return null;
        }
        List<Outputs.Output> outputs = Outputs.of(select, block, analysis.source());
        List<String> names = outside.columnNames();
        if (outputs == null || outputs.size() != names.size()) {
            return null;
        }
        KeyConstraint result = null;
        boolean filled = Links.maybeNullFilled(block, column.source());
        for (int i = 0; i < names.size(); i++) {
            if (column.equals(plain(outputs.get(i))) && Collections.frequency(names, names.get(i)) == 1) {
                result = both(result, of(new Column(outside, names.get(i)), type, rejecting || filled, visited));
            }
        }
        return result;
    }

    private @Nullable Column plain(Outputs.Output output) {
        if (output.column() != null) {
            return output.column();
        }
        return output.item() instanceof Select.ExpressionItem item
                        && item.expression() instanceof ColumnReference reference
                ? analysis.column(reference)
                : null;
    }

    /** The only place that reads a block's rows; null if there are several or it isn't certain. */
    private @Nullable QuerySource reader(Block block) {
        for (Map.Entry<Query, QuerySource> entry : analysis.derived().entrySet()) {
            if (analysis.block(entry.getKey()) == block) {
                return entry.getValue();
            }
        }
        for (CommonTableDefinition definition : analysis.commonTables()) {
            if (analysis.block(definition.node().query()) == block) {
                return definition.uses().size() == 1 && !definition.recursive()
                        ? definition.uses().get(0)
                        : null;
            }
        }
        return null;
    }

    /** Whether rows of the query can be filtered by this column before instead of after it. */
    private boolean passesFilters(Select select, Column column) {
        Traits traits = new TraitsOfBlock(select).all();
        if (select.limit() != null || traits.window() || traits.assignment() || select.windows() != null) {
            return false;
        }
        if (select.groupBy() == null) {
            return !traits.aggregate() && select.having() == null;
        }
        return !select.groupBy().rollup()
                && select.groupBy().items().stream()
                        .anyMatch(item -> item.expression() instanceof ColumnReference reference
                                && column.equals(analysis.column(reference)));
    }

    /** What a condition says of a column; null if nothing. */
    private @Nullable KeyConstraint of(Expression condition, Column column, Table.Column type, boolean nullCounts) {
        return switch (condition) {
            case Expression.Binary binary -> of(binary, column, type, nullCounts);
            case Expression.InList in when !in.negated() && isColumn(in.value(), column) -> oneOf(in.list(), type);
            case Expression.Between between
            when !between.negated() && isColumn(between.value(), column) ->
                within(bound(between.low(), type), bound(between.high(), type));
            case Expression.Is is
            when nullCounts
                    && !is.negated()
                    && is.test() == Expression.Is.Test.NULL
                    && !holdsZeroDates(type)
                    && isColumn(is.operand(), column) -> new KeyConstraint.OneOf(List.of(new KeyValue.Null()));
            default ->
                reader.kind(condition) == KeyReader.Constant.FALSE || reader.kind(condition) == KeyReader.Constant.NULL
                        ? none(condition)
                        : null;
        };
    }

    /** Of a date that takes no NULL, IS NULL asks for '0000-00-00'. */
    private static boolean holdsZeroDates(Table.Column type) {
        return !type.nullable() && ZERO_DATES.matcher(type.type()).lookingAt();
    }

    private KeyConstraint none(Expression constant) {
        consulted.add(constant);
        return new KeyConstraint.OneOf(List.of());
    }

    private @Nullable KeyConstraint of(Expression.Binary binary, Column column, Table.Column type, boolean nullCounts) {
        return switch (binary.operator()) {
            case AND -> {
                KeyConstraint all = null;
                for (Expression operand : operands(binary, BinaryOperator.AND)) {
                    all = both(all, of(operand, column, type, nullCounts));
                }
                yield all;
            }
            case OR -> anyOf(operands(binary, BinaryOperator.OR), column, type, nullCounts);
            case EQUAL, NULL_SAFE_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
                if (isColumn(binary.left(), column)) {
                    yield compared(binary.operator(), binary.right(), type, nullCounts);
                }
                if (isColumn(binary.right(), column)) {
                    yield compared(mirrored(binary.operator()), binary.left(), type, nullCounts);
                }
                yield reader.kind(binary) == KeyReader.Constant.FALSE ? none(binary) : null;
            }
            default -> null;
        };
    }

    private static BinaryOperator mirrored(BinaryOperator operator) {
        return switch (operator) {
            case LESS -> BinaryOperator.GREATER;
            case LESS_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
            case GREATER -> BinaryOperator.LESS;
            case GREATER_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
            default -> operator;
        };
    }

    private @Nullable KeyConstraint compared(
            BinaryOperator operator, Expression constant, Table.Column type, boolean nullCounts) {
        KeyReader.Constant kind = reader.kind(constant);
        if (kind == KeyReader.Constant.UNKNOWN) {
            return null;
        }
        if (kind == KeyReader.Constant.NULL) {
            if (operator != BinaryOperator.NULL_SAFE_EQUAL) {
                return none(constant);
            }
            consulted.add(constant);
            return nullCounts ? new KeyConstraint.OneOf(List.of(new KeyValue.Null())) : null;
        }
        return switch (operator) {
            case EQUAL, NULL_SAFE_EQUAL -> oneOf(List.of(constant), type);
            case LESS, LESS_OR_EQUAL -> between(null, bound(constant, type));
            case GREATER, GREATER_OR_EQUAL -> between(bound(constant, type), null);
            default -> null;
        };
    }

    private @Nullable KeyConstraint oneOf(List<Expression> constants, Table.Column type) {
        Set<KeyValue> values = new LinkedHashSet<>();
        for (Expression constant : constants) {
            consulted.add(constant);
            if (reader.kind(constant) == KeyReader.Constant.NULL) {
                continue;
            }
            KeyValue value = reader.compared(type, constant).orElse(null);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new KeyConstraint.OneOf(List.copyOf(values));
    }

    private @Nullable KeyValue bound(Expression constant, Table.Column type) {
        consulted.add(constant);
        return reader.kind(constant) == KeyReader.Constant.NULL
                ? null
                : reader.compared(type, constant).orElse(null);
    }

    /** BETWEEN compares all three operands in one way: both bounds must be certain, or none is. */
    private static @Nullable KeyConstraint within(@Nullable KeyValue low, @Nullable KeyValue high) {
        return low == null || high == null ? null : new KeyConstraint.Between(low, high);
    }

    private static @Nullable KeyConstraint between(@Nullable KeyValue low, @Nullable KeyValue high) {
        return low == null && high == null ? null : new KeyConstraint.Between(low, high);
    }

    private boolean isColumn(Expression expression, Column column) {
        return expression instanceof ColumnReference reference && column.equals(analysis.column(reference));
    }

    /** Both constraints hold: the tighter one, or what is known of both. */
    private static @Nullable KeyConstraint both(@Nullable KeyConstraint a, @Nullable KeyConstraint b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        if (a instanceof KeyConstraint.OneOf(var these)) {
            return b instanceof KeyConstraint.OneOf(var those)
                    ? new KeyConstraint.OneOf(
                            these.stream().filter(those::contains).toList())
                    : a;
        }
        if (b instanceof KeyConstraint.Between(var low, var high)
                && a instanceof KeyConstraint.Between(var otherLow, var otherHigh)) {
            return new KeyConstraint.Between(otherLow == null ? low : otherLow, otherHigh == null ? high : otherHigh);
        }
        return b;
    }

    /** One of the conditions holds: known only if each of them names values. */
    private @Nullable KeyConstraint anyOf(
            List<Expression> conditions, Column column, Table.Column type, boolean nullCounts) {
        Set<KeyValue> values = new LinkedHashSet<>();
        KeyConstraint range = null;
        for (Expression condition : conditions) {
            KeyConstraint constraint = of(condition, column, type, nullCounts);
            switch (constraint) {
                case null -> {
                    return null;
                }
                case KeyConstraint.OneOf(var some) -> values.addAll(some);
                case KeyConstraint.Between between -> {
                    if (range != null) {
                        return null;
                    }
                    range = between;
                }
            }
        }
        if (range != null) {
            return values.isEmpty() ? range : null;
        }
        return new KeyConstraint.OneOf(List.copyOf(values));
    }

    /** The operands of a chain of one operator, in order. */
    public static List<Expression> operands(Expression expression, BinaryOperator operator) {
        List<Expression> operands = new ArrayList<>();
        List<Expression> open = new ArrayList<>();
        open.add(expression);
        while (!open.isEmpty()) {
            Expression next = open.removeLast();
            if (next instanceof Expression.Binary binary && binary.operator() == operator) {
                open.add(binary.right());
                open.add(binary.left());
            } else {
                operands.add(next);
            }
        }
        return operands;
    }
}
