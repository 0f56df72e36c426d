package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that gives rows: at the top of a statement, in a subquery, a derived table, a view, an INSERT.
 *
 * <p>The span of a query in parentheses leaves the parentheses out, except for {@link ParenthesizedQuery}, which is
 * where parentheses group inside a query.
 */
public sealed interface Query extends Statement
        permits Select, Query.SetOperation, Query.ParenthesizedQuery, Query.ValuesQuery, Query.TableQuery {

    @Nullable
    With with();

    @Nullable
    OrderBy orderBy();

    @Nullable
    Limit limit();

    List<Locking> locking();

    @Nullable
    Into into();

    /**
     * {@code left UNION [ALL] right}; a chain leans to the left, INTERSECT binds closer. ORDER BY and LIMIT behind the
     * last operand are the operation's own.
     */
    record SetOperation(
            Span span,
            @Nullable With with,
            Kind kind,
            boolean all,
            Query left,
            Query right,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit,
            List<Locking> locking,
            @Nullable Into into)
            implements Query {
        public enum Kind {
            UNION,
            INTERSECT,
            EXCEPT
        }

        public SetOperation {
            locking = List.copyOf(locking);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, with, left, right, orderBy, limit);
            Node.each(action, locking);
            Node.each(action, into);
        }
    }

    /** {@code (query) [ORDER BY ...] [LIMIT ...]}; the span starts at the parenthesis (or at WITH). */
    record ParenthesizedQuery(
            Span span,
            @Nullable With with,
            Query query,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit,
            List<Locking> locking,
            @Nullable Into into)
            implements Query {
        public ParenthesizedQuery {
            locking = List.copyOf(locking);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, with, query, orderBy, limit);
            Node.each(action, locking);
            Node.each(action, into);
        }
    }

    /** {@code VALUES ROW(1, 2), ROW(3, 4)} (MySQL) and {@code VALUES (1, 2), (3, 4)} (MariaDB). */
    record ValuesQuery(
            Span span,
            @Nullable With with,
            List<Expression.Row> rows,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit,
            List<Locking> locking,
            @Nullable Into into)
            implements Query {
        public ValuesQuery {
            rows = List.copyOf(rows);
            locking = List.copyOf(locking);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, with);
            Node.each(action, rows);
            Node.each(action, orderBy, limit);
            Node.each(action, locking);
            Node.each(action, into);
        }
    }

    /** {@code TABLE t}. */
    record TableQuery(
            Span span,
            @Nullable With with,
            QualifiedName table,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit,
            List<Locking> locking,
            @Nullable Into into)
            implements Query {
        public TableQuery {
            locking = List.copyOf(locking);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, with, table, orderBy, limit);
            Node.each(action, locking);
            Node.each(action, into);
        }
    }
}
