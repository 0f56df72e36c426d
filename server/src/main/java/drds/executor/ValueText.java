package drds.executor;

import drds.executor.merge.DoubleText;
import drds.executor.merge.Row;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Values of an answer's rows as SQL in ASCII that gives the same values again. */
final class ValueText {
    private static final int NOT_FIXED = 39;

    private ValueText() {}

    /** @param row of the binary protocol where there are FLOATs (text has not all of their digits), its text in utf8mb4 */
    static String of(Row row, int index, ColumnDefinition column) {
        byte[] value = row.text(index);
        if (value == null) {
            return "NULL";
        }
        return switch (column.type()) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.INT24,
                    FieldType.LONG,
                    FieldType.LONGLONG,
                    FieldType.YEAR,
                    FieldType.DECIMAL,
                    FieldType.NEWDECIMAL -> ascii(value);
            case FieldType.FLOAT -> approximate(DoubleText.of(Float.parseFloat(ascii(value)), NOT_FIXED));
            case FieldType.DOUBLE -> approximate(ascii(value));
            case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP, FieldType.TIME -> "'" + ascii(value) + "'";
            case FieldType.BIT -> "0x" + HexFormat.of().formatHex(value);
            case FieldType.NULL -> "NULL";
            default -> column.binary() ? "X'" + HexFormat.of().formatHex(value) + "'" : text(value);
        };
    }

    private static String ascii(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    /** Without an exponent it would be a decimal. */
    private static String approximate(String number) {
        return number.indexOf('e') < 0 ? number + "e0" : number;
    }

    private static String text(byte[] value) {
        for (byte b : value) {
            if (b < ' ' || b == '\'' || b == '\\' || b == 127) {
                return "_utf8mb4 X'" + HexFormat.of().formatHex(value) + "'";
            }
        }
        return "'" + ascii(value) + "'";
    }
}
