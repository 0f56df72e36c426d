package drds.analyzer;

import drds.parser.Expression.ColumnReference;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that a SELECT gives. */
public final class Outputs {
    private Outputs() {}

    /** One output column: a select item, or one column that a wildcard stands for ({@code column} then). */
    public record Output(
            Select.Item item, String name, @Nullable Column column) {}

    /** The output columns in order; null where a wildcard can't be told. Names are in lower case. */
    public static @Nullable List<Output> of(Select select, Block block, String source) {
        List<Output> outputs = new ArrayList<>();
        for (Select.Item item : select.items()) {
            switch (item) {
                case Select.Wildcard wildcard -> {
                    if (!expand(wildcard, block, outputs)) {
                        return null;
                    }
                }
                case Select.ExpressionItem expression ->
                    outputs.add(new Output(expression, TableNames.lower(name(expression, source)), null));
            }
        }
        return outputs;
    }

    static @Nullable List<String> names(Select select, Block block, String source) {
        List<Output> outputs = of(select, block, source);
        return outputs == null ? null : outputs.stream().map(Output::name).toList();
    }

    private static String name(Select.ExpressionItem item, String source) {
        if (item.alias() != null) {
            return item.alias().text();
        }
        return item.expression() instanceof ColumnReference reference
                ? reference.column().text()
                : item.expressionSpan().of(source);
    }

    private static boolean expand(Select.Wildcard wildcard, Block block, List<Output> outputs) {
        if (wildcard.table() == null && block.mergedColumns()) {
            return false;
        }
        boolean found = false;
        for (Source source : block.sources()) {
            if (wildcard.table() != null && !Scope.matches(source, wildcard.schema(), wildcard.table())) {
                continue;
            }
            List<String> columns = source.starColumns();
            if (columns == null) {
                return false;
            }
            found = true;
            for (String column : columns) {
                outputs.add(new Output(wildcard, column, new Column(source, column)));
            }
        }
        return found;
    }
}
