package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code ([base] [PARTITION BY ...] [ORDER BY ...] [frame])}; the span has the parentheses. */
public record WindowSpecification(
        Span span,
        @Nullable Identifier base,
        List<Expression> partitionBy,
        @Nullable OrderBy orderBy,
        @Nullable Frame frame)
        implements Node {
    public WindowSpecification {
        partitionBy = List.copyOf(partitionBy);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, base);
        Node.each(action, partitionBy);
        Node.each(action, orderBy, frame);
    }

    /** {@code ROWS | RANGE | GROUPS start} or {@code BETWEEN start AND end}. */
    public record Frame(
            Span span, Unit unit, Bound first, @Nullable Bound last) implements Node {
        public enum Unit {
            ROWS,
            RANGE,
            GROUPS
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, first, last);
        }
    }

    /** A frame's end; {@code distance} for PRECEDING and FOLLOWING that are bounded. */
    public record Bound(Span span, Kind kind, @Nullable Expression distance) implements Node {
        public enum Kind {
            UNBOUNDED_PRECEDING,
            PRECEDING,
            CURRENT_ROW,
            FOLLOWING,
            UNBOUNDED_FOLLOWING
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, distance);
        }
    }
}
