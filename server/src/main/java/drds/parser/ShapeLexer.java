package drds.parser;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns a statement into its shape and its literals in one pass over its UTF-8 bytes, so that a plan can be found
 * without a parse. Two statements of one shape differ only in the values of their literals and in white space.
 *
 * <p>In the shape a number or a string is one byte that tells its kind, a run of white space is one space, and
 * everything else stays as it is: comments, hints, and the case of letters too. Kept as written, and so part of the
 * shape, are integers behind BY and its commas (they may be positions: {@code ORDER BY 2}), hexadecimal and bit
 * literals, and strings behind AS. The literals are those of the tree (of {@code DATE '2024-01-31'} the string alone), and
 * some that are no nodes: the lengths of types, file names, and rarely an alias ({@code SELECT status 'x'}), so whoever
 * makes a plan with holes for them must not have looked at the values.
 *
 * <p>An instance is reused statement by statement and belongs to one thread at a time; it allocates only to grow.
 */
public final class ShapeLexer {
    /** A statement with more literals is not worth a place in a cache. */
    public static final int LITERAL_LIMIT = 1024;

    /** A longer statement (in bytes) is not worth a place in a cache. */
    public static final int TEXT_LIMIT = 32 * 1024;

    /** What a literal is. */
    public enum Kind {
        INTEGER,
        DECIMAL,
        FLOAT,
        STRING
    }

    private static final Kind[] KINDS = Kind.values();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Whether a byte may be part of a word; those of characters beyond ASCII may. */
    private static final boolean[] WORD = wordBytes();

    private final boolean ansiQuotes;
    private final boolean backslashEscapes;

    private byte[] text = new byte[0];
    private int position;
    private int end;

    private byte[] shape = new byte[512];
    private int shapeLength;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private byte[] kinds = new byte[32];
    private int literals;

    /** What stood before: decides what a number or a string is. */
    private enum Previous {
        NONE,
        WORD,
        QUOTED_NAME,
        DOT,
        BY,
        COMMA,
        CLOSE,
        AS,
        LITERAL,
        OTHER
    }

    private Previous previous = Previous.NONE;
    private boolean space;
    private int depth;
    private int byDepth;
    private int wordStart;
    private int wordEnd;

    public ShapeLexer(ParserModes modes) {
        this.ansiQuotes = modes.ansiQuotes();
        this.backslashEscapes = !modes.noBackslashEscapes();
    }

    /**
     * Reads one statement.
     *
     * @return false if it is nothing for a cache: it has {@code /*!} comments, strings with an introducer or joined by
     *     standing beside each other, more than one statement, no end of a string, or is too long. The results below
     *     mean nothing then.
     */
    public boolean read(byte[] bytes, int offset, int length) {
        text = bytes;
        position = offset;
        end = offset + length;
        shapeLength = 0;
        literals = 0;
        previous = Previous.NONE;
        space = false;
        depth = 0;
        byDepth = -1;
        if (length > TEXT_LIMIT) return false;
        // A token adds at most its own bytes and a space, so the shape never gets longer than twice the text.
        if (shape.length < 2 * length + 16) shape = new byte[2 * length + 16];
        while (position < end) {
            if (!token()) return false;
        }
        return true;
    }

    /** A hash of the shape; shapes that agree in it are to be compared by {@link #hasShape} all the same. */
    public long hash() {
        long hash = 0x9E3779B97F4A7C15L ^ shapeLength;
        int i = 0;
        for (; i + 8 <= shapeLength; i += 8) hash = mix(hash ^ (long) LONGS.get(shape, i));
        long rest = 0;
        for (int shift = 0; i < shapeLength; i++, shift += 8) rest |= (shape[i] & 0xffL) << shift;
        hash = mix(hash ^ rest);
        return hash ^ hash >>> 29;
    }

    private static long mix(long value) {
        long product = value * 0xD6E8FEB86659FD93L;
        return product ^ Math.multiplyHigh(value, 0xD6E8FEB86659FD93L) ^ product >>> 32;
    }

