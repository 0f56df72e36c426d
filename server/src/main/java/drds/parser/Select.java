package drds.parser;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One query block. Clauses are nodes with their keywords, so that a clause can be cut out of the text or exchanged.
 *
 * @param itemsSpan the select list, from the first item to the end of the last
 * @param locking more than one with MySQL's {@code FOR UPDATE OF a FOR SHARE OF b}
 */
public record Select(
        Span span,
        @Nullable With with,
        boolean distinct,
        Set<Option> options,
        Span itemsSpan,
        List<Item> items,
        @Nullable From from,
        @Nullable Condition where,
        @Nullable GroupBy groupBy,
        @Nullable Condition having,
        @Nullable Windows windows,
        @Nullable OrderBy orderBy,
        @Nullable Limit limit,
        List<Locking> locking,
        @Nullable Into into)
        implements Query {

    /** Words between SELECT and the items, other than DISTINCT. */
    public enum Option {
        ALL,
        HIGH_PRIORITY,
        STRAIGHT_JOIN,
        SQL_SMALL_RESULT,
        SQL_BIG_RESULT,
        SQL_BUFFER_RESULT,
        SQL_CACHE,
        SQL_NO_CACHE,
        SQL_CALC_FOUND_ROWS
    }

    public Select {
        options = Set.copyOf(options);
        items = List.copyOf(items);
        locking = List.copyOf(locking);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, with);
        Node.each(action, items);
        Node.each(action, from, where, groupBy, having, windows, orderBy, limit);
        Node.each(action, locking);
        Node.each(action, into);
    }

    /** An entry of a select list (or of RETURNING). */
    public sealed interface Item extends Node {}

    /**
     * An expression in a select list.
     *
     * @param span with the alias
     * @param expressionSpan the expression's text with its outer parentheses: without an alias it is the column's name
     */
    public record ExpressionItem(
            Span span,
            Span expressionSpan,
            Expression expression,
            @Nullable Identifier alias) implements Item {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, expression, alias);
        }
    }

    /** {@code *}, {@code t.*}, {@code schema.t.*}. */
    public record Wildcard(
            Span span,
            @Nullable Identifier schema,
            @Nullable Identifier table) implements Item {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, schema, table);
        }
    }

    /** {@code FROM tables}; tables separated by commas are joins of the kind COMMA. */
    public record From(Span span, TableReference tables) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(tables);
        }
    }

    /** {@code GROUP BY a, b [WITH ROLLUP]}. */
    public record GroupBy(Span span, List<OrderBy.Item> items, boolean rollup) implements Node {
        public GroupBy {
            items = List.copyOf(items);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, items);
        }
    }

    /** {@code WINDOW w AS (...), ...}. */
    public record Windows(Span span, List<WindowDefinition> definitions) implements Node {
        public Windows {
            definitions = List.copyOf(definitions);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, definitions);
        }
    }

    /** {@code w AS (...)}. */
    public record WindowDefinition(Span span, Identifier name, WindowSpecification window) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, window);
        }
    }
}
