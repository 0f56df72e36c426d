package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What stands in FROM, and what UPDATE and DELETE change. */
public sealed interface TableReference extends Node {

    /**
     * A table, a view, or a common table expression by name.
     *
     * @param span all of it, with alias and index hints
     * @param name what to exchange for the physical name
     * @param aliasPosition where an alias can be put ({@code " AS x"}) when there is none
     */
    record TableName(
            Span span,
            QualifiedName name,
            List<Identifier> partitions,
            @Nullable SystemTime systemTime,
            @Nullable Identifier alias,
            int aliasPosition,
            List<IndexHint> indexHints)
            implements TableReference {
        public TableName {
            partitions = List.copyOf(partitions);
            indexHints = List.copyOf(indexHints);
        }

        /** The name by which columns refer to it. */
        public Identifier correlationName() {
            return alias != null ? alias : name.name();
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, partitions);
            Node.each(action, systemTime, alias);
            Node.each(action, indexHints);
        }
    }

    /** MariaDB's {@code FOR SYSTEM_TIME ...}; the expressions are its points in time. */
    record SystemTime(Span span, List<Expression> points) implements Node {
        public SystemTime {
            points = List.copyOf(points);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, points);
        }
    }

    /** {@code USE | IGNORE | FORCE INDEX [FOR ...] (a, b)}. */
    record IndexHint(Span span, Kind kind, List<Identifier> indexes) implements Node {
        public enum Kind {
            USE,
            IGNORE,
            FORCE
        }

        public IndexHint {
            indexes = List.copyOf(indexes);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, indexes);
        }
    }

    /** Two table references joined; the joins of a FROM lean to the left unless parentheses say otherwise. */
    record Join(
            Span span,
            Kind kind,
            TableReference left,
            TableReference right,
            @Nullable Condition on,
            List<Identifier> using)
            implements TableReference {
        public enum Kind {
            /** A comma in FROM. */
            COMMA,
            /** JOIN and INNER JOIN. */
            INNER,
            CROSS,
            STRAIGHT,
            LEFT,
            RIGHT,
            NATURAL,
            NATURAL_LEFT,
            NATURAL_RIGHT
        }

        public Join {
            using = List.copyOf(using);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, left, right, on);
            Node.each(action, using);
        }
    }

    /** {@code [LATERAL] (query) [AS] alias [(columns)]}; the query's span leaves the parentheses out. */
    record DerivedTable(
            Span span,
            boolean lateral,
            Query query,
            @Nullable Identifier alias,
            List<Identifier> columns) implements TableReference {
        public DerivedTable {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, query, alias);
            Node.each(action, columns);
        }
    }

    /** {@code JSON_TABLE(document, path COLUMNS (...)) AS alias}. */
    record JsonTable(Span span, Expression document, Expression path, List<JsonColumn> columns, Identifier alias)
            implements TableReference {
        public JsonTable {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, document, path);
            Node.each(action, columns);
            action.accept(alias);
        }
    }

    /**
     * A column of JSON_TABLE. FOR ORDINALITY has neither type nor path; NESTED PATH has a path and {@code nested}
     * columns, but no name.
     */
    record JsonColumn(
            Span span,
            @Nullable Identifier name,
            @Nullable DataType type,
            @Nullable Expression path,
            List<JsonColumn> nested)
            implements Node {
        public JsonColumn {
            nested = List.copyOf(nested);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, type, path);
            Node.each(action, nested);
        }
    }

    /** {@code (tables)} or {@code { OJ tables }}; the span has the parentheses or braces. */
    record ParenthesizedTables(Span span, TableReference tables) implements TableReference {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(tables);
        }
    }

    /** DUAL: no table at all. */
    record Dual(Span span) implements TableReference {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
