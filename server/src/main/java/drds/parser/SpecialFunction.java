package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Built-in functions whose arguments have a syntax of their own. */
public sealed interface SpecialFunction extends Expression {

    /** {@code CAST(x AS type)} and {@code CONVERT(x, type)}. */
    record Cast(Span span, Expression operand, DataType type) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, operand, type);
        }
    }

    /** {@code CONVERT(x USING charset)}. */
    record ConvertUsing(Span span, Expression operand, Identifier charset) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, operand, charset);
        }
    }

    /** {@code CHAR(1, 2 [USING charset])}. */
    record CharFunction(
            Span span, List<Expression> codes, @Nullable Identifier charset) implements SpecialFunction {
        public CharFunction {
            codes = List.copyOf(codes);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, codes);
            Node.each(action, charset);
        }
    }

    /** {@code EXTRACT(unit FROM x)}. */
    record Extract(Span span, String unit, Expression operand) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(operand);
        }
    }

    /** {@code TRIM([BOTH | LEADING | TRAILING] [remove] FROM x)} and {@code TRIM(x)}. */
    record Trim(Span span, @Nullable Side side, @Nullable Expression remove, Expression operand)
            implements SpecialFunction {
        public enum Side {
            BOTH,
            LEADING,
            TRAILING
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, remove, operand);
        }
    }

    /** {@code TIMESTAMPADD(unit, a, b)} and {@code TIMESTAMPDIFF(unit, a, b)}. */
    record TimestampArithmetic(Span span, boolean add, String unit, Expression first, Expression second)
            implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, first, second);
        }
    }

    /** {@code GET_FORMAT(DATE, x)}. */
    record GetFormat(Span span, String type, Expression locale) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(locale);
        }
    }

    /** {@code MATCH (columns) AGAINST (x modifier)}; {@code modifier} in upper case or empty. */
    record MatchAgainst(Span span, List<Expression> columns, Expression against, String modifier)
            implements SpecialFunction {
        public MatchAgainst {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, columns);
            action.accept(against);
        }
    }

    /** {@code VALUES(column)} in ON DUPLICATE KEY UPDATE; MariaDB's VALUE(column) too. */
    record ValuesOf(Span span, ColumnReference column) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(column);
        }
    }

    /** {@code DEFAULT(column)}. */
    record DefaultOf(Span span, ColumnReference column) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(column);
        }
    }

    /** {@code WEIGHT_STRING(x [AS CHAR(n) | BINARY(n)] [LEVEL ...])}. */
    record WeightString(Span span, Expression operand) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(operand);
        }
    }

    /** {@code JSON_VALUE(doc, path RETURNING type ... ON EMPTY ... ON ERROR)}. */
    record JsonValue(
            Span span,
            Expression document,
            Expression path,
            @Nullable DataType type) implements SpecialFunction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, document, path, type);
        }
    }

    /**
     * The next or last value of a sequence.
     *
     * @param form how it was written: {@code s.NEXTVAL} could also mean a column of that name, which whoever knows the
     *     tables must decide
     */
    record SequenceValue(Span span, boolean next, Form form, QualifiedName sequence) implements SpecialFunction {
        public enum Form {
            /** {@code s.NEXTVAL}. */
            DOTTED,
            /** {@code NEXT VALUE FOR s}. */
            VALUE_FOR,
            /** {@code NEXTVAL(s)}, {@code LASTVAL(s)}. */
            FUNCTION
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(sequence);
        }
    }
}
