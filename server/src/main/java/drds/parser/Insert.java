package drds.parser;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * INSERT and REPLACE in all forms.
 *
 * @param replace REPLACE instead of INSERT
 * @param table the name alone, to be exchanged for the physical name
 * @param columnsSpan the column list with its parentheses; null where there is none (a column list can be put behind
 *     the table or its partitions then)
 * @param columns empty where there is no list, or an empty list
 * @param returning MariaDB's RETURNING
 */
public record Insert(
        Span span,
        boolean replace,
        Set<DataChange.Modifier> modifiers,
        QualifiedName table,
        List<Identifier> partitions,
        @Nullable Span columnsSpan,
        List<Expression.ColumnReference> columns,
        Source source,
        @Nullable OnDuplicateKey onDuplicateKey,
        DataChange.@Nullable Returning returning)
        implements DataChange {
    public Insert {
        modifiers = Set.copyOf(modifiers);
        partitions = List.copyOf(partitions);
        columns = List.copyOf(columns);
    }

    public boolean ignore() {
        return modifiers.contains(DataChange.Modifier.IGNORE);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        action.accept(table);
        Node.each(action, partitions);
        Node.each(action, columns);
        Node.each(action, source, onDuplicateKey, returning);
    }

    /** Where the rows come from. */
    public sealed interface Source extends Node {}

    /**
     * {@code VALUES (...), (...)}, or {@code VALUES ROW(...), ...}.
     *
     * @param span from VALUES to the last row
     * @param rows each with its parentheses, values may be {@link Expression.DefaultValue}
     * @param alias MySQL's {@code AS new(a, b)}
     */
    public record Rows(
            Span span, List<Expression.Row> rows, @Nullable RowAlias alias) implements Source {
        public Rows {
            rows = List.copyOf(rows);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, rows);
            Node.each(action, alias);
        }
    }

    /** {@code SET a = 1, b = 2}. */
    public record Assignments(
            Span span,
            List<DataChange.ColumnValue> values,
            @Nullable RowAlias alias) implements Source {
        public Assignments {
            values = List.copyOf(values);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, values);
            Node.each(action, alias);
        }
    }

    /** {@code INSERT ... SELECT}, TABLE, or a query in parentheses (the query's span leaves those out). */
    public record FromQuery(Span span, Query query) implements Source {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(query);
        }
    }

    /** {@code AS new (a, b)}. */
    public record RowAlias(Span span, Identifier name, List<Identifier> columns) implements Node {
        public RowAlias {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, columns);
        }
    }

    /** {@code ON DUPLICATE KEY UPDATE a = 1}. */
    public record OnDuplicateKey(Span span, List<DataChange.ColumnValue> values) implements Node {
        public OnDuplicateKey {
            values = List.copyOf(values);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, values);
        }
    }
}