    /** Whether the shape is the one that {@link #copyOfShape} gave before. */
    public boolean hasShape(byte[] other) {
        return Arrays.equals(shape, 0, shapeLength, other, 0, other.length);
    }

    public byte[] copyOfShape() {
        return Arrays.copyOf(shape, shapeLength);
    }

    public int literalCount() {
        return literals;
    }

    /** Where the literal starts in the bytes that were read (an index of the array, not from the offset). */
    public int literalStart(int index) {
        return starts[index];
    }

    /** Where it ends, exclusive; a string's quotes are inside. */
    public int literalEnd(int index) {
        return ends[index];
    }

    public Kind literalKind(int index) {
        return KINDS[kinds[index]];
    }

    // ---------------------------------------------------------------- tokens

    private boolean token() {
        byte c = text[position];
        if (c <= ' ' && c >= 0) {
            position++;
            space = true;
            return true;
        }
        if (isWord(c)) return c >= '0' && c <= '9' && previous != Previous.DOT ? number() : word();
        switch (c) {
            case '\'' -> {
                return string();
            }
            case '"' -> {
                return ansiQuotes ? quotedName() : string();
            }
            case '`' -> {
                return quotedName();
            }
            case '@' -> {
                return variable();
            }
            case '.' -> {
                boolean name = (previous == Previous.WORD || previous == Previous.QUOTED_NAME) && !space;
                if (!name && isDigit(at(position + 1))) return number();
                copy(position + 1, name ? Previous.DOT : Previous.OTHER);
                return true;
            }
            case '#' -> {
                return lineComment();
            }
            case '-' -> {
                if (at(position + 1) == '-' && (position + 2 >= end || at(position + 2) <= ' ')) return lineComment();
            }
            case '/' -> {
                if (at(position + 1) == '*') return comment(2);
                if (at(position + 1) == '!' && at(position + 2) == '+') return comment(3);
            }
            case ';' -> {
                return nothingFollows();
            }
            case '\\' -> {
                return false;
            }
            case '(' -> depth++;
            case ')' -> {
                depth--;
                if (depth < byDepth) byDepth = -1;
            }
            default -> {}
        }
        copy(position + 1, c == ',' ? Previous.COMMA : c == ')' ? Previous.CLOSE : Previous.OTHER);
        return true;
    }

    private byte at(int index) {
        return index < end ? text[index] : 0;
    }

    private static boolean[] wordBytes() {
        boolean[] word = new boolean[256];
        for (int c = 0; c < 256; c++) word[c] = Lexer.isWordChar((char) c);
        return word;
    }

    private static boolean isWord(byte c) {
        return WORD[c & 0xff];
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void separate() {
        if (space && shapeLength > 0) shape[shapeLength++] = ' ';
        space = false;
    }

    /** Takes the bytes up to {@code to} into the shape. */
    private void copy(int to, Previous kind) {
        separate();
        byte[] from = text;
        byte[] into = shape;
        int length = shapeLength;
        for (int i = position; i < to; i++) into[length++] = from[i];
        shapeLength = length;
        position = to;
        previous = kind;
    }

    private boolean literal(Kind kind, int to) {
        if (literals == LITERAL_LIMIT) return false;
        if (literals == starts.length) {
            starts = Arrays.copyOf(starts, literals * 2);
            ends = Arrays.copyOf(ends, literals * 2);
            kinds = Arrays.copyOf(kinds, literals * 2);
        }
        starts[literals] = position;
        ends[literals] = to;
        kinds[literals++] = (byte) kind.ordinal();
        separate();
        // Bytes below a space occur nowhere else in a shape but in comments and quoted names, which keep their quotes.
        shape[shapeLength++] = (byte) (1 + kind.ordinal());
        position = to;
        previous = Previous.LITERAL;
        return true;
    }

    private boolean word() {
        int to = position + 1;
        while (to < end && isWord(text[to])) to++;
        byte next = at(to);
        byte first = text[position];
        int length = to - position;
        if (next == '\'' && length == 1) {
            switch (first) {
                case 'n', 'N' -> {
                    return false;
                }
                case 'x', 'X', 'b', 'B' -> {
                    int close = endOfString(to);
                    if (close < 0) return false;
                    copy(close, Previous.OTHER);
                    return true;
                }
                default -> {}
            }
        }
        Previous kind = Previous.WORD;
        if (length == 2 && previous != Previous.DOT) {
            if (is(to, "BY")) {
                kind = Previous.BY;
                byDepth = depth;
            } else if (is(to, "AS")) kind = Previous.AS;
        } else if (length == 5 && byDepth == depth && is(to, "LIMIT")) byDepth = -1;
        wordStart = position;
        wordEnd = to;
        copy(to, kind);
        return true;
    }

    private boolean is(int to, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((text[position + i] & 0xdf) != word.charAt(i)) return false;
        }
        return to - position == word.length();
    }

