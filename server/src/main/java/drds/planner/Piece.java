package drds.planner;

import drds.parser.Node;
import drds.parser.Span;
import drds.parser.TextEdits;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the user's text inside text of ours; rendered for each partition, since table names may stand in it.
 *
 * @param span null if {@code before} and {@code after} are all there is
 */
record Piece(String before, @Nullable Span span, String after) {
    static Piece of(Node node) {
        return new Piece("", node.span(), "");
    }

    static Piece of(String text) {
        return new Piece(text, null, "");
    }

    Piece within(String left, String right) {
        return new Piece(left + before, span, after + right);
    }

    /** @param edits with the tables exchanged, and without headings */
    String render(TextEdits edits) {
        Span part = span;
        return before + (part == null ? "" : edits.render(part)) + after;
    }
}
