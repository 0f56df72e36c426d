package drds.mysql;

import drds.error.SqlError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** An error to or from the other side. */
public final class ErrPacket {
    private static final int HEADER = 0xff;
    private static final int MESSAGE_LIMIT_BYTES = 2048;

    private ErrPacket() {}

    public static SqlError read(ByteBuf in) {
        in.skipBytes(1);
        int number = in.readUnsignedShortLE();
        String state = "HY000";
        if (in.isReadable() && in.getByte(in.readerIndex()) == '#') {
            in.skipBytes(1);
            state = in.readCharSequence(5, StandardCharsets.US_ASCII).toString();
        }
        return new SqlError(number, state, LengthEncoded.readRest(in));
    }

    public static void write(ByteBuf out, SqlError error) {
        out.writeByte(HEADER).writeShortLE(error.number()).writeByte('#');
        out.writeCharSequence((error.sqlState() + "HY000").substring(0, 5), StandardCharsets.US_ASCII);
        byte[] message = error.message().getBytes(StandardCharsets.UTF_8);
        int length = message.length;
        if (length > MESSAGE_LIMIT_BYTES) {
            length = MESSAGE_LIMIT_BYTES;
            while ((message[length] & 0xc0) == 0x80) {
                length--;
            }
        }
        out.writeBytes(message, 0, length);
    }

    /** Before the capabilities are known an error has no SQLSTATE. */
    public static void writeEarly(ByteBuf out, SqlError error) {
        out.writeByte(HEADER).writeShortLE(error.number());
        out.writeCharSequence(error.message(), StandardCharsets.UTF_8);
    }
}
