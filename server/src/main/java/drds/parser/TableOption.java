package drds.parser;

import java.util.function.Consumer;

/**
 * An option of a table, an index, a partition or a database.
 *
 * @param name in upper case; CHARACTER SET, CHARSET and their DEFAULT forms are {@code CHARSET}, DEFAULT COLLATE is
 *     {@code COLLATE}, other words are joined by spaces: {@code DATA DIRECTORY}
 * @param value strings unescaped, anything else as written; empty for a word without a value
 * @param valueSpan the value in the text, with its quotes; empty for a word without a value
 */
public record TableOption(Span span, String name, String value, Span valueSpan) implements Node {
    @Override
    public void forEachChild(Consumer<? super Node> action) {}
}