    private boolean number() {
        int to = position;
        while (isDigit(at(to))) to++;
        Kind kind = Kind.INTEGER;
        if (at(to) == '.') {
            kind = Kind.DECIMAL;
            to++;
            while (isDigit(at(to))) to++;
        }
        if (at(to) == 'e' || at(to) == 'E') {
            int exponent = to + 1;
            if (at(exponent) == '+' || at(exponent) == '-') exponent++;
            if (isDigit(at(exponent))) {
                while (isDigit(at(exponent))) exponent++;
                to = exponent;
                kind = Kind.FLOAT;
            }
        }
        // 1a is a name, 0x1F and 0b1 are no numbers; 1.5a is nothing anybody writes.
        if (to < end && isWord(text[to])) return kind == Kind.INTEGER && word();
        boolean position = previous == Previous.BY || previous == Previous.COMMA && byDepth == depth;
        if (kind == Kind.INTEGER && position) {
            copy(to, Previous.OTHER);
            return true;
        }
        return literal(kind, to);
    }

    private boolean string() {
        int to = endOfString(position);
        if (to < 0) return false;
        switch (previous) {
            case LITERAL, CLOSE, QUOTED_NAME -> {
                // Joined with the string before, or an alias.
                return false;
            }
            case AS -> {
                copy(to, Previous.OTHER);
                return true;
            }
            case WORD -> {
                // An introducer, or a column's name, behind which a string is an alias.
                if (Word.of(text, wordStart, wordEnd) == null) return false;
            }
            default -> {}
        }
        return literal(Kind.STRING, to);
    }

    private int endOfString(int from) {
        byte quote = text[from];
        for (int i = from + 1; i < end; i++) {
            byte c = text[i];
            if (c == '\\' && backslashEscapes) i++;
            else if (c == quote) {
                if (at(i + 1) != quote) return i + 1;
                i++;
            }
        }
        return -1;
    }

    private int endOfName(int from) {
        byte quote = text[from];
        for (int i = from + 1; i < end; i++) {
            if (text[i] == quote) {
                if (at(i + 1) != quote) return i + 1;
                i++;
            }
        }
        return -1;
    }

    private boolean quotedName() {
        int to = endOfName(position);
        if (to < 0) return false;
        copy(to, Previous.QUOTED_NAME);
        return true;
    }

    private boolean variable() {
        byte next = at(position + 1);
        int to = position + 1;
        if (next == '\'' || next == '"') to = endOfString(to);
        else if (next == '`') to = endOfName(to);
        else while (to < end && (isWord(text[to]) || text[to] == '.' || text[to] == '@')) to++;
        if (to < 0) return false;
        copy(to, Previous.OTHER);
        return true;
    }

    private boolean lineComment() {
        int to = position;
        while (to < end && text[to] != '\n') to++;
        copy(Math.min(end, to + 1), previous);
        return true;
    }

    private boolean comment(int opening) {
        byte third = at(position + 2);
        if (opening == 2 && (third == '!' || third == 'M' && at(position + 3) == '!')) return false;
        for (int to = position + opening; to + 1 < end; to++) {
            if (text[to] == '*' && text[to + 1] == '/') {
                copy(to + 2, previous);
                return true;
            }
        }
        return false;
    }

    private boolean nothingFollows() {
        for (int i = position + 1; i < end; i++) {
            if (text[i] > ' ' || text[i] < 0) return false;
        }
        position = end;
        return true;
    }
}
