package drds.parser;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What may follow a column's type. */
public sealed interface ColumnAttribute extends Node {
    @Override
    default void forEachChild(Consumer<? super Node> action) {}

    record NotNull(Span span) implements ColumnAttribute {}

    record Null(Span span) implements ColumnAttribute {}

    record Default(Span span, Expression value) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
        }
    }

    /** {@code ON UPDATE CURRENT_TIMESTAMP}. */
    record OnUpdate(Span span, Expression value) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(value);
        }
    }

    /**
     * {@code AUTO_INCREMENT [BY kind [UNIT COUNT n INDEX i]]}.
     *
     * @param kind of DRDS's BY; null where there is none
     * @param unitCount -1 where it isn't given, as {@code unitIndex}
     * @param dialectSpan what MySQL does not know, to be cut out; empty where there is nothing
     */
    record AutoIncrement(Span span, @Nullable SequenceKind kind, int unitCount, int unitIndex, Span dialectSpan)
            implements ColumnAttribute {}

    record PrimaryKey(Span span) implements ColumnAttribute {}

    record Unique(Span span) implements ColumnAttribute {}

    record Comment(Span span, String text) implements ColumnAttribute {}

    /** COLLATE behind other attributes; right behind the type it is the type's. */
    record Collation(Span span, Identifier collation) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(collation);
        }
    }

    /** {@code [GENERATED ALWAYS] AS (expression) [VIRTUAL | STORED | PERSISTENT]}. */
    record Generated(Span span, Expression expression, boolean stored) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(expression);
        }
    }

    record Check(Span span, @Nullable Identifier constraint, Expression condition) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, constraint, condition);
        }
    }

    record Reference(Span span, TableElement.References references) implements ColumnAttribute {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(references);
        }
    }

    /** Anything else: COLUMN_FORMAT, STORAGE, VISIBLE, INVISIBLE, SRID, COMPRESSED, ...; {@code name} in upper case. */
    record Other(Span span, String name) implements ColumnAttribute {}
}
