package drds.parser;

import java.util.function.Consumer;

/** A WHERE, HAVING or ON clause; the span has the keyword and ends behind the last parenthesis. */
public record Condition(Span span, Expression expression) implements Node {
    @Override
    public void forEachChild(Consumer<? super Node> action) {
        action.accept(expression);
    }
}
