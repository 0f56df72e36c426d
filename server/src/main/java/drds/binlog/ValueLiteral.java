package drds.binlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values as SQL literals, as bytes, for a connection whose character set is {@code binary} and whose mode knows backslashes: the
 * bytes between the quotes are taken as they are.
 */
public final class ValueLiteral {
    public static final byte[] NULL = ascii("NULL");

    private ValueLiteral() {}

    /** What an instance answered in text, for a column selected as {@link #selected} says. */
    public static byte[] of(TableShape.Column column, byte @Nullable [] text) {
        if (text == null) {
            return NULL;
        }
        return switch (column.kind()) {
            case SIGNED, UNSIGNED, FLOAT, DOUBLE, DECIMAL, NUMBER -> text;
            case TEMPORAL -> quoted("_latin1", text);
            case TEXT -> quoted("_" + column.charset(), text);
            case BYTES, ADDRESS -> quoted("", text);
        };
    }

    /** The expression whose text in a result is the exact value. @param name in backticks */
    public static String selected(TableShape.Column column, String name) {
        return switch (column.kind()) {
            case FLOAT, DOUBLE -> "CAST(" + name + " AS DOUBLE)";
            case NUMBER -> name + "+0";
            case ADDRESS -> "CAST(" + name + " AS BINARY(" + column.length() + "))";
            case SIGNED, UNSIGNED, DECIMAL, TEMPORAL, TEXT, BYTES -> name;
        };
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] quoted(String introducer, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length + introducer.length() + 2);
        out.writeBytes(ascii(introducer));
        out.write('\'');
        int plain = 0;
        for (int i = 0; i < value.length; i++) {
            byte b = value[i];
            if (b == '\'' || b == '\\') {
                out.write(value, plain, i - plain);
                out.write('\\');
                out.write(b);
                plain = i + 1;
            } else if (b == 0) {
                out.write(value, plain, i - plain);
                out.write('\\');
                out.write('0');
                plain = i + 1;
            }
        }
        out.write(value, plain, value.length - plain);
        out.write('\'');
        return out.toByteArray();
    }
}
