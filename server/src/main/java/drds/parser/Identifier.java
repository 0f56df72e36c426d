package drds.parser;

import java.util.function.Consumer;

/**
 * One part of a name.
 *
 * @param span with its quotes
 * @param text the name itself: quotes removed, case as written
 * @param quoted written in backticks or (ANSI_QUOTES, aliases) in quotes
 */
public record Identifier(Span span, String text, boolean quoted) implements Node {
    @Override
    public void forEachChild(Consumer<? super Node> action) {}

    /** Compares as MySQL compares column, index and alias names (not tables, whose case may matter). */
    public boolean is(String name) {
        return text.equalsIgnoreCase(name);
    }

    @Override
    public String toString() {
        return text;
    }
}
