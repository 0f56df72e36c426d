package drds.mysql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Exchanges the names in a block of column definitions: the count's packet, the definitions, and the EOF where there is one. */
final class ColumnBlock {
    private ColumnBlock() {}

    /** @param block whole packets; @param sequence the number of the first packet that goes out */
    static ColumnRewrite.Block exchange(ByteBuf block, ColumnRewrite rewrite, boolean deprecateEof, int sequence) {
        byte[] from = new byte[block.readableBytes()];
        block.getBytes(block.readerIndex(), from);
        ByteBuf in = Unpooled.wrappedBuffer(from);
        ByteBuf out = Unpooled.buffer(from.length + 16);
        int packets = 0;
        int columns = 0;
        while (in.isReadable()) {
            ByteBuf payload = packet(in);
            if (packets == 0) {
                columns = (int) LengthEncoded.readInt(payload.duplicate());
            } else if (packets > columns) {
                break;
            }
            int start = out.writerIndex();
            out.writeInt(0);
            if (packets == 0) {
                out.writeBytes(payload);
            } else {
                column(payload, rewrite, out);
            }
            end(out, start, sequence + packets);
            packets++;
        }
        if (!deprecateEof) {
            int start = out.writerIndex();
            out.writeInt(0);
            out.writeByte(0xfe).writeInt(0);
            end(out, start, sequence + packets);
            packets++;
        }
        byte[] to = new byte[out.readableBytes()];
        out.readBytes(to);
        return new ColumnRewrite.Block(from, to, sequence, packets);
    }

    private static ByteBuf packet(ByteBuf in) {
        int length = in.readUnsignedMediumLE();
        in.skipBytes(1);
        return in.readSlice(length);
    }

    private static void end(ByteBuf out, int start, int sequence) {
        out.setMediumLE(start, out.writerIndex() - start - 4);
        out.setByte(start + 3, sequence);
    }

    /** Names come in the client's character set, so all that isn't exchanged is copied as bytes. */
    private static void column(ByteBuf in, ColumnRewrite rewrite, ByteBuf out) {
        byte[] catalog = bytes(in);
        byte[] schema = bytes(in);
        byte[] table = bytes(in);
        byte[] orgTable = bytes(in);
        ColumnRewrite.Renaming renaming = rewrite.find(text(schema), text(orgTable));
        LengthEncoded.writeBytes(out, catalog);
        if (renaming == null) {
            LengthEncoded.writeBytes(out, schema);
            LengthEncoded.writeBytes(out, table);
            LengthEncoded.writeBytes(out, orgTable);
        } else {
            LengthEncoded.writeString(out, renaming.logicalSchema());
            if (text(table).equals(renaming.table())) {
                LengthEncoded.writeString(out, renaming.logicalTable());
            } else {
                LengthEncoded.writeBytes(out, table);
            }
            LengthEncoded.writeString(out, renaming.logicalTable());
        }
        out.writeBytes(in);
    }

    private static byte[] bytes(ByteBuf in) {
        byte[] bytes = LengthEncoded.readBytes(in);
        return bytes == null ? new byte[0] : bytes;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
