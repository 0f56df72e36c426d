package drds.mysql;

import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A file that the client sends for LOAD DATA LOCAL INFILE. It must be read to its end, also when it is of no use any more. */
public final class LocalFile implements AutoCloseable {
    private final PacketChannel channel;
    private boolean ended;

    private LocalFile(PacketChannel channel) {
        this.channel = channel;
    }

    /** Asks the client for a file, in place of an answer; the answer follows when the file has been read. */
    public static LocalFile request(PacketChannel channel, String name) {
        channel.begin().writeByte(0xfb).writeCharSequence(name, java.nio.charset.StandardCharsets.UTF_8);
        channel.end();
        channel.flush();
        return new LocalFile(channel);
    }

    /** The next piece; null at the end. */
    public byte @Nullable [] next() {
        if (ended) {
            return null;
        }
        ByteBuf packet = channel.readPacket();
        if (packet == null) {
            throw new ConnectionLostException("the client ended inside its file", false);
        }
        try {
            byte[] piece = new byte[packet.readableBytes()];
            packet.readBytes(piece);
            ended = piece.length == 0;
            return ended ? null : piece;
        } finally {
            packet.release();
        }
    }

    /** Reads and drops what is left. */
    @Override
    public void close() {
        while (!ended) {
            next();
        }
    }
}
