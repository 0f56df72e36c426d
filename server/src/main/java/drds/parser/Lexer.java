package drds.parser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into tokens. Comments are skipped, hints among them kept aside; the content of {@code /*!} comments is
 * live where MariaDB 11.4 takes it as SQL: without a version, or with one up to its own that is not from the range
 * 50700 to 99999, which MariaDB leaves to MySQL (unless the comment begins with {@code /*M!}).
 */
final class Lexer {
    private static final int SERVER_VERSION = 110400;

    final String source;
    private final ParserModes modes;
    private final List<Hint> hints = new ArrayList<>(0);
    private int position;
    private boolean conditionalComments;
    private boolean insideConditional;

    private Token[] kinds;
    private int[] starts;
    private int[] ends;
    private @Nullable Word[] words;
    private int count;

    Lexer(String source, ParserModes modes) {
        this.source = source;
        this.modes = modes;
        int capacity = source.length() / 4 + 16;
        kinds = new Token[capacity];
        starts = new int[capacity];
        ends = new int[capacity];
        words = new Word[capacity];
    }

    /** All tokens of the text, with an END behind the last. */
    Tokens tokens() {
        do {
            skipWhiteSpaceAndComments();
            next();
        } while (kinds[count - 1] != Token.END);
        return new Tokens(source, modes, kinds, starts, ends, words, count, hints, conditionalComments);
    }

    private void add(Token kind, int start, int end, @Nullable Word word) {
        if (count == kinds.length) grow();
        kinds[count] = kind;
        starts[count] = start;
        ends[count] = end;
        words[count] = word;
        count++;
        position = end;
    }

    private void add(Token kind, int start, int end) {
        add(kind, start, end, null);
    }

    private void grow() {
        int capacity = count * 2;
        kinds = Arrays.copyOf(kinds, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
        words = Arrays.copyOf(words, capacity);
    }

    private char peek(int at) {
        return at < source.length() ? source.charAt(at) : '\0';
    }

    // ---------------------------------------------------------------- white space and comments

    private void skipWhiteSpaceAndComments() {
        while (position < source.length()) {
            char c = source.charAt(position);
            if (isSpace(c)) position++;
            else if (c == '#') skipLine();
            else if (c == '-' && peek(position + 1) == '-' && endsDashes(position + 2)) skipLine();
            else if (c == '/' && peek(position + 1) == '*') {
                if (!skipComment()) return;
            } else if (c == '/' && source.startsWith("/!", position) && isHint(position + 2)) {
                if (!skipDelimited(peek(position + 2) == '+' ? 3 : 2)) return;
            } else if (insideConditional && c == '*' && peek(position + 1) == '/') {
                insideConditional = false;
                position += 2;
            } else return;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private boolean endsDashes(int at) {
        return at >= source.length() || source.charAt(at) <= ' ' || source.charAt(at) == 127;
    }

    private void skipLine() {
        int end = source.indexOf('\n', position);
        position = end < 0 ? source.length() : end + 1;
    }

    /** Steps over a comment, or into a live conditional one; false if it has no end (the next token is BAD then). */
    private boolean skipComment() {
        char c = peek(position + 2);
        if (c == '+') return skipDelimited(3);
        if (isHint(position + 2)) return skipDelimited(2);
        int bang = c == '!' ? position + 2 : c == 'M' && peek(position + 3) == '!' ? position + 3 : -1;
        if (bang < 0 || insideConditional) return skipDelimited(0);
        conditionalComments = true;
        int digits = bang + 1;
        while (digits < bang + 7 && peek(digits) >= '0' && peek(digits) <= '9') digits++;
        if (digits < bang + 6) {
            position = bang + 1;
            insideConditional = true;
            return true;
        }
        int version = Integer.parseInt(source, bang + 1, digits, 10);
        if (isLive(version, bang == position + 2)) {
            position = digits;
            insideConditional = true;
            return true;
        }
        return skipNested();
    }

    /** Whether what stands behind a comment's beginning makes it one of DRDS's hints, its older form without a plus among them. */
    private boolean isHint(int at) {
        return peek(at) == '+' || source.regionMatches(true, at, "TDDL:", 0, 5);
    }

    /** Steps over a conditional comment that isn't live, and the comments inside it. */
    private boolean skipNested() {
        int end = endOfNested(source, position);
        if (end < 0) return false;
        position = end;
        return true;
    }

    /** Where a comment that may have others inside ends; -1 if it doesn't. */
    static int endOfNested(String source, int start) {
        int at = start + 2;
        while (true) {
            int end = source.indexOf("*/", at);
            if (end < 0) return -1;
            int inner = source.indexOf("/*", at);
            if (inner < 0 || inner > end) return end + 2;
            int innerEnd = source.indexOf("*/", inner + 2);
            if (innerEnd < 0) return -1;
            at = innerEnd + 2;
        }
    }

    /** Whether a conditional comment with that version is part of the statement. @param mysql it begins with {@code /*!} */
    static boolean isLive(int version, boolean mysql) {
        boolean left = mysql && version >= 50700 && version <= 99999;
        return version <= SERVER_VERSION && !left;
    }

    /** Steps over a comment; with {@code hintPrefix} above 0 it is a hint, whose delimiter has that many chars. */
    private boolean skipDelimited(int hintPrefix) {
        int end = source.indexOf("*/", position + Math.max(2, hintPrefix));
        if (end < 0) return false;
        if (hintPrefix > 0) {
            int text = position + hintPrefix;
            boolean drds = source.regionMatches(true, text, "TDDL:", 0, 5);
            String body = source.substring(drds ? text + 5 : text, end).strip();
            Hint.Kind kind = drds || source.charAt(position + 1) == '!' ? Hint.Kind.DRDS : Hint.Kind.OPTIMIZER;
            hints.add(new Hint(new Span(position, end + 2), kind, body));
        }
        position = end + 2;
        return true;
    }

    // ---------------------------------------------------------------- tokens

    private void next() {
        int start = position;
        if (start >= source.length()) {
            add(Token.END, source.length(), source.length());
            return;
        }
        char c = source.charAt(start);
        if (isWordChar(c)) {
            if (c >= '0' && c <= '9' && !followsDot(start)) number(start);
            else word(start);
            return;
        }
        switch (c) {
            case '\'' -> string(Token.STRING, start, start);
            case '"' -> string(modes.ansiQuotes() ? Token.QUOTED : Token.STRING, start, start);
            case '`' -> backticks(start);
            case '@' -> at(start);
            case '.' -> dot(start);
            case '?' -> add(Token.PARAMETER, start, start + 1);
            case ',' -> add(Token.COMMA, start, start + 1);
            case ';' -> add(Token.SEMICOLON, start, start + 1);
            case '(' -> add(Token.OPEN, start, start + 1);
            case ')' -> add(Token.CLOSE, start, start + 1);
            case '{' -> add(Token.OPEN_BRACE, start, start + 1);
            case '}' -> add(Token.CLOSE_BRACE, start, start + 1);
            case '=' -> add(Token.EQUAL, start, start + 1);
            case '+' -> add(Token.PLUS, start, start + 1);
            case '*' -> add(Token.STAR, start, start + 1);
            case '/' ->
                add(
                        source.startsWith("/*", start) || source.startsWith("/!+", start) ? Token.BAD : Token.SLASH,
                        start,
                        start + 1);
            case '%' -> add(Token.PERCENT, start, start + 1);
            case '^' -> add(Token.CARET, start, start + 1);
            case '~' -> add(Token.TILDE, start, start + 1);
            default -> operator(c, start);
        }
    }

    private void operator(char c, int start) {
        char second = peek(start + 1);
        char third = peek(start + 2);
        switch (c) {
            case '-' -> {
                if (second == '>' && third == '>') add(Token.LONG_ARROW, start, start + 3);
                else if (second == '>') add(Token.ARROW, start, start + 2);
                else add(Token.MINUS, start, start + 1);
            }
            case '<' -> {
                if (second == '=' && third == '>') add(Token.NULL_SAFE_EQUAL, start, start + 3);
                else if (second == '=') add(Token.LESS_OR_EQUAL, start, start + 2);
                else if (second == '>') add(Token.NOT_EQUAL, start, start + 2);
                else if (second == '<') add(Token.SHIFT_LEFT, start, start + 2);
                else add(Token.LESS, start, start + 1);
            }
            case '>' -> {
                if (second == '=') add(Token.GREATER_OR_EQUAL, start, start + 2);
                else if (second == '>') add(Token.SHIFT_RIGHT, start, start + 2);
                else add(Token.GREATER, start, start + 1);
            }
            case '!' -> pair(Token.BANG, Token.NOT_EQUAL, '=', second, start);
            case '&' -> pair(Token.AMPERSAND, Token.DOUBLE_AMPERSAND, '&', second, start);
            case '|' -> pair(Token.PIPE, Token.DOUBLE_PIPE, '|', second, start);
            case ':' -> pair(Token.COLON, Token.ASSIGN, '=', second, start);
            case '\\' -> pair(Token.BAD, Token.NULL, 'N', second, start);
            default -> add(Token.BAD, start, start + 1);
        }
    }

    private void pair(Token one, Token two, char expected, char second, int start) {
        if (second == expected) add(two, start, start + 2);
        else add(one, start, start + 1);
    }

    static boolean isWordChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 128;
    }

    /** Whether the token before is the dot of a name, right before {@code start}. */
    private boolean followsDot(int start) {
        return count > 0 && kinds[count - 1] == Token.DOT && ends[count - 1] == start;
    }

    private void word(int start) {
        int end = start + 1;
        while (end < source.length() && isWordChar(source.charAt(end))) end++;
        if (end == start + 1 && prefixedLiteral(start)) return;
        boolean partOfName = followsDot(start) || peek(end) == '.' && isWordChar(peek(end + 1));
        add(Token.WORD, start, end, partOfName ? null : Word.of(source, start, end));
    }

    /** {@code x'1F'}, {@code b'01'}, {@code N'text'}. */
    private boolean prefixedLiteral(int start) {
        if (peek(start + 1) != '\'') return false;
        switch (source.charAt(start)) {
            case 'n', 'N' -> string(Token.NATIONAL, start, start + 1);
            case 'x', 'X' -> quotedDigits(Token.HEX, start);
            case 'b', 'B' -> quotedDigits(Token.BIT, start);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void quotedDigits(Token kind, int start) {
        int end = start + 2;
        while (kind == Token.HEX ? isHex(peek(end)) : peek(end) == '0' || peek(end) == '1') end++;
        boolean whole = peek(end) == '\'' && (kind == Token.BIT || (end - start) % 2 == 0);
        add(whole ? kind : Token.BAD, start, whole ? end + 1 : Math.min(end, source.length()));
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void number(int start) {
        char second = peek(start + 1);
        if (source.charAt(start) == '0' && (second == 'x' || second == 'b') && radixLiteral(start, second)) return;
        int end = start;
        while (isDigit(peek(end))) end++;
        char c = peek(end);
        if (c == '.' && peek(end + 1) != '.') fraction(start, end + 1);
        else if (c == 'e' || c == 'E') {
            if (!exponent(start, end)) word(start);
        } else if (isWordChar(c)) word(start);
        else add(Token.INTEGER, start, end);
    }

    private boolean radixLiteral(int start, char radix) {
        int end = start + 2;
        while (radix == 'x' ? isHex(peek(end)) : peek(end) == '0' || peek(end) == '1') end++;
        if (end == start + 2 || isWordChar(peek(end))) return false;
        add(radix == 'x' ? Token.HEX : Token.BIT, start, end);
        return true;
    }

    private void fraction(int start, int afterDot) {
        int end = afterDot;
        while (isDigit(peek(end))) end++;
        if ((peek(end) == 'e' || peek(end) == 'E') && exponent(start, end)) return;
        add(Token.DECIMAL, start, end);
    }

    private boolean exponent(int start, int e) {
        int end = e + 1;
        if (peek(end) == '+' || peek(end) == '-') end++;
        if (!isDigit(peek(end))) return false;
        while (isDigit(peek(end))) end++;
        add(Token.FLOAT, start, end);
        return true;
    }

    private void dot(int start) {
        boolean afterName = count > 0
                && ends[count - 1] == start
                && (kinds[count - 1] == Token.WORD
                        || kinds[count - 1] == Token.QUOTED
                        || kinds[count - 1] == Token.DOT);
        if (!afterName && isDigit(peek(start + 1))) fraction(start, start + 1);
        else add(Token.DOT, start, start + 1);
    }

    private void string(Token kind, int start, int quoteAt) {
        int end = endOfString(quoteAt);
        if (end < 0) add(Token.BAD, start, source.length());
        else add(kind, start, end);
    }

    /** The offset behind the string that opens at {@code quoteAt}, -1 if it has no end. */
    private int endOfString(int quoteAt) {
        char quote = source.charAt(quoteAt);
        boolean escapes = !modes.noBackslashEscapes() && !(quote == '"' && modes.ansiQuotes());
        for (int i = quoteAt + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\' && escapes) i++;
            else if (c == quote) {
                if (peek(i + 1) != quote) return i + 1;
                i++;
            }
        }
        return -1;
    }

    private void backticks(int start) {
        int end = endOfBackticks(start);
        if (end < 0) add(Token.BAD, start, source.length());
        else add(Token.QUOTED, start, end);
    }

    private int endOfBackticks(int start) {
        for (int i = start + 1; i < source.length(); i++) {
            if (source.charAt(i) == '`') {
                if (peek(i + 1) != '`') return i + 1;
                i++;
            }
        }
        return -1;
    }

    private void at(int start) {
        char c = peek(start + 1);
        if (c == '@') {
            add(Token.AT_AT, start, start + 2);
            return;
        }
        int end = start + 1;
        if (c == '`') end = endOfBackticks(end);
        else if (c == '\'' || c == '"') end = endOfString(end);
        else while (isWordChar(peek(end)) || peek(end) == '.') end++;
        if (end < 0) add(Token.BAD, start, source.length());
        else add(end == start + 1 ? Token.AT : Token.USER_VARIABLE, start, end);
    }
}
