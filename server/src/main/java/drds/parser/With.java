package drds.parser;

import java.util.List;
import java.util.function.Consumer;

/** {@code WITH [RECURSIVE] a AS (...), b AS (...)}. */
public record With(Span span, boolean recursive, List<CommonTable> tables) implements Node {
    public With {
        tables = List.copyOf(tables);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, tables);
    }

    /** One common table expression; {@code cycle} are the columns of MariaDB's {@code CYCLE a, b RESTRICT}. */
    public record CommonTable(Span span, Identifier name, List<Identifier> columns, Query query, List<Identifier> cycle)
            implements Node {
        public CommonTable {
            columns = List.copyOf(columns);
            cycle = List.copyOf(cycle);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, columns);
            action.accept(query);
            Node.each(action, cycle);
        }
    }
}
