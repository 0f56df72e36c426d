package drds.parser;

import java.util.List;
import java.util.function.Consumer;

/** Statements that change rows, or may. */
public sealed interface DataChange extends Statement
        permits Insert, Update, Delete, LoadData, DataChange.Call, DataChange.Do, DataChange.Handler {

    /** {@code column = value}; in SET of INSERT, UPDATE, ON DUPLICATE KEY, LOAD DATA. */
    record ColumnValue(Span span, Expression column, Expression value) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, column, value);
        }
    }

    /** MariaDB's {@code RETURNING items}. */
    record Returning(Span span, List<Select.Item> items) implements Node {
        public Returning {
            items = List.copyOf(items);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, items);
        }
    }

    /** MariaDB's {@code FOR PORTION OF period FROM a TO b}. */
    record Portion(Span span, Identifier period, Expression from, Expression to) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, period, from, to);
        }
    }

    /** Words between the verb and the table. */
    enum Modifier {
        LOW_PRIORITY,
        HIGH_PRIORITY,
        DELAYED,
        QUICK,
        IGNORE,
        CONCURRENT,
        /** LOAD DATA ... REPLACE. */
        REPLACE
    }

    /** {@code CALL name(args)}. */
    record Call(Span span, QualifiedName procedure, List<Expression> arguments) implements DataChange {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(procedure);
            Node.each(action, arguments);
        }
    }

    /** {@code DO a, b}. */
    record Do(Span span, List<Expression> expressions) implements DataChange {
        public Do {
            expressions = List.copyOf(expressions);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, expressions);
        }
    }

    /** {@code HANDLER t OPEN | READ | CLOSE ...}; {@code verb} in upper case. */
    record Handler(Span span, QualifiedName table, String verb) implements DataChange {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(table);
        }
    }
}
