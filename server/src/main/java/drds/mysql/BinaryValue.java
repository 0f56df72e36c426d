package drds.mysql;

import drds.error.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** One value of the binary protocol, and the text protocol's form of it. */
public final class BinaryValue {
    private BinaryValue() {}

    /** The value's length in bytes; reads past the length that stands before it, where one does. */
    static int length(ByteBuf in, int type) {
        return switch (type) {
            case FieldType.TINY -> 1;
            case FieldType.SHORT, FieldType.YEAR -> 2;
            case FieldType.LONG, FieldType.INT24, FieldType.FLOAT -> 4;
            case FieldType.LONGLONG, FieldType.DOUBLE -> 8;
            case FieldType.NULL -> 0;
            default -> Math.toIntExact(LengthEncoded.readInt(in));
        };
    }

    /** As the text protocol gives it. */
    public static byte[] toText(ByteBuf in, int offset, int length, ColumnDefinition column) {
        String text = switch (column.type()) {
            case FieldType.TINY ->
                column.unsigned() ? Integer.toString(in.getUnsignedByte(offset)) : Integer.toString(in.getByte(offset));
            case FieldType.SHORT ->
                Integer.toString(column.unsigned() ? in.getUnsignedShortLE(offset) : in.getShortLE(offset));
            case FieldType.YEAR -> fourDigits(in.getUnsignedShortLE(offset), column);
            case FieldType.LONG, FieldType.INT24 ->
                column.unsigned() ? Long.toString(in.getUnsignedIntLE(offset)) : Integer.toString(in.getIntLE(offset));
            case FieldType.LONGLONG ->
                column.unsigned() ? Long.toUnsignedString(in.getLongLE(offset)) : Long.toString(in.getLongLE(offset));
            case FieldType.FLOAT -> real(Float.toString(in.getFloatLE(offset)), column);
            case FieldType.DOUBLE -> real(Double.toString(in.getDoubleLE(offset)), column);
            case FieldType.DATE -> Temporal.date(in, offset, length);
            case FieldType.DATETIME, FieldType.TIMESTAMP -> Temporal.datetime(in, offset, length, column.decimals());
            case FieldType.TIME -> Temporal.time(in, offset, length, column.decimals());
            default -> "";
        };
        if (!text.isEmpty()) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        byte[] bytes = new byte[length];
        in.getBytes(offset, bytes);
        return bytes;
    }

    private static String fourDigits(int year, ColumnDefinition column) {
        return column.length() == 2 ? "%02d".formatted(year % 100) : "%04d".formatted(year);
    }

    /** Java's shortest decimal form in MySQL's notation. */
    private static String real(String shortest, ColumnDefinition column) {
        BigDecimal value = new BigDecimal(shortest);
        if (column.decimals() < 31) {
            return value.setScale(column.decimals(), RoundingMode.HALF_EVEN).toPlainString();
        }
        if (value.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -15 && exponent <= 14) {
            return stripped.toPlainString();
        }
        String digits = stripped.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value.signum() < 0 ? "-" : "") + mantissa + "e" + exponent;
    }

    /** Writes a value given as text in the form of the column's type. */
    static void fromText(ByteBuf out, byte[] text, ColumnDefinition column) {
        try {
            switch (column.type()) {
                case FieldType.TINY -> out.writeByte((int) integer(text));
                case FieldType.SHORT, FieldType.YEAR -> out.writeShortLE((int) integer(text));
                case FieldType.LONG, FieldType.INT24 -> out.writeIntLE((int) integer(text));
                case FieldType.LONGLONG -> out.writeLongLE(integer(text));
                case FieldType.FLOAT -> out.writeFloatLE(Float.parseFloat(ascii(text)));
                case FieldType.DOUBLE -> out.writeDoubleLE(Double.parseDouble(ascii(text)));
                case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP ->
                    Temporal.writeDatetime(out, ascii(text));
                case FieldType.TIME -> Temporal.writeTime(out, ascii(text));
                default -> LengthEncoded.writeBytes(out, text);
            }
        } catch (NumberFormatException e) {
            throw ErrorCode.UNKNOWN_ERROR.with(
                    "column '" + column.name() + "' has the value '" + ascii(text) + "', which is not of its type");
        }
    }

    private static long integer(byte[] text) {
        String digits = ascii(text);
        return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
