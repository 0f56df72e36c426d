package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.LengthEncoded;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A value of the binary protocol as text that keeps all of it (a FLOAT with all its digits). */
final class BinaryText {
    private static final int MICRO_DIGITS = 6;

    private BinaryText() {}

    static byte[] of(ByteBuf in, int start, int end, ColumnDefinition column) {
        boolean unsigned = column.unsigned();
        return switch (column.type()) {
            case FieldType.TINY -> number(unsigned ? in.getUnsignedByte(start) : in.getByte(start));
            case FieldType.SHORT, FieldType.YEAR ->
                number(unsigned ? in.getUnsignedShortLE(start) : in.getShortLE(start));
            case FieldType.LONG, FieldType.INT24 -> number(unsigned ? in.getUnsignedIntLE(start) : in.getIntLE(start));
            case FieldType.LONGLONG ->
                ascii(unsigned ? Long.toUnsignedString(in.getLongLE(start)) : Long.toString(in.getLongLE(start)));
            case FieldType.FLOAT -> ascii(DoubleText.of(in.getFloatLE(start)));
            case FieldType.DOUBLE -> ascii(DoubleText.of(in.getDoubleLE(start), column.decimals()));
            case FieldType.DATE -> ascii(date(in, start, 0, false));
            case FieldType.DATETIME, FieldType.TIMESTAMP -> ascii(date(in, start, column.decimals(), true));
            case FieldType.TIME -> ascii(time(in, start, column.decimals()));
            default -> {
                ByteBuf value = in.duplicate();
                value.readerIndex(start);
                byte[] bytes = new byte[(int) LengthEncoded.readInt(value)];
                value.readBytes(bytes);
                yield bytes;
            }
        };
    }

    private static byte[] number(long value) {
        return ascii(Long.toString(value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String date(ByteBuf in, int start, int decimals, boolean withTime) {
        int length = in.getUnsignedByte(start);
        StringBuilder text = new StringBuilder(26);
        digits(text, length >= 4 ? in.getUnsignedShortLE(start + 1) : 0, 4).append('-');
        digits(text, length >= 4 ? in.getUnsignedByte(start + 3) : 0, 2).append('-');
        digits(text, length >= 4 ? in.getUnsignedByte(start + 4) : 0, 2);
        if (withTime) {
            boolean has = length >= 7;
            digits(text.append(' '), has ? in.getUnsignedByte(start + 5) : 0, 2).append(':');
            digits(text, has ? in.getUnsignedByte(start + 6) : 0, 2).append(':');
            digits(text, has ? in.getUnsignedByte(start + 7) : 0, 2);
            fraction(text, length >= 11 ? in.getUnsignedIntLE(start + 8) : 0, decimals);
        }
        return text.toString();
    }

    private static String time(ByteBuf in, int start, int decimals) {
        int length = in.getUnsignedByte(start);
        StringBuilder text = new StringBuilder(18);
        long days = 0;
        boolean has = length >= 8;
        if (has) {
            if (in.getByte(start + 1) != 0) {
                text.append('-');
            }
            days = in.getUnsignedIntLE(start + 2);
        }
        digits(text, days * 24 + (has ? in.getUnsignedByte(start + 6) : 0), 2).append(':');
        digits(text, has ? in.getUnsignedByte(start + 7) : 0, 2).append(':');
        digits(text, has ? in.getUnsignedByte(start + 8) : 0, 2);
        fraction(text, length >= 12 ? in.getUnsignedIntLE(start + 9) : 0, decimals);
        return text.toString();
    }

    private static void fraction(StringBuilder text, long micros, int decimals) {
        if (decimals > 0 && decimals <= MICRO_DIGITS) {
            StringBuilder digits = digits(new StringBuilder(MICRO_DIGITS), micros, MICRO_DIGITS);
            text.append('.').append(digits, 0, decimals);
        }
    }

    private static StringBuilder digits(StringBuilder text, long value, int width) {
        String digits = Long.toString(value);
        text.repeat('0', Math.max(0, width - digits.length()));
        return text.append(digits);
    }
}
