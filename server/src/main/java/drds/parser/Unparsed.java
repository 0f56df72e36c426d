package drds.parser;

import java.util.function.Consumer;

/**
 * A text that the parser does not understand: a syntax error, or SQL it does not know.
 *
 * @param span the whole text
 * @param position the offset of the token that does not fit
 * @param near the text from there on, at most 80 characters, as MySQL's message quotes it; empty at the end
 * @param line the line of that token, from 1
 */
public record Unparsed(Span span, int position, String near, int line) implements Statement {
    @Override
    public void forEachChild(Consumer<? super Node> action) {}

    /** The text of MySQL's error 1064 (SQLSTATE 42000) for this. */
    public String message() {
        return "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version"
                + " for the right syntax to use near '" + near + "' at line " + line;
    }
}
