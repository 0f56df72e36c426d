package drds.parser;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;

/** Shows trees as text. */
final class Trees {
    private Trees() {}

    /** The tree without its spans and the ordinals of parameters: what must be the same wherever the text stands. */
    static String shape(Object node) {
        return switch (node) {
            case null -> "-";
            case Span span -> "";
            case Expression.Parameter parameter -> "?";
            case Collection<?> list -> list.stream().map(Trees::shape).toList().toString();
            case Record record -> record.getClass().getSimpleName() + components(record);
            default -> node.toString();
        };
    }

    private static List<String> components(Record record) {
        List<String> values = new java.util.ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            if (component.getName().equals("aliasPosition")) continue;
            try {
                component.getAccessor().setAccessible(true);
                values.add(shape(component.getAccessor().invoke(record)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return values;
    }

    /** The text with parentheses around each expression that is more than a literal or a name. */
    static String parenthesized(ParsedStatement parsed) {
        TextEdits edits = new TextEdits(parsed.source());
        parsed.statement().walk(node -> {
            boolean plain = node instanceof Literal
                    || node instanceof Expression.ColumnReference
                    || node instanceof Expression.Subquery
                    || node instanceof Expression.Row;
            if (node instanceof Expression && !plain) {
                edits.insert(node.start(), "(");
                edits.insert(node.end(), ")");
            }
        });
        return edits.render();
    }
}
