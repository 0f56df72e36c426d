package drds.binlog;

import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;

/**
 * One value of a row image as an SQL literal. The codes and forms are those of MySQL's replication protocol
 * (sql/log_event.cc, {@code log_event_print_value}).
 */
final class CellDecoder {
    private static final int TINY = 1;
    private static final int SHORT = 2;
    private static final int LONG = 3;
    private static final int FLOAT = 4;
    private static final int DOUBLE = 5;
    private static final int TIMESTAMP = 7;
    private static final int LONGLONG = 8;
    private static final int INT24 = 9;
    private static final int DATE = 10;
    private static final int TIME = 11;
    private static final int DATETIME = 12;
    private static final int YEAR = 13;
    private static final int NEWDATE = 14;
    private static final int VARCHAR = 15;
    private static final int BIT = 16;
    private static final int TIMESTAMP2 = 17;
    private static final int DATETIME2 = 18;
    private static final int TIME2 = 19;
    private static final int NEWDECIMAL = 246;
    private static final int ENUM = 247;
    private static final int SET = 248;
    private static final int BLOB = 252;
    private static final int VAR_STRING = 253;
    private static final int STRING = 254;
    private static final int GEOMETRY = 255;

    private static final int[] DECIMAL_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final int DECIMAL_DIGITS = 9;
    private static final long SECOND_MICROS = 1_000_000;

    private CellDecoder() {}

    /** @throws IOException for a type that isn't known */
    static byte[] read(TableShape.Column column, int typeCode, int meta, ByteArrayInputStream in) throws IOException {
        int type = typeCode;
        int length = 0;
        if (type == STRING && meta >= 256) {
            int high = meta >> 8;
            if ((high & 0x30) != 0x30) {
                type = high | 0x30;
                length = (meta & 0xff) | (((high & 0x30) ^ 0x30) << 4);
            } else {
                type = high;
                length = meta & 0xff;
            }
        } else if (type == STRING) {
            length = meta;
        }
        return switch (type) {
            case TINY -> integer(column, in.readLong(1), 8);
            case SHORT -> integer(column, in.readLong(2), 16);
            case INT24 -> integer(column, in.readLong(3), 24);
            case LONG -> integer(column, in.readLong(4), 32);
            case LONGLONG -> integer(column, in.readLong(8), 64);
            case YEAR -> year(in.read());
            case FLOAT -> ascii(Double.toString(Float.intBitsToFloat(in.readInteger(4))));
            case DOUBLE -> ascii(Double.toString(Double.longBitsToDouble(in.readLong(8))));
            case NEWDECIMAL -> decimal(meta, in);
            case BIT -> ascii(Long.toUnsignedString(bigEndian(in, ((meta >> 8) * 8 + (meta & 0xff) + 7) / 8)));
            case ENUM, SET -> ascii(Long.toUnsignedString(in.readLong(length)));
            case DATE, NEWDATE -> date(in.readLong(3));
            case TIME -> time(in.readInteger(3));
            case DATETIME -> datetime(in.readLong(8));
            case TIMESTAMP -> timestamp(in.readLong(4), 0, 0);
            case TIME2 -> time2(meta, in);
            case DATETIME2 -> datetime2(meta, in);
            case TIMESTAMP2 -> timestamp(bigEndian(in, 4), fraction(meta, in), meta);
            case STRING -> bytes(column, in, length < 256 ? 1 : 2);
            case VARCHAR, VAR_STRING -> bytes(column, in, meta < 256 ? 1 : 2);
            case BLOB, GEOMETRY -> bytes(column, in, meta);
            default ->
                throw new IOException("values of type " + type + " of column " + column.name()
                        + " can't be read from the binary log");
        };
    }

    private static byte[] bytes(TableShape.Column column, ByteArrayInputStream in, int lengthBytes) throws IOException {
        byte[] value = in.read((int) in.readLong(lengthBytes));
        if (value.length < column.length()) {
            value = java.util.Arrays.copyOf(value, column.length()); // zeros at the end are left out
        }
        return column.kind() == TableShape.Kind.TEXT
                ? ValueLiteral.quoted("_" + column.charset(), value)
                : ValueLiteral.quoted("", value);
    }

    private static byte[] integer(TableShape.Column column, long raw, int bits) {
        if (column.kind() == TableShape.Kind.UNSIGNED) {
            return ascii(Long.toUnsignedString(bits == 64 ? raw : raw & ((1L << bits) - 1)));
        }
        return ascii(Long.toString(raw << (64 - bits) >> (64 - bits)));
    }

