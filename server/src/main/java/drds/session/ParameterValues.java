package drds.session;

import drds.error.ErrorCode;
import drds.mysql.FieldType;
import drds.mysql.LengthEncoded;
import drds.parser.ParserModes;
import drds.parser.SqlText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one COM_STMT_EXECUTE.
 *
 * @param types two bytes each: the type and, in the highest bit, whether it is unsigned
 * @param literals each value as SQL text
 * @param forInstance the NULL bitmap, the types and the values as an instance takes them, whatever it knew before; null where long
 *     data stands for a value
 * @param ends where each value ends in the values' bytes, which stand last in {@code forInstance}
 */
record ParameterValues(int[] types, List<String> literals, byte @Nullable [] forInstance, int[] ends) {
    private static final int UNSIGNED = 0x8000;
    private static final int TYPE_MASK = 0xff;
    private static final ParameterValues NONE = new ParameterValues(new int[0], List.of(), new byte[0], new int[0]);

    /**
     * @param in behind the iteration count
     * @param knownTypes those of an earlier execution, null if there was none
     * @param longData by parameter
     */
    static ParameterValues read(
            ByteBuf in,
            int count,
            int @Nullable [] knownTypes,
            Map<Integer, byte[]> longData,
            SessionVariables variables) {
        if (count == 0) {
            return NONE;
        }
        try {
            return new Reader(in, count, longData, variables).read(knownTypes);
        } catch (IndexOutOfBoundsException e) {
            throw ErrorCode.MALFORMED_PACKET.with();
        }
    }

