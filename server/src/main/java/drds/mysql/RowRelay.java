package drds.mysql;

import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;

/**
 * Passes the rows of one answer to a client as bytes, up to the packet that ends them: only packets' heads are looked at, and their
 * numbers exchanged. What stands before the rows has been read, what ends them is left to be read.
 */
public final class RowRelay {
    private static final int HEADER_BYTES = 4;

    private final PacketChannel from;
    private final boolean fromDeprecatesEof;
    private final PacketChannel to;
    private final Runnable betweenChunks;
    private int sequenceIn;
    private int sequenceOut;
    /** Bytes of a row that are still to come. */
    private int remaining;
    /** Whether the next packet is a part of a row that has begun. */
    private boolean continued;

    private boolean atEnd;
    private long rows;

    /** @param betweenChunks is called now and then; what it throws ends the relay */
    public RowRelay(PacketChannel from, boolean fromDeprecatesEof, PacketChannel to, Runnable betweenChunks) {
        this.from = from;
        this.fromDeprecatesEof = fromDeprecatesEof;
        this.to = to;
        this.betweenChunks = betweenChunks;
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
     * @return how many rows there were
     * @throws ConnectionLostException if the instance is gone
     * @throws ClientLost if the client is
     */
    public long run() {
        try {
            while (!atEnd) {
                ByteBuf chunk = remaining > 0 ? from.readBytes() : from.readBytes(HEADER_BYTES + 1);
                if (chunk == null) {
                    throw new ConnectionLostException("the connection ended before its answer", false);
                }
                try {
                    pass(chunk);
                } finally {
                    chunk.release();
                }
                if (!atEnd) {
                    betweenChunks.run();
                }
            }
            return rows;
        } finally {
            from.sequence(sequenceIn);
            to.sequence(sequenceOut);
        }
    }

    private void pass(ByteBuf chunk) {
        int start = chunk.readerIndex();
        int end = chunk.writerIndex();
        int position = start + Math.min(remaining, end - start);
        remaining -= position - start;
        while (!atEnd && end - position > HEADER_BYTES) {
            int length = chunk.getUnsignedMediumLE(position);
            if (!continued && endsRows(chunk.getUnsignedByte(position + HEADER_BYTES), length)) {
                atEnd = true;
                break;
            }
            number(chunk, position);
            rows += continued ? 0 : 1;
            continued = length == PacketChannel.MAX_PACKET_BYTES;
            int present = Math.min(HEADER_BYTES + length, end - position);
            remaining = HEADER_BYTES + length - present;
            position += present;
        }
        write(chunk, start, position);
        if (position < end) {
            from.unread(chunk.retainedSlice(position, end - position));
        }
    }

    /** An end of rows, or an error. */
    private boolean endsRows(int first, int length) {
        return first == 0xff || first == 0xfe && length < (fromDeprecatesEof ? PacketChannel.MAX_PACKET_BYTES : 9);
    }

    private void number(ByteBuf chunk, int position) {
        int number = chunk.getUnsignedByte(position + 3);
        if (number != sequenceIn) {
            throw new ConnectionLostException("it sent packets out of order", false);
        }
        sequenceIn = (sequenceIn + 1) & 0xff;
        if (number != sequenceOut) {
            chunk.setByte(position + 3, sequenceOut);
        }
        sequenceOut = (sequenceOut + 1) & 0xff;
    }

    private void write(ByteBuf chunk, int start, int end) {
        if (end > start) {
            try {
                to.writePart(chunk.slice(start, end - start));
            } catch (ConnectionLostException e) {
                throw new ClientLost(e);
            }
        }
    }
}
