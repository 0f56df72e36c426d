package drds.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads LOAD DATA's file format, as the MySQL manual describes it under FIELDS and LINES: a field is its bytes with the escapes
 * resolved, or null for NULL ({@code \N}, or the bare word NULL where fields are enclosed).
 */
final class DelimitedReader {
    /**
     * The clauses' strings as bytes.
     *
     * @param enclosed -1 for none
     * @param escape -1 for none
     */
    record Format(byte[] fieldEnd, int enclosed, int escape, byte[] lineStart, byte[] lineEnd) {}

    private static final byte[] NULL_WORD = "NULL".getBytes(StandardCharsets.US_ASCII);
    private static final int END = -1;

    private final Format format;
    private final Supplier<byte @Nullable []> source;
    private byte[] buffer = new byte[0];
    private int position;
    private boolean exhausted;

    /** @param source the file piece by piece, null at its end */
    DelimitedReader(Format format, Supplier<byte @Nullable []> source) {
        this.format = format;
        this.source = source;
    }

    /** Passes over so many lines. */
    void skipLines(long lines) {
        for (long i = 0; i < lines && peek(0) != END; i++) {
            while (peek(0) != END && !take(format.lineEnd())) {
                position++;
            }
        }
    }

    /** The fields of the next line, null at the end of the file. */
    @Nullable
    List<byte @Nullable []> next() {
        if (!skipToLineStart()) {
            return null;
        }
        List<byte @Nullable []> fields = new ArrayList<>();
        while (true) {
            fields.add(field());
            if (peek(0) == END || take(format.lineEnd())) {
                return fields;
            }
            if (!take(format.fieldEnd())) {
                throw new IllegalStateException("a field ended without a terminator");
            }
        }
    }

    private boolean skipToLineStart() {
        while (peek(0) != END) {
            if (take(format.lineStart())) {
                return peek(0) != END;
            }
            position++;
        }
        return false;
    }

    private byte @Nullable [] field() {
        if (format.enclosed() >= 0 && peek(0) == format.enclosed()) {
            position++;
            return enclosedField();
        }
        byte[] plain = plainField();
        if (plain != null) {
            return plain;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        boolean isNull = false;
        int length = 0;
        while (peek(0) != END && !at(format.fieldEnd()) && !at(format.lineEnd())) {
            int c = peek(0);
            position++;
            length++;
            if (c == format.escape() && peek(0) != END) {
                int escaped = peek(0);
                position++;
                isNull |= escaped == 'N' && length == 1;
                value.write(unescaped(escaped));
            } else {
                value.write(c);
            }
        }
        byte[] bytes = value.toByteArray();
        boolean bareNull = format.enclosed() >= 0 && Arrays.equals(bytes, NULL_WORD);
        return (isNull && bytes.length == 1) || bareNull ? null : bytes;
    }

    /** A field without escapes whose end is in the buffer: the usual one, read in one go. Null if it isn't such a one. */
    private byte @Nullable [] plainField() {
        byte end = format.fieldEnd()[0];
        byte lineEnd = format.lineEnd()[0];
        int from = position;
        for (int i = from; i < buffer.length; i++) {
            byte c = buffer[i];
            if ((c & 0xff) == format.escape()) {
                return null;
            }
            if (c == end || c == lineEnd) {
                boolean whole = startsAt(i, format.fieldEnd()) || startsAt(i, format.lineEnd());
                byte[] bytes = whole ? Arrays.copyOfRange(buffer, from, i) : null;
                boolean bareNull = bytes != null && format.enclosed() >= 0 && Arrays.equals(bytes, NULL_WORD);
                position = bytes == null || bareNull ? from : i;
                return bareNull ? null : bytes;
            }
        }
        return null;
    }

    /** Whether the buffer has the word there. */
    private boolean startsAt(int index, byte[] word) {
        return index + word.length <= buffer.length
                && Arrays.equals(buffer, index, index + word.length, word, 0, word.length);
    }

    /** Behind the opening quote. The closing one is followed by a terminator or the end; others are data, doubled ones one. */
    private byte[] enclosedField() {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        while (peek(0) != END) {
            int c = peek(0);
            position++;
            if (c == format.escape() && peek(0) != END) {
                value.write(unescaped(peek(0)));
                position++;
            } else if (c == format.enclosed()) {
                if (peek(0) == END || at(format.fieldEnd()) || at(format.lineEnd())) {
                    return value.toByteArray();
                }
                if (peek(0) == format.enclosed()) {
                    position++;
                }
                value.write(c);
            } else {
                value.write(c);
            }
        }
        return value.toByteArray();
    }

    private static int unescaped(int c) {
        return switch (c) {
            case '0' -> 0;
            case 'b' -> '\b';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'Z' -> 26;
            default -> c;
        };
    }

    private boolean take(byte[] word) {
        if (!at(word)) {
            return false;
        }
        position += word.length;
        return true;
    }

    private boolean at(byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (peek(i) != (word[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** The byte so many places ahead, END behind the file's end. */
    private int peek(int ahead) {
        while (position + ahead >= buffer.length) {
            if (exhausted) {
                return END;
            }
            byte[] more = source.get();
            if (more == null) {
                exhausted = true;
            } else {
                byte[] joined = Arrays.copyOfRange(buffer, position, buffer.length + more.length);
                System.arraycopy(more, 0, joined, buffer.length - position, more.length);
                buffer = joined;
                position = 0;
            }
        }
        return buffer[position + ahead] & 0xff;
    }
}