    private static byte[] year(int value) {
        return ascii(value == 0 ? "0" : Integer.toString(1900 + value));
    }

    private static byte[] decimal(int meta, ByteArrayInputStream in) throws IOException {
        int precision = meta & 0xff;
        int scale = meta >> 8;
        int whole = precision - scale;
        int length = whole / DECIMAL_DIGITS * 4
                + DECIMAL_BYTES[whole % DECIMAL_DIGITS]
                + scale / DECIMAL_DIGITS * 4
                + DECIMAL_BYTES[scale % DECIMAL_DIGITS];
        return ascii(AbstractRowsEventDataDeserializer.asBigDecimal(precision, scale, in.read(length))
                .toPlainString());
    }

    private static byte[] date(long packed) {
        return temporal("%04d-%02d-%02d", packed >> 9, packed >> 5 & 15, packed & 31);
    }

    private static byte[] time(int packed) {
        int signed = packed << 8 >> 8;
        long value = Math.abs(signed);
        return temporal("%s%02d:%02d:%02d", signed < 0 ? "-" : "", value / 10_000, value / 100 % 100, value % 100);
    }

    private static byte[] datetime(long packed) {
        long day = packed / SECOND_MICROS;
        long second = packed % SECOND_MICROS;
        return temporal(
                "%04d-%02d-%02d %02d:%02d:%02d",
                day / 10_000, day / 100 % 100, day % 100, second / 10_000, second / 100 % 100, second % 100);
    }

    /** The session's time zone is UTC where it is written. */
    private static byte[] timestamp(long seconds, long micros, int digits) {
        if (seconds == 0 && micros == 0) {
            return temporal("0000-00-00 00:00:00");
        }
        java.time.LocalDateTime at =
                java.time.LocalDateTime.ofEpochSecond(seconds, (int) micros * 1000, java.time.ZoneOffset.UTC);
        String text = String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d",
                at.getYear(),
                at.getMonthValue(),
                at.getDayOfMonth(),
                at.getHour(),
                at.getMinute(),
                at.getSecond());
        return temporal("%s%s", text, fractionText(micros, digits));
    }

    private static byte[] datetime2(int digits, ByteArrayInputStream in) throws IOException {
        long packed = bigEndian(in, 5) - (1L << 39);
        long micros = fraction(digits, in);
        long day = packed >> 17;
        long month = day >> 5;
        return temporal(
                "%04d-%02d-%02d %02d:%02d:%02d%s",
                month / 13,
                month % 13,
                day & 31,
                packed >> 12 & 31,
                packed >> 6 & 63,
                packed & 63,
                fractionText(micros, digits));
    }

    /** Seconds and fraction are one number with a sign: sql-common/my_time.c, my_time_packed_from_binary. */
    private static byte[] time2(int digits, ByteArrayInputStream in) throws IOException {
        int fractionBytes = (digits + 1) / 2;
        long raw = bigEndian(in, 3 + fractionBytes) - (1L << (23 + 8 * fractionBytes));
        long value = Math.abs(raw);
        long fraction = value & ((1L << 8 * fractionBytes) - 1);
        long micros = fraction * scale(fractionBytes);
        long seconds = value >> 8 * fractionBytes;
        return temporal(
                "%s%02d:%02d:%02d%s",
                raw < 0 ? "-" : "",
                seconds >> 12 & 1023,
                seconds >> 6 & 63,
                seconds & 63,
                fractionText(micros, digits));
    }

    private static long fraction(int digits, ByteArrayInputStream in) throws IOException {
        int bytes = (digits + 1) / 2;
        return bytes == 0 ? 0 : bigEndian(in, bytes) * scale(bytes);
    }

    /** Fractions are stored as hundredths, ten thousandths or millionths. */
    private static long scale(int bytes) {
        return switch (bytes) {
            case 1 -> 10_000;
            case 2 -> 100;
            default -> 1;
        };
    }

    private static String fractionText(long micros, int digits) {
        return digits == 0
                ? ""
                : "." + String.format(Locale.ROOT, "%06d", micros).substring(0, digits);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library of ours
    private static byte[] temporal(String format, Object... parts) {
        return ascii("_latin1'" + String.format(Locale.ROOT, format, parts) + "'");
    }

    private static long bigEndian(ByteArrayInputStream in, int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in.read() & 0xff;
        }
        return value;
    }

    private static byte[] ascii(String text) {
        return ValueLiteral.ascii(text);
    }
}
