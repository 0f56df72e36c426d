package drds.executor;

import drds.catalog.Table.Column;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a column's values come from an instance and go into a literal without any loss: read as bytes with
 * character_set_results = binary, written with SET NAMES binary and time zone UTC.
 *
 * @param name quoted
 * @param selectItem what is selected for it
 * @param form how the value that comes is written
 */
record LoadedColumn(String name, String selectItem, Form form) {
    /** Keys of copies are at most this long: less than what the engine allows. */
    static final int KEY_BYTES_LIMIT = 1000;

    private static final int LONGEST_CHARACTER_BYTES = 4;
    private static final int FIXED_BYTES = 32;
    private static final Pattern LENGTH = Pattern.compile("\\((\\d+)");

    /** How a value becomes a literal. */
    enum Form {
        /** A number as it is. */
        NUMBER,
        /** An ENUM's number; 0, the empty value of a bad assignment, can't be written without a warning. */
        ENUM_NUMBER,
        /** A number that must be read as a double. */
        DOUBLE,
        /** Bytes between quotes. */
        BYTES,
        /** ASCII between quotes whose type doesn't take bytes for it. */
        ASCII,
        /** Seconds since 1970, 0 for the zero date. */
        SECONDS
    }

    static LoadedColumn of(Column column) {
        return of(column, "");
    }

    /** @param qualifier what stands before the name in the select item, such as {@code a.} */
    static LoadedColumn of(Column column, String qualifier) {
        String quoted = Names.quoted(column.name());
        LoadedColumn known = ofName(column, qualifier + quoted);
        return qualifier.isEmpty() ? known : new LoadedColumn(quoted, known.selectItem(), known.form());
    }

    private static LoadedColumn ofName(Column column, String name) {
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year" ->
                new LoadedColumn(name, name, Form.NUMBER);
            case "float" -> new LoadedColumn(name, "CAST(" + name + " AS DOUBLE)", Form.DOUBLE);
            case "double" -> new LoadedColumn(name, name, Form.DOUBLE);
            case "enum" -> new LoadedColumn(name, name + "+0", Form.ENUM_NUMBER);
            case "bit", "set" -> new LoadedColumn(name, name + "+0", Form.NUMBER);
            case "timestamp" -> new LoadedColumn(name, "UNIX_TIMESTAMP(" + name + ")", Form.SECONDS);
            case "uuid", "inet4", "inet6" -> new LoadedColumn(name, "CAST(" + name + " AS CHAR)", Form.ASCII);
            default -> new LoadedColumn(name, name, Form.BYTES);
        };
    }

    /** How long the column is in a key, too long for any if it needs a prefix. */
    static int keyBytes(Column column) {
        Matcher length = LENGTH.matcher(column.type());
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "char", "varchar" ->
                length.find() ? Math.multiplyExact(Integer.parseInt(length.group(1)), LONGEST_CHARACTER_BYTES) : 4;
            case "binary", "varbinary" -> length.find() ? Integer.parseInt(length.group(1)) : 1;
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "year",
                    "float",
                    "double",
                    "bit",
                    "enum",
                    "set",
                    "timestamp",
                    "date",
                    "datetime",
                    "time",
                    "uuid",
                    "inet4",
                    "inet6" -> FIXED_BYTES;
            default -> KEY_BYTES_LIMIT + 1;
        };
    }

    /**
     * @param length of the value that starts at {@code offset} in the row, -1 for NULL
     * @return how many warnings the value will cause although it is stored as it is
     */
    int write(ByteBuf row, int offset, int length, ByteBuf out) {
        if (length < 0) {
            ascii(out, "NULL");
            return 0;
        }
        writeValue(row, offset, length, out);
        return form == Form.ENUM_NUMBER && length == 1 && row.getByte(offset) == '0' ? 1 : 0;
    }

    private void writeValue(ByteBuf row, int offset, int length, ByteBuf out) {
        switch (form) {
            case NUMBER, ENUM_NUMBER -> out.writeBytes(row, offset, length);
            case DOUBLE -> {
                out.writeBytes(row, offset, length);
                if (row.indexOf(offset, offset + length, (byte) 'e') < 0) {
                    ascii(out, "e0");
                }
            }
            case BYTES -> quote(row, offset, length, out);
            case ASCII -> {
                ascii(out, "_latin1");
                quote(row, offset, length, out);
            }
            case SECONDS -> seconds(row, offset, length, out);
        }
    }

    private static void seconds(ByteBuf row, int offset, int length, ByteBuf out) {
        boolean zero = true;
        for (int i = 0; i < length; i++) {
            byte b = row.getByte(offset + i);
            zero &= b == '0' || b == '.';
        }
        if (zero) {
            out.writeByte('0');
        } else {
            ascii(out, "FROM_UNIXTIME(");
            out.writeBytes(row, offset, length);
            out.writeByte(')');
        }
    }

    private static void quote(ByteBuf row, int offset, int length, ByteBuf out) {
        out.writeByte('\'');
        for (int i = offset; i < offset + length; i++) {
            byte b = row.getByte(i);
            if (b == '\'' || b == '\\') {
                out.writeByte('\\');
                out.writeByte(b);
            } else if (b == 0) {
                out.writeByte('\\');
                out.writeByte('0');
            } else {
                out.writeByte(b);
            }
        }
        out.writeByte('\'');
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
