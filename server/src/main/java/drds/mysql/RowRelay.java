package drds.mysql;

import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;

/**
 * Passes the rows of one answer to a client as bytes, up to the packet that ends them: only packets' heads are looked at, and their
 * numbers exchanged. What stands before the rows has been read, what ends them is left to be read.
 */
public final class RowRelay {
    private static final int HEADER_BYTES = 4;

    private final PacketChannel from;
    private final boolean fromDeprecatesEof;
    private final PacketChannel to;
    private final BooleanSupplier stop;
    private int sequenceIn;
    private int sequenceOut;
    /** Bytes of a row that are still to come. */
    private int remaining;
    /** Whether the next packet is a part of a row that has begun. */
    private boolean continued;

    private boolean atEnd;
    private boolean stopping;
    /** Whether the client has got a part of a row. */
    private boolean insideRow;

    private long rows;

    /** @param stop is asked between chunks until it is true; the relay then ends behind the row at hand */
    public RowRelay(PacketChannel from, boolean fromDeprecatesEof, PacketChannel to, BooleanSupplier stop) {
        this.from = from;
        this.fromDeprecatesEof = fromDeprecatesEof;
        this.to = to;
        this.stop = stop;
        this.sequenceIn = from.sequence();
        this.sequenceOut = to.sequence();
    }

    /** The client is gone, as opposed to the instance. */
    public static final class ClientLost extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient ConnectionLostException lost;

        ClientLost(ConnectionLostException lost) {
            super(lost.getMessage(), lost, false, false);
            this.lost = lost;
        }

        public ConnectionLostException lost() {
            return lost;
        }
    }

    /**
     * @return how many rows went
     * @throws ConnectionLostException if the instance is gone
     * @throws ClientLost if the client is
     */
    public long run() {
        try {
            while (!atEnd && !(stopping && isBetweenRows())) {
                ByteBuf chunk = remaining > 0 ? from.readBytes() : from.readBytes(HEADER_BYTES + 1);
                if (chunk == null) {
                    throw new ConnectionLostException("the connection ended before its answer", false);
                }
                try {
                    pass(chunk);
                } finally {
                    chunk.release();
                }
                stopping = stopping || !atEnd && stop.getAsBoolean();
            }
            return rows;
        } finally {
            from.sequence(sequenceIn);
            to.sequence(sequenceOut);
        }
    }

    /** After a failure: whether the client waits for a row's rest, so that nothing else can be told to it. */
    public boolean insideRow() {
        return insideRow;
    }

    private boolean isBetweenRows() {
        return remaining == 0 && !continued;
    }

    private void pass(ByteBuf chunk) {
        int start = chunk.readerIndex();
        int size = chunk.readableBytes();
        // This runs for each row: it is several times cheaper than by the ByteBuf.
        ByteBuffer bytes = chunk.nioBuffer(start, size).order(ByteOrder.LITTLE_ENDIAN);
        int position = Math.min(remaining, size);
        remaining -= position;
        while (!atEnd && !(stopping && isBetweenRows()) && size - position > HEADER_BYTES) {
            int header = bytes.getInt(position);
            int length = header & PacketChannel.MAX_PACKET_BYTES;
            if (!continued && endsRows(bytes.get(position + HEADER_BYTES) & 0xff, length)) {
                atEnd = true;
                break;
            }
            number(bytes, position, header >>> 24);
            rows += continued ? 0 : 1;
            continued = length == PacketChannel.MAX_PACKET_BYTES;
            int present = Math.min(HEADER_BYTES + length, size - position);
            remaining = HEADER_BYTES + length - present;
            position += present;
        }
        write(chunk, start, start + position);
        if (position < size) {
            from.unread(chunk.retainedSlice(start + position, size - position));
        }
        insideRow = !isBetweenRows();
    }

    /** An end of rows, or an error. */
    private boolean endsRows(int first, int length) {
        return first == 0xff || first == 0xfe && length < (fromDeprecatesEof ? PacketChannel.MAX_PACKET_BYTES : 9);
    }

    private void number(ByteBuffer bytes, int position, int number) {
        if (number != sequenceIn) {
            // The rows before it are in the chunk still, with their numbers given.
            insideRow = true;
            throw new ConnectionLostException("it sent packets out of order", false);
        }
        sequenceIn = (sequenceIn + 1) & 0xff;
        if (number != sequenceOut) {
            bytes.put(position + 3, (byte) sequenceOut);
        }
        sequenceOut = (sequenceOut + 1) & 0xff;
    }

    private void write(ByteBuf chunk, int start, int end) {
        if (end > start) {
            try {
                to.writePart(chunk, start, end - start);
            } catch (ConnectionLostException e) {
                throw new ClientLost(e);
            }
        }
    }
}
