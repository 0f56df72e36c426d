package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Success, or the end of a result set where EOF packets are out of use. */
public record OkPacket(long affectedRows, long lastInsertId, int status, int warnings, String info) {
    /** Without session tracking. */
    public static OkPacket read(ByteBuf in) {
        in.skipBytes(1);
        long affectedRows = LengthEncoded.readInt(in);
        long lastInsertId = LengthEncoded.readInt(in);
        int status = in.readUnsignedShortLE();
        int warnings = in.readUnsignedShortLE();
        return new OkPacket(affectedRows, lastInsertId, status, warnings, in.isReadable() ? info(in) : "");
    }

    /** MySQL sends the rest of the packet, MariaDB a length before it. */
    private static String info(ByteBuf in) {
        int first = in.getUnsignedByte(in.readerIndex());
        return first == in.readableBytes() - 1 || (first == 0xfc && in.readableBytes() >= 3)
                ? LengthEncoded.readString(in)
                : LengthEncoded.readRest(in);
    }

    /** @param header 0, or 0xfe at the end of rows */
    public void write(ByteBuf out, int header) {
        out.writeByte(header);
        LengthEncoded.writeInt(out, affectedRows);
        LengthEncoded.writeInt(out, lastInsertId);
        out.writeShortLE(status).writeShortLE(Math.min(warnings, 0xffff));
        if (!info.isEmpty()) {
            LengthEncoded.writeBytes(out, info.getBytes(StandardCharsets.UTF_8));
        }
    }
}
