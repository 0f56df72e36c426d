package drds.mysql;

import io.netty.buffer.ByteBuf;

/** Dates and times of the binary protocol from and to text. */
final class Temporal {
    private Temporal() {}

    static String date(ByteBuf in, int offset, int length) {
        if (length == 0) {
            return "0000-00-00";
        }
        return "%04d-%02d-%02d"
                .formatted(in.getUnsignedShortLE(offset), in.getByte(offset + 2), in.getByte(offset + 3));
    }

    static String datetime(ByteBuf in, int offset, int length, int decimals) {
        String text = date(in, offset, length);
        text += length > 4
                ? " %02d:%02d:%02d".formatted(in.getByte(offset + 4), in.getByte(offset + 5), in.getByte(offset + 6))
                : " 00:00:00";
        return text + fraction(length > 7 ? in.getUnsignedIntLE(offset + 7) : 0, decimals);
    }

    static String time(ByteBuf in, int offset, int length, int decimals) {
        if (length == 0) {
            return "00:00:00" + fraction(0, decimals);
        }
        long hours = in.getUnsignedIntLE(offset + 1) * 24 + in.getByte(offset + 5);
        return (in.getByte(offset) != 0 ? "-" : "")
                + "%02d:%02d:%02d".formatted(hours, in.getByte(offset + 6), in.getByte(offset + 7))
                + fraction(length > 8 ? in.getUnsignedIntLE(offset + 8) : 0, decimals);
    }

    /** @param decimals how many digits the column shows; more than 6 means as many as there are */
    private static String fraction(long micros, int decimals) {
        if (decimals == 0 || (decimals > 6 && micros == 0)) {
            return "";
        }
        String digits = "%06d".formatted(micros);
        return "." + (decimals > 6 ? digits : digits.substring(0, decimals));
    }

    /** From {@code yyyy-mm-dd[ hh:mm:ss[.ffffff]]}. */
    static void writeDatetime(ByteBuf out, String text) {
        String[] halves = text.split("[ T]", 2);
        String[] date = halves[0].split("-");
        if (date.length != 3) {
            throw new NumberFormatException(text);
        }
        int micros = 0;
        String[] clock = {"0", "0", "0"};
        if (halves.length == 2) {
            micros = micros(halves[1]);
            clock = halves[1].split("\\.")[0].split(":");
        }
        boolean timeOfDay = micros != 0 || !(isZero(clock[0]) && isZero(clock[1]) && isZero(clock[2]));
        boolean none = !timeOfDay && isZero(date[0]) && isZero(date[1]) && isZero(date[2]);
        out.writeByte(none ? 0 : micros != 0 ? 11 : timeOfDay ? 7 : 4);
        if (none) {
            return;
        }
        out.writeShortLE(Integer.parseInt(date[0]))
                .writeByte(Integer.parseInt(date[1]))
                .writeByte(Integer.parseInt(date[2]));
        if (timeOfDay) {
            writeClock(out, clock, Integer.parseInt(clock[0]));
        }
        if (micros != 0) {
            out.writeIntLE(micros);
        }
    }

    /** From {@code [-]hhh:mm:ss[.ffffff]}. */
    static void writeTime(ByteBuf out, String text) {
        boolean negative = text.startsWith("-");
        String positive = negative ? text.substring(1) : text;
        int micros = micros(positive);
        String[] clock = positive.split("\\.")[0].split(":");
        if (clock.length != 3) {
            throw new NumberFormatException(text);
        }
        int hours = Integer.parseInt(clock[0]);
        if (micros == 0 && hours == 0 && isZero(clock[1]) && isZero(clock[2])) {
            out.writeByte(0);
            return;
        }
        out.writeByte(micros != 0 ? 12 : 8).writeByte(negative ? 1 : 0).writeIntLE(hours / 24);
        writeClock(out, clock, hours % 24);
        if (micros != 0) {
            out.writeIntLE(micros);
        }
    }

    private static void writeClock(ByteBuf out, String[] clock, int hours) {
        out.writeByte(hours).writeByte(Integer.parseInt(clock[1])).writeByte(Integer.parseInt(clock[2]));
    }

    private static boolean isZero(String number) {
        return Integer.parseInt(number) == 0;
    }

    private static int micros(String clock) {
        int point = clock.indexOf('.');
        return point < 0 ? 0 : Integer.parseInt((clock.substring(point + 1) + "000000").substring(0, 6));
    }
}
