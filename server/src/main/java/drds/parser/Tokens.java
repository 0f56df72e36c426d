package drds.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of a text and the place the parser has reached among them. */
final class Tokens {
    final String source;
    final ParserModes modes;
    final List<Hint> hints;
    final boolean conditionalComments;
    private final Token[] kinds;
    private final int[] starts;
    private final int[] ends;
    private final @Nullable Word[] words;
    /** The index of the END. */
    private final int last;

    private int at;
    private int parameters;

    Tokens(
            String source,
            ParserModes modes,
            Token[] kinds,
            int[] starts,
            int[] ends,
            @Nullable Word[] words,
            int count,
            List<Hint> hints,
            boolean conditionalComments) {
        this.source = source;
        this.modes = modes;
        this.kinds = kinds;
        this.starts = starts;
        this.ends = ends;
        this.words = words;
        this.last = count - 1;
        this.hints = hints;
        this.conditionalComments = conditionalComments;
    }

    // ---------------------------------------------------------------- looking

    Token kind() {
        return kinds[at];
    }

    /** The kind of the token {@code ahead} tokens further on. */
    Token kind(int ahead) {
        return kinds[Math.min(at + ahead, last)];
    }

    /** The keyword here, reserved or not; null if it is none. */
    @Nullable
    Word word() {
        return words[at];
    }

    @Nullable
    Word word(int ahead) {
        return words[Math.min(at + ahead, last)];
    }

    boolean at(Word word) {
        return words[at] == word;
    }

    boolean at(Word first, Word second) {
        return words[at] == first && words[at + 1] == second;
    }

    boolean at(Token kind) {
        return kinds[at] == kind;
    }

    boolean atEnd() {
        return kinds[at] == Token.END || kinds[at] == Token.SEMICOLON;
    }

    /** Where the token here starts. */
    int start() {
        return starts[at];
    }

    int end() {
        return ends[at];
    }

    /** Where the token before ended. */
    int lastEnd() {
        return at == 0 ? starts[0] : ends[at - 1];
    }

    /** From {@code start} to the end of the token before. */
    Span since(int start) {
        return new Span(start, Math.max(start, lastEnd()));
    }

    Span span() {
        return new Span(starts[at], ends[at]);
    }

    String text() {
        return source.substring(starts[at], ends[at]);
    }

    int mark() {
        return at;
    }

    void reset(int mark) {
        at = mark;
    }

    /** How many tokens ahead the parenthesis that closes the one here is; -1 if there is none. */
    int closing(int ahead) {
        int depth = 0;
        for (int i = at + ahead; i < last; i++) {
            if (kinds[i] == Token.OPEN) depth++;
            else if (kinds[i] == Token.CLOSE && --depth == 0) return i - at;
        }
        return -1;
    }

    // ---------------------------------------------------------------- moving

    void next() {
        if (kinds[at] != Token.END) at++;
    }

    boolean accept(Word word) {
        if (words[at] != word) return false;
        at++;
        return true;
    }

    boolean accept(Word first, Word second) {
        if (words[at] != first || words[at + 1] != second) return false;
        at += 2;
        return true;
    }

    boolean accept(Word first, Word second, Word third) {
        if (words[at] != first || words[at + 1] != second || words[at + 2] != third) return false;
        at += 3;
        return true;
    }

    boolean accept(Token kind) {
        if (kinds[at] != kind) return false;
        next();
        return true;
    }

    void expect(Word word) {
        if (!accept(word)) throw error();
    }

    void expect(Word first, Word second) {
        expect(first);
        expect(second);
    }

    void expect(Token kind) {
        if (!accept(kind)) throw error();
    }

    int nextParameter() {
        return parameters++;
    }

    int parameters() {
        return parameters;
    }

    void resetParameters(int count) {
        parameters = count;
    }

    SyntaxException error() {
        return new SyntaxException(starts[at]);
    }

    // ---------------------------------------------------------------- names and values

    /** Whether an identifier may stand here: a quoted one, or a word that is not reserved. */
    boolean atIdentifier() {
        Word word = words[at];
        return kinds[at] == Token.QUOTED || kinds[at] == Token.WORD && (word == null || !word.reserved);
    }

    Identifier identifier() {
        if (!atIdentifier()) throw error();
        return anyIdentifier();
    }

    /** An identifier where reserved words are allowed too, as behind a dot. */
    Identifier anyIdentifier() {
        Span span = span();
        Identifier identifier;
        switch (kinds[at]) {
            case WORD -> identifier = new Identifier(span, text(), false);
            case QUOTED -> identifier = new Identifier(span, unquote(span), true);
            default -> throw error();
        }
        next();
        return identifier;
    }

    /** {@code name} or {@code schema.name}; MySQL's {@code .name} too. */
    QualifiedName qualifiedName() {
        int start = start();
        if (accept(Token.DOT)) {
            Identifier name = anyIdentifier();
            return new QualifiedName(since(start), null, name);
        }
        Identifier first = identifier();
        if (!accept(Token.DOT)) return new QualifiedName(first.span(), null, first);
        Identifier name = anyIdentifier();
        return new QualifiedName(since(start), first, name);
    }

    /** An identifier or a string, as aliases and charset names may be. */
    Identifier identifierOrString() {
        if (!at(Token.STRING)) return identifier();
        Span span = span();
        next();
        return new Identifier(span, stringValue(span.start(), span.end()), true);
    }

    /** A string literal's value; the literal is the whole token here. */
    String string() {
        if (kinds[at] != Token.STRING) throw error();
        String value = stringValue(starts[at], ends[at]);
        next();
        return value;
    }

    int smallInteger() {
        long value = integer();
        if (value > Integer.MAX_VALUE) throw error();
        return (int) value;
    }

    long integer() {
        if (kinds[at] != Token.INTEGER || ends[at] - starts[at] > 18) throw error();
        long value = Long.parseLong(source, starts[at], ends[at], 10);
        next();
        return value;
    }

    private String unquote(Span span) {
        char quote = source.charAt(span.start());
        String text = source.substring(span.start() + 1, span.end() - 1);
        if (text.indexOf(quote) < 0) return text;
        String one = String.valueOf(quote);
        return text.replace(one + one, one);
    }

    /** The value of a string that is written, with its quotes, from {@code start} to {@code end}. */
    String stringValue(int start, int end) {
        char quote = source.charAt(start);
        boolean plain = true;
        for (int i = start + 1; i < end - 1 && plain; i++) {
            char c = source.charAt(i);
            plain = c != quote && (c != '\\' || modes.noBackslashEscapes());
        }
        if (plain) return source.substring(start + 1, end - 1);
        StringBuilder value = new StringBuilder(end - start);
        for (int i = start + 1; i < end - 1; i++) {
            char c = source.charAt(i);
            if (c == quote) {
                value.append(c);
                i++;
            } else if (c == '\\' && !modes.noBackslashEscapes()) {
                appendEscape(value, source.charAt(++i));
            } else value.append(c);
        }
        return value.toString();
    }

    private static void appendEscape(StringBuilder value, char c) {
        switch (c) {
            case 'n' -> value.append('\n');
            case 't' -> value.append('\t');
            case 'r' -> value.append('\r');
            case 'b' -> value.append('\b');
            case '0' -> value.append('\0');
            case 'Z' -> value.append((char) 26);
            case '%', '_' -> value.append('\\').append(c);
            default -> value.append(c);
        }
    }
}
