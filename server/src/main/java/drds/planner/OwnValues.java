package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.Span;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An IN list that every row must meet over a shard key of one column: each partition gets its own values only.
 *
 * @param span the values without the parentheses
 */
record OwnValues(Span span, List<Expression> values, Table.Column column, Rule rule) {
    /** For a value that is NULL or that no row can have. */
    static final int NOWHERE = -1;

    /** For a value whose partition is not certain: every partition must look for it. */
    static final int ANYWHERE = -2;

    /** The lists of a block's WHERE. @param members the sharded tables, all cut the same way */
    static List<OwnValues> in(Analysis analysis, Block block, Set<TableUse> members) {
        List<OwnValues> lists = new ArrayList<>();
        for (Filter filter : block.filters()) {
            if (filter.where()
                    && filter.condition() instanceof Expression.InList in
                    && !in.negated()
                    && in.value() instanceof Expression.ColumnReference reference
                    && (in.list().stream().allMatch(OwnValues::isNumber)
                            || in.list().stream().allMatch(OwnValues::isText))) {
                Column column = analysis.column(reference);
                if (column != null && column.source() instanceof TableUse use && members.contains(use)) {
                    add(lists, in, column, use);
                }
            }
        }
        return lists;
    }

    private static void add(List<OwnValues> lists, Expression.InList in, Column column, TableUse use) {
        Rule rule = use.definition().rule();
        Table.Column definition = column.definition();
        if (rule != null && definition != null && rule.columns().equals(List.of(lower(column.name())))) {
            Span span = in.list().getFirst().span().to(in.list().getLast().span());
            lists.add(new OwnValues(span, in.list(), definition, rule));
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }

    /** How a value is compared may depend on the others in its list, so they must be of one kind. */
    private static boolean isNumber(Expression value) {
        Expression plain = value instanceof Expression.Unary unary && unary.operator() == Expression.UnaryOperator.MINUS
                ? unary.operand()
                : value;
        return plain instanceof Literal.IntegerLiteral || plain instanceof Literal.NullLiteral;
    }

    private static boolean isText(Expression value) {
        return value instanceof Literal.StringLiteral text && text.introducer() == null && !text.national();
    }

    /** Where rows with the value lie. */
    static int partition(Rule rule, Optional<KeyValue> value) {
        if (value.isEmpty()) {
            return ANYWHERE;
        }
        if (value.get() instanceof KeyValue.Null) {
            return NOWHERE;
        }
        try {
            return rule.partition(List.of(value.get()));
        } catch (SqlError none) {
            return NOWHERE;
        }
    }

    /** For each value its partition. */
    int[] partitions(LiteralKeyReader reader) {
        int[] partitions = new int[values.size()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = values.get(i) instanceof Literal.NullLiteral
                    ? NOWHERE
                    : partition(rule, reader.compared(column, values.get(i)));
        }
        return partitions;
    }

    /** Whether a partition's list has the value at that place. All of them if it has none: a list can't be empty. */
    static boolean[] own(int[] partitions, int partition) {
        boolean[] own = new boolean[partitions.length];
        boolean any = false;
        for (int i = 0; i < own.length; i++) {
            own[i] = partitions[i] == partition || partitions[i] == ANYWHERE;
            any |= own[i];
        }
        if (!any) {
            java.util.Arrays.fill(own, true);
        }
        return own;
    }

    /** The list's text for a partition. */
    String text(String source, boolean[] own) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < own.length; i++) {
            if (own[i]) {
                text.append(text.isEmpty() ? "" : ", ").append(values.get(i).text(source));
            }
        }
        return text.toString();
    }
}
