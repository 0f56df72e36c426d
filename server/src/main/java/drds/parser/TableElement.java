package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An entry in the parentheses of CREATE TABLE. */
public sealed interface TableElement extends Node
        permits ColumnDefinition, IndexDefinition, TableElement.ForeignKey, TableElement.Check, TableElement.Period {

    /** {@code [CONSTRAINT name] FOREIGN KEY [index] (columns) REFERENCES ...}. */
    record ForeignKey(
            Span span,
            @Nullable Identifier constraint,
            @Nullable Identifier index,
            List<Identifier> columns,
            References references)
            implements TableElement {
        public ForeignKey {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, constraint, index);
            Node.each(action, columns);
            action.accept(references);
        }
    }

    /** {@code REFERENCES table (columns) [ON DELETE ...] [ON UPDATE ...]}; the actions in upper case or null. */
    record References(
            Span span,
            QualifiedName table,
            List<Identifier> columns,
            @Nullable String onDelete,
            @Nullable String onUpdate)
            implements Node {
        public References {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(table);
            Node.each(action, columns);
        }
    }

    /** {@code [CONSTRAINT name] CHECK (condition)}. */
    record Check(Span span, @Nullable Identifier constraint, Expression condition) implements TableElement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, constraint, condition);
        }
    }

    /** MariaDB's {@code PERIOD FOR name (a, b)}. */
    record Period(Span span, Identifier name, Identifier from, Identifier to) implements TableElement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, from, to);
        }
    }
}
