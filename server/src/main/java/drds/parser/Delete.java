package drds.parser;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * DELETE.
 *
 * @param targets of the forms with several tables ({@code DELETE a, b FROM ...}, {@code DELETE FROM a USING ...}), the
 *     tables whose rows go; empty for the form with one table, which is {@code tables} then
 * @param tables what follows FROM (or USING)
 */
public record Delete(
        Span span,
        @Nullable With with,
        Set<DataChange.Modifier> modifiers,
        List<Target> targets,
        TableReference tables,
        DataChange.@Nullable Portion portion,
        @Nullable Condition where,
        @Nullable OrderBy orderBy,
        @Nullable Limit limit,
        DataChange.@Nullable Returning returning)
        implements DataChange {
    public Delete {
        modifiers = Set.copyOf(modifiers);
        targets = List.copyOf(targets);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, with);
        Node.each(action, targets);
        Node.each(action, tables, portion, where, orderBy, limit, returning);
    }

    /** {@code a}, {@code db.a} or {@code a.*}; the name is an alias or a table of {@code tables}. */
    public record Target(Span span, QualifiedName name) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }
}
