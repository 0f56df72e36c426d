package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** DRDS's clause that says how a table is spread; its span is to be cut out before the text goes to an instance. */
public sealed interface Distribution extends Node {

    /**
     * {@code DBPARTITION BY f(...) [DBPARTITIONS n] [TBPARTITION BY g(...) [TBPARTITIONS m]]}.
     *
     * @param databases 0 where DBPARTITIONS isn't given
     * @param tables 0 where TBPARTITIONS isn't given
     */
    record Sharded(
            Span span,
            @Nullable ShardFunction databaseFunction,
            int databases,
            @Nullable ShardFunction tableFunction,
            int tables)
            implements Distribution {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, databaseFunction, tableFunction);
        }
    }

    record Broadcast(Span span) implements Distribution {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    record Single(Span span) implements Distribution {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code HASH(id)}; {@code name} in upper case, the arguments are columns and integers. */
    record ShardFunction(Span span, String name, List<Expression> arguments) implements Node {
        public ShardFunction {
            arguments = List.copyOf(arguments);
        }

        /** The columns among the arguments. */
        public List<String> columns() {
            return arguments.stream()
                    .filter(Expression.ColumnReference.class::isInstance)
                    .map(argument ->
                            ((Expression.ColumnReference) argument).column().text())
                    .toList();
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, arguments);
        }
    }
}
