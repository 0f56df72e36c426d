package drds.program;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value that a program holds between two statements.
 *
 * @param text its digits or characters; empty for NULL and for bytes
 * @param literal SQL that gives it exactly, whatever surrounds it
 * @param collation of a string, null where its origin doesn't tell
 */
record Value(
        Form form, String text, String literal, @Nullable String collation) {
    static final Value NULL = new Value(Form.NULL, "", "NULL", null);

    /** What kind of literal it is. */
    enum Form {
        NULL,
        INTEGER,
        UNSIGNED,
        DECIMAL,
        DOUBLE,
        TEMPORAL,
        STRING,
        BYTES
    }

    boolean isNull() {
        return form == Form.NULL;
    }

    static Value integer(long value) {
        String digits = Long.toString(value);
        return new Value(Form.INTEGER, digits, value < 0 ? "(" + digits + ")" : digits, null);
    }

    static Value string(String text) {
        return new Value(Form.STRING, text, "_utf8mb4 X'" + hex(text.getBytes(StandardCharsets.UTF_8)) + "'", null);
    }

    /** How many columns of a home answer tell of one variable: its value, its bytes, its character set, its collation. */
    static final int COLUMNS = 4;

    static String columns(String variable, boolean isFloat) {
        return (isFloat ? "CAST(" + variable + " AS DOUBLE)" : variable) + ", HEX(" + variable + "), CHARSET("
                + variable + "), COLLATION(" + variable + ")";
    }

    /** Reads what {@link #columns} asked for. */
    static Value read(ColumnDefinition column, byte[] @Nullable [] row, int first) {
        byte[] bytes = row[first];
        if (bytes == null) {
            return NULL;
        }
        if (!isString(column.type())) {
            return of(column, bytes);
        }
        String charset = string(row[first + 2]);
        String hex = string(row[first + 1]);
        if (charset.equals("binary")) {
            return new Value(Form.BYTES, "", "_binary X'" + hex + "'", null);
        }
        String collation = string(row[first + 3]);
        return new Value(Form.STRING, string(bytes), "_" + charset + " X'" + hex + "'", collation);
    }

    /** A value of a row whose text came in UTF-8; null is NULL. */
    static Value of(ColumnDefinition column, byte @Nullable [] bytes) {
        if (bytes == null) {
            return NULL;
        }
        String text = string(bytes);
        return switch (column.type()) {
            case FieldType.TINY, FieldType.SHORT, FieldType.INT24, FieldType.LONG, FieldType.LONGLONG, FieldType.YEAR ->
                column.unsigned() ? number(Form.UNSIGNED, text, text) : number(Form.INTEGER, text, text);
            case FieldType.DECIMAL, FieldType.NEWDECIMAL -> number(Form.DECIMAL, text, text);
            case FieldType.FLOAT, FieldType.DOUBLE ->
                number(Form.DOUBLE, text, text.contains("e") || text.contains("E") ? text : text + "e0");
            case FieldType.DATE -> temporal("DATE", text);
            case FieldType.TIME -> temporal("TIME", text);
            case FieldType.DATETIME, FieldType.TIMESTAMP -> temporal("TIMESTAMP", text);
            case FieldType.BIT -> new Value(Form.BYTES, "", "0x" + hex(bytes), null);
            default ->
                column.binary()
                        ? new Value(Form.BYTES, "", "_binary X'" + hex(bytes) + "'", null)
                        : new Value(Form.STRING, text, "_utf8mb4 X'" + hex(bytes) + "'", null);
        };
    }

    private static Value number(Form form, String text, String literal) {
        return new Value(form, text, text.startsWith("-") ? "(" + literal + ")" : literal, null);
    }

    /** A zero date is no literal of its type. */
    private static Value temporal(String type, String text) {
        boolean zero = !type.equals("TIME") && (text.startsWith("0000") || text.contains("-00"));
        String quoted = "'" + text + "'";
        return new Value(Form.TEMPORAL, text, zero ? quoted : type + quoted, null);
    }

    private static boolean isString(int type) {
        return switch (type) {
            case FieldType.VARCHAR,
                    FieldType.VAR_STRING,
                    FieldType.STRING,
                    FieldType.TINY_BLOB,
                    FieldType.MEDIUM_BLOB,
                    FieldType.LONG_BLOB,
                    FieldType.BLOB,
                    FieldType.ENUM,
                    FieldType.SET,
                    FieldType.JSON -> true;
            default -> false;
        };
    }

    private static String string(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }
}
