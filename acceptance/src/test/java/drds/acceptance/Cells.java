package drds.acceptance;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the cells of a row, in both protocols. */
final class Cells {
    private Cells() {}

    static List<@Nullable String> textRow(Packet packet, int count) {
        var row = new ArrayList<@Nullable String>(count);
        for (int i = 0; i < count; i++) {
            if (packet.next() == 0xfb) {
                packet.skip(1);
                row.add(null);
            } else {
                row.add(shown(packet.lengthEncoded()));
            }
        }
        return row;
    }

    static List<@Nullable String> binaryRow(Packet packet, List<Answer.Column> columns) {
        packet.skip(1);
        byte[] nulls = new byte[(columns.size() + 9) / 8];
        for (int i = 0; i < nulls.length; i++) {
            nulls[i] = (byte) packet.fixed(1);
        }
        var row = new ArrayList<@Nullable String>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            boolean isNull = (nulls[(i + 2) / 8] >> ((i + 2) % 8) & 1) != 0;
            row.add(isNull ? null : binaryCell(packet, columns.get(i)));
        }
        return row;
    }

    private static String binaryCell(Packet packet, Answer.Column column) {
        return switch (column.type()) {
            case 1 -> integer(packet.fixed(1), 8, column.unsigned());
            case 2, 13 -> integer(packet.fixed(2), 16, column.unsigned());
            case 3, 9 -> integer(packet.fixed(4), 32, column.unsigned());
            case 8 -> integer(packet.fixed(8), 64, column.unsigned());
            case 4 -> Float.toString(Float.intBitsToFloat((int) packet.fixed(4)));
            case 5 -> Double.toString(Double.longBitsToDouble(packet.fixed(8)));
            case 7, 10, 12 -> dateTime(packet);
            case 11 -> time(packet);
            default -> shown(packet.lengthEncoded());
        };
    }

    private static String integer(long value, int bits, boolean unsigned) {
        int unused = 64 - bits;
        return unsigned ? Long.toUnsignedString(value) : Long.toString(value << unused >> unused);
    }

    private static String dateTime(Packet packet) {
        int size = (int) packet.fixed(1);
        var text = new StringBuilder(size + ":");
        if (size >= 4) {
            text.append("%04d-%02d-%02d".formatted(packet.fixed(2), packet.fixed(1), packet.fixed(1)));
        }
        if (size >= 7) {
            text.append(" %02d:%02d:%02d".formatted(packet.fixed(1), packet.fixed(1), packet.fixed(1)));
        }
        return (size >= 11 ? text.append(".%06d".formatted(packet.fixed(4))) : text).toString();
    }

    private static String time(Packet packet) {
        int size = (int) packet.fixed(1);
        var text = new StringBuilder(size + ":");
        if (size >= 8) {
            text.append(packet.fixed(1) == 1 ? "-" : "")
                    .append(packet.fixed(4))
                    .append('d')
                    .append(" %02d:%02d:%02d".formatted(packet.fixed(1), packet.fixed(1), packet.fixed(1)));
        }
        return (size >= 12 ? text.append(".%06d".formatted(packet.fixed(4))) : text).toString();
    }

    private static String shown(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
    }
}
