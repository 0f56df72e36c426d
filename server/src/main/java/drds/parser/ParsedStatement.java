package drds.parser;

import java.util.List;

/**
 * What the parser found in a text.
 *
 * @param source the whole text as it was given; all spans are offsets into it
 * @param statement the tree; {@link Unparsed} where the text is not understood
 * @param hints DRDS and optimizer hints in the order of the text
 * @param parameters how many {@code ?} the statement has
 * @param conditionalComments whether the text has {@code /*!} comments (whose content is part of the tree where it is
 *     live)
 */
public record ParsedStatement(
        String source, Statement statement, List<Hint> hints, int parameters, boolean conditionalComments) {
    public ParsedStatement {
        hints = List.copyOf(hints);
    }

    /** The statement's own text, without what stands before or after it. */
    public String text() {
        return statement.text(source);
    }
}
