package drds.parser;

import static drds.parser.Word.*;

import org.jspecify.annotations.Nullable;

/** FIELDS and LINES of LOAD DATA and INTO OUTFILE. */
final class FileFormatParser {
    private final Tokens t;
    private final Grammar grammar;

    FileFormatParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    LoadData.@Nullable Fields fields() {
        int start = t.start();
        if (!t.accept(FIELDS) && !t.accept(COLUMNS)) return null;
        String terminated = null;
        String enclosed = null;
        String escaped = null;
        boolean optionally = false;
        int options = 0;
        while (true) {
            if (t.accept(TERMINATED)) terminated = by();
            else if (t.accept(ESCAPED)) escaped = by();
            else if (t.at(OPTIONALLY) || t.at(ENCLOSED)) {
                optionally = t.accept(OPTIONALLY);
                t.expect(ENCLOSED);
                enclosed = by();
            } else break;
            options++;
        }
        if (options == 0) throw t.error();
        return new LoadData.Fields(t.since(start), terminated, optionally, enclosed, escaped);
    }

    LoadData.@Nullable Lines lines() {
        int start = t.start();
        if (!t.accept(LINES)) return null;
        String starting = null;
        String terminated = null;
        while (true) {
            if (t.accept(STARTING)) starting = by();
            else if (t.accept(TERMINATED)) terminated = by();
            else break;
        }
        if (starting == null && terminated == null) throw t.error();
        return new LoadData.Lines(t.since(start), starting, terminated);
    }

    private String by() {
        t.expect(BY);
        if (!t.at(Token.HEX) && !t.at(Token.BIT))
            return grammar.primaries.stringLiteral().value();
        String text = t.text();
        boolean quoted = text.charAt(1) == '\'';
        String digits = quoted ? text.substring(2, text.length() - 1) : text.substring(2);
        int radix = t.at(Token.HEX) ? 16 : 2;
        int width = radix == 16 ? 2 : 8;
        t.next();
        StringBuilder value = new StringBuilder();
        String padded = "0".repeat((width - digits.length() % width) % width) + digits;
        for (int i = 0; i < padded.length(); i += width) {
            value.append((char) Integer.parseInt(padded, i, i + width, radix));
        }
        return value.toString();
    }
}
