package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code ORDER BY a, b DESC}; the span has the keywords. */
public record OrderBy(Span span, List<Item> items) implements Node {
    public OrderBy {
        items = List.copyOf(items);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, items);
    }

    /** An expression with its direction; {@code direction} is null where none is written. */
    public record Item(
            Span span, Expression expression, @Nullable Direction direction) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(expression);
        }

        public boolean descending() {
            return direction == Direction.DESC;
        }
    }

    public enum Direction {
        ASC,
        DESC
    }
}
