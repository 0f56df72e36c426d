package drds.parser;

import java.util.List;
import java.util.function.Consumer;

/** Where a SELECT puts its rows. */
public sealed interface Into extends Node {
    /** {@code INTO @a, @b} (or, in a stored program, local variables: column references). */
    record Variables(Span span, List<Expression> targets) implements Into {
        public Variables {
            targets = List.copyOf(targets);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, targets);
        }
    }

    /** {@code INTO OUTFILE 'name' ...}, or with {@code dump} {@code INTO DUMPFILE 'name'}. */
    record File(Span span, boolean dump, String name) implements Into {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