    /** The same for some of the values. @param kept which */
    byte @Nullable [] forInstance(boolean[] kept) {
        byte[] all = forInstance;
        int count = 0;
        for (boolean keep : kept) {
            count += keep ? 1 : 0;
        }
        if (all == null || count == types.length) {
            return all;
        }
        int valuesStart = (types.length + 7) / 8 + 1 + 2 * types.length;
        ByteBuf out = Unpooled.buffer(all.length);
        out.writeZero((count + 7) / 8);
        if (count > 0) {
            out.writeByte(1);
        }
        int at = 0;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i]) {
                out.writeShortLE(types[i]);
                if ((all[i >> 3] & 1 << (i & 7)) != 0) {
                    out.setByte(at >> 3, out.getByte(at >> 3) | 1 << (at & 7));
                }
                at++;
            }
        }
        for (int i = 0; i < kept.length; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            if (kept[i]) {
                out.writeBytes(all, valuesStart + start, ends[i] - start);
            }
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private record Reader(ByteBuf in, int count, Map<Integer, byte[]> longData, SessionVariables variables) {
        ParameterValues read(int @Nullable [] knownTypes) {
            byte[] nulls = new byte[(count + 7) / 8];
            in.readBytes(nulls);
            int[] types = knownTypes;
            if (in.readByte() != 0) {
                types = new int[count];
                for (int i = 0; i < count; i++) {
                    types[i] = in.readUnsignedShortLE();
                }
            }
            if (types == null || types.length != count) {
                throw ErrorCode.MALFORMED_PACKET.with();
            }
            int valuesStart = in.readerIndex();
            List<String> literals = new ArrayList<>(count);
            int[] ends = new int[count];
            for (int i = 0; i < count; i++) {
                boolean isNull = (nulls[i >> 3] & 1 << (i & 7)) != 0;
                byte[] data = longData.get(i);
                literals.add(
                        isNull && data == null ? "NULL" : data != null ? longLiteral(data, types[i]) : value(types[i]));
                ends[i] = in.readerIndex() - valuesStart;
            }
            return new ParameterValues(
                    types, literals, longData.isEmpty() ? forInstance(nulls, types, valuesStart) : null, ends);
        }

        private byte[] forInstance(byte[] nulls, int[] types, int valuesStart) {
            int length = in.readerIndex() - valuesStart;
            ByteBuf out = Unpooled.buffer(nulls.length + 1 + 2 * count + length);
            out.writeBytes(nulls).writeByte(1);
            for (int type : types) {
                out.writeShortLE(type);
            }
            out.writeBytes(in, valuesStart, length);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return bytes;
        }

        private String longLiteral(byte[] data, int type) {
            return isBinary(type & TYPE_MASK) ? binary(data) : string(data);
        }

        private String value(int typeAndSign) {
            boolean unsigned = (typeAndSign & UNSIGNED) != 0;
            int type = typeAndSign & TYPE_MASK;
            return switch (type) {
                case FieldType.NULL -> "NULL";
                case FieldType.TINY -> Integer.toString(unsigned ? in.readUnsignedByte() : in.readByte());
                case FieldType.SHORT, FieldType.YEAR ->
                    Integer.toString(unsigned ? in.readUnsignedShortLE() : in.readShortLE());
                case FieldType.LONG, FieldType.INT24 ->
                    unsigned ? Long.toString(in.readUnsignedIntLE()) : Integer.toString(in.readIntLE());
                case FieldType.LONGLONG ->
                    unsigned ? Long.toUnsignedString(in.readLongLE()) : Long.toString(in.readLongLE());
                case FieldType.FLOAT -> real(in.readFloatLE());
                case FieldType.DOUBLE -> real(in.readDoubleLE());
                case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP -> datetime(type);
                case FieldType.TIME -> time();
                case FieldType.DECIMAL, FieldType.NEWDECIMAL -> decimal(bytes());
                default -> isBinary(type) ? binary(bytes()) : string(bytes());
            };
        }

        private static boolean isBinary(int type) {
            return type >= FieldType.TINY_BLOB && type <= FieldType.BLOB || type == FieldType.GEOMETRY;
        }

        private byte[] bytes() {
            return LengthEncoded.readFixed(in, LengthEncoded.readInt(in));
        }

        private static String real(double value) {
            String text = Double.toString(value);
            return text.indexOf('E') >= 0 ? text : text + "e0";
        }

        private String decimal(byte[] digits) {
            String text = new String(digits, StandardCharsets.ISO_8859_1);
            return text.matches("[-+]?[0-9]+(\\.[0-9]*)?|[-+]?\\.[0-9]+") ? text : string(digits);
        }

        private static String binary(byte[] data) {
            return data.length == 0
                    ? "_binary''"
                    : "_binary X'" + HexFormat.of().formatHex(data) + "'";
        }

        private String string(byte[] data) {
            ParserModes modes = variables.modes();
            return SqlText.string(variables.charset().decode(data), modes);
        }

        private String datetime(int type) {
            int length = in.readUnsignedByte();
            if (length == 0) {
                return type == FieldType.DATE ? "'0000-00-00'" : "'0000-00-00 00:00:00'";
            }
            int year = in.readUnsignedShortLE();
            String date = "%04d-%02d-%02d".formatted(year, in.readUnsignedByte(), in.readUnsignedByte());
            if (length == 4) {
                return type == FieldType.DATE ? "'" + date + "'" : "'" + date + " 00:00:00'";
            }
            String clock =
                    "%02d:%02d:%02d".formatted(in.readUnsignedByte(), in.readUnsignedByte(), in.readUnsignedByte());
            return "'" + date + " " + clock + (length > 7 ? fraction(in.readUnsignedIntLE()) : "") + "'";
        }

        private String time() {
            int length = in.readUnsignedByte();
            if (length == 0) {
                return "'00:00:00'";
            }
            String sign = in.readByte() != 0 ? "-" : "";
            long hours = in.readUnsignedIntLE() * 24 + in.readUnsignedByte();
            String clock = "%s%02d:%02d:%02d".formatted(sign, hours, in.readUnsignedByte(), in.readUnsignedByte());
            return "'" + clock + (length > 8 ? fraction(in.readUnsignedIntLE()) : "") + "'";
        }

        private static String fraction(long micros) {
            return micros == 0 ? "" : ".%06d".formatted(micros);
        }
    }
}
