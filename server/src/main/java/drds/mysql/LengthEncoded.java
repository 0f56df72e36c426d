package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Length-encoded integers and strings, and strings that end with a zero byte. */
public final class LengthEncoded {
    private static final int NULL_MARK = 0xfb;

    private LengthEncoded() {}

    /** An unsigned number; -1 for the NULL mark. */
    public static long readInt(ByteBuf in) {
        int first = in.readUnsignedByte();
        return switch (first) {
            case NULL_MARK -> -1;
            case 0xfc -> in.readUnsignedShortLE();
            case 0xfd -> in.readUnsignedMediumLE();
            case 0xfe -> in.readLongLE();
            default -> first;
        };
    }

    public static void writeInt(ByteBuf out, long value) {
        if (value >= 0 && value < NULL_MARK) {
            out.writeByte((int) value);
        } else if (value >= 0 && value < 1 << 16) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (value >= 0 && value < 1 << 24) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    /** Null for SQL's NULL. */
    public static byte @Nullable [] readBytes(ByteBuf in) {
        long length = readInt(in);
        if (length == -1) {
            return null;
        }
        return readFixed(in, length);
    }

    public static byte[] readFixed(ByteBuf in, long length) {
        if (length < 0 || length > in.readableBytes()) {
            throw new IndexOutOfBoundsException("a string of " + length + " bytes in " + in.readableBytes());
        }
        byte[] bytes = new byte[(int) length];
        in.readBytes(bytes);
        return bytes;
    }

    public static void writeBytes(ByteBuf out, byte @Nullable [] bytes) {
        if (bytes == null) {
            out.writeByte(NULL_MARK);
        } else {
            writeInt(out, bytes.length);
            out.writeBytes(bytes);
        }
    }

    /** In UTF-8; "" for NULL. */
    public static String readString(ByteBuf in) {
        byte[] bytes = readBytes(in);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    public static void writeString(ByteBuf out, String text) {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] readZeroTerminated(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new IndexOutOfBoundsException("a string without an end");
        }
        byte[] bytes = readFixed(in, length);
        in.skipBytes(1);
        return bytes;
    }

    public static String readZeroTerminatedString(ByteBuf in) {
        return new String(readZeroTerminated(in), StandardCharsets.UTF_8);
    }

    public static void writeZeroTerminated(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }

    public static String readRest(ByteBuf in) {
        return in.readCharSequence(in.readableBytes(), StandardCharsets.UTF_8).toString();
    }
}
