package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An expression. Parentheses around an expression are no node: the span of an expression leaves its own outer
 * parentheses out, and the span of what it stands in has them. Subqueries are the exception: {@link Subquery}'s span
 * has the parentheses, its query's span doesn't.
 */
public sealed interface Expression extends Node
        permits Literal,
                Expression.Parameter,
                Expression.ColumnReference,
                Expression.UserVariable,
                Expression.SystemVariable,
                Expression.Assignment,
                Expression.Unary,
                Expression.Binary,
                Expression.Collate,
                Expression.Like,
                Expression.Regexp,
                Expression.Between,
                Expression.InList,
                Expression.InSubquery,
                Expression.Is,
                Expression.Quantified,
                Expression.Row,
                Expression.Case,
                Expression.Exists,
                Expression.Subquery,
                Expression.Interval,
                Expression.MemberOf,
                Expression.JsonArrow,
                Expression.DefaultValue,
                Expression.MaxValue,
                Expression.Keyword,
                FunctionCall,
                SpecialFunction {

    /** {@code ?}; the first one of a statement has ordinal 0. */
    record Parameter(Span span, int ordinal) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code column}, {@code table.column} or {@code schema.table.column}. */
    record ColumnReference(
            Span span,
            @Nullable Identifier schema,
            @Nullable Identifier table,
            Identifier column) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, schema, table, column);
        }

        /** The span of what stands before the column's own name, without its dot; empty where there is nothing. */
        public Span qualifier() {
            Identifier first = schema != null ? schema : table;
            return first == null || table == null
                    ? new Span(column.start(), column.start())
                    : first.span().to(table.span());
        }
    }

    /** {@code @name}; the name without {@code @} and quotes. */
    record UserVariable(Span span, String name) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /**
     * {@code @@name}, {@code @@global.name}, {@code @@cache.key_buffer_size}.
     *
     * @param scope null where none is written
     * @param component what stands before the name and is no scope (a key cache, a replication connection)
     */
    record SystemVariable(
            Span span,
            @Nullable VariableScope scope,
            @Nullable Identifier component,
            Identifier name) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, component, name);
        }
    }

    /** {@code @name := value}. */
    record Assignment(Span span, UserVariable variable, Expression value) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, variable, value);
        }
    }

    record Unary(Span span, UnaryOperator operator, Expression operand) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(operand);
        }
    }

    enum UnaryOperator {
        PLUS,
        MINUS,
        BIT_NOT,
        /** {@code NOT} and {@code !}. */
        NOT,
        /** {@code BINARY x}. */
        BINARY
    }

    record Binary(Span span, BinaryOperator operator, Expression left, Expression right) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(left);
            action.accept(right);
        }
    }

    /** Operators with two operands; the precedence is in the parser. */
    enum BinaryOperator {
        OR,
        XOR,
        AND,
        EQUAL,
        NULL_SAFE_EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        SOUNDS_LIKE,
        BIT_OR,
        BIT_AND,
        BIT_XOR,
        SHIFT_LEFT,
        SHIFT_RIGHT,
        PLUS,
        MINUS,
        MULTIPLY,
        /** {@code /}. */
        DIVIDE,
        /** {@code DIV}. */
        INTEGER_DIVIDE,
        /** {@code %} and {@code MOD}. */
        MODULO,
        /** {@code ||} under PIPES_AS_CONCAT. */
        CONCAT;

        /** One of {@code = <=> <> < <= > >=}. */
        public boolean isComparison() {
            return ordinal() >= EQUAL.ordinal() && ordinal() <= GREATER_OR_EQUAL.ordinal();
        }
    }

    record Collate(Span span, Expression operand, Identifier collation) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, operand, collation);
        }
    }

    record Like(
            Span span,
            boolean negated,
            Expression value,
            Expression pattern,
            @Nullable Expression escape) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, value, pattern, escape);
        }
    }

    /** REGEXP and RLIKE. */
    record Regexp(Span span, boolean negated, Expression value, Expression pattern) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, value, pattern);
        }
    }

    record Between(Span span, boolean negated, Expression value, Expression low, Expression high)
            implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, value, low, high);
        }
    }

    /**
     * {@code value IN (a, b)}.
     *
     * @param listSpan the list with its parentheses
     */
    record InList(Span span, boolean negated, Expression value, Span listSpan, List<Expression> list)
            implements Expression {
        public InList {
            list = List.copyOf(list);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
            Node.each(action, list);
        }
    }

    record InSubquery(Span span, boolean negated, Expression value, Subquery subquery) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, value, subquery);
        }
    }

    /** {@code operand IS [NOT] NULL | TRUE | FALSE | UNKNOWN | JSON}. */
    record Is(Span span, boolean negated, Expression operand, Test test) implements Expression {
        public enum Test {
            NULL,
            TRUE,
            FALSE,
            UNKNOWN,
            JSON
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(operand);
        }
    }

    /** {@code left = ANY (query)}; SOME is ANY. */
    record Quantified(Span span, BinaryOperator operator, Expression left, boolean all, Subquery subquery)
            implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, left, subquery);
        }
    }

    /** {@code (a, b)} or {@code ROW(a, b)}; the span has the parentheses. */
    record Row(Span span, List<Expression> items) implements Expression {
        public Row {
            items = List.copyOf(items);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, items);
        }
    }

    /** {@code CASE [operand] WHEN ... THEN ... [ELSE ...] END}. */
    record Case(
            Span span,
            @Nullable Expression operand,
            List<When> whens,
            @Nullable Expression otherwise) implements Expression {
        public Case {
            whens = List.copyOf(whens);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, operand);
            Node.each(action, whens);
            Node.each(action, otherwise);
        }
    }

    record When(Span span, Expression condition, Expression result) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, condition, result);
        }
    }

    record Exists(Span span, Subquery subquery) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(subquery);
        }
    }

    /** {@code (SELECT ...)}; the span has the parentheses. */
    record Subquery(Span span, Query query) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(query);
        }
    }

    /** {@code INTERVAL value unit}, an operand of {@code +}, {@code -}, DATE_ADD and the like, or a frame's bound. */
    record Interval(Span span, Expression value, String unit) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
        }
    }

    record MemberOf(Span span, Expression value, Expression array) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, value, array);
        }
    }

    /** {@code column -> 'path'}, with {@code unquote} {@code column ->> 'path'}. */
    record JsonArrow(Span span, Expression column, boolean unquote, Expression path) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, column, path);
        }
    }

    /** DEFAULT (or MariaDB's IGNORE as a value) alone, where a value is expected. */
    record DefaultValue(Span span) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** MAXVALUE in a partition's bounds. */
    record MaxValue(Span span) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** A bare word that is no column, such as ON, ALL, BINARY in SET; {@code word} in upper case. */
    record Keyword(Span span, String word) implements Expression {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
