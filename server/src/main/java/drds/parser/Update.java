package drds.parser;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** UPDATE of one table ({@code tables} is a {@link TableReference.TableName}) or of several joined. */
public record Update(
        Span span,
        @Nullable With with,
        Set<DataChange.Modifier> modifiers,
        TableReference tables,
        DataChange.@Nullable Portion portion,
        List<DataChange.ColumnValue> values,
        @Nullable Condition where,
        @Nullable OrderBy orderBy,
        @Nullable Limit limit,
        DataChange.@Nullable Returning returning)
        implements DataChange {
    public Update {
        modifiers = Set.copyOf(modifiers);
        values = List.copyOf(values);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, with, tables, portion);
        Node.each(action, values);
        Node.each(action, where, orderBy, limit, returning);
    }
}
