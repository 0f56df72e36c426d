package drds.parser;

import java.util.function.Consumer;

/**
 * A hint comment. Hints stand outside the tree, in {@link ParsedStatement#hints()}, in the order of the text.
 *
 * @param span the whole comment with its delimiters
 * @param text what stands between the delimiters and after {@code TDDL:}, white space stripped
 */
public record Hint(Span span, Kind kind, String text) implements Node {
    public enum Kind {
        /** A DRDS hint: {@code /*+TDDL:...} or {@code /!+TDDL:...}. */
        DRDS,
        /** An optimizer hint of MySQL: {@code /*+ ...}. */
        OPTIMIZER
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {}
}
