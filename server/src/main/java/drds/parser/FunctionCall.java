package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call in the ordinary form {@code name(a, b)}. SUBSTRING(a FROM b FOR c) and POSITION(a IN b) come as calls with
 * those arguments in that order; NOW and CURRENT_TIMESTAMP without parentheses as calls without arguments.
 *
 * @param star COUNT(*)
 * @param aggregate one of MySQL's or MariaDB's aggregate functions; with {@code over} it is a window function
 * @param orderBy of GROUP_CONCAT, JSON_ARRAYAGG, or WITHIN GROUP
 * @param separator of GROUP_CONCAT
 * @param limit of GROUP_CONCAT
 */
public record FunctionCall(
        Span span,
        @Nullable Identifier schema,
        Identifier name,
        boolean distinct,
        boolean star,
        List<Expression> arguments,
        boolean aggregate,
        @Nullable OrderBy orderBy,
        @Nullable Expression separator,
        @Nullable Limit limit,
        @Nullable Over over)
        implements Expression {

    public FunctionCall {
        arguments = List.copyOf(arguments);
    }

    /** Whether this is the built-in (unqualified) function of that name. */
    public boolean is(String function) {
        return schema == null && name.is(function);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, schema, name);
        Node.each(action, arguments);
        Node.each(action, orderBy, separator, limit, over);
    }

    /** {@code OVER name} or {@code OVER (...)}: one of both is null. */
    public record Over(
            Span span, @Nullable Identifier name, @Nullable WindowSpecification window) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, window);
        }
    }
}
