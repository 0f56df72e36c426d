package drds.mysql;

import drds.error.ErrorCode;
import drds.wire.Connection;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Packets over a connection. Payloads of 16 MiB and more are cut and joined here. Small packets are encoded in place into one
 * buffer that leaves with {@link #flush}. The sequence number counts both ways, as the protocol has it.
 */
public final class PacketChannel {
    /** A packet of this length is continued by the next one. */
    public static final int MAX_PACKET_BYTES = 0xffffff;

    private static final int HEADER_BYTES = 4;
    private static final int FIRST_BUFFER_BYTES = 1024;
    private static final int FULL_BUFFER_BYTES = 32 * 1024;
    private static final int COPY_BELOW_BYTES = 8 * 1024;

    private final Connection connection;
    private int payloadLimitBytes;
    private @Nullable ByteBuf input;
    private @Nullable ByteBuf output;
    private int packetStart;
    private int sequence;
    private int refusedBytes;
    private long receivedBytes;

    /** @param payloadLimitBytes what is longer is error 1153 */
    public PacketChannel(Connection connection, int payloadLimitBytes) {
        this.connection = connection;
        this.payloadLimitBytes = payloadLimitBytes;
    }

    public Connection connection() {
        return connection;
    }

    public void payloadLimit(int bytes) {
        payloadLimitBytes = bytes;
    }

    /** The number that the next packet has, whichever way it goes. */
    public int sequence() {
        return sequence;
    }

    public void sequence(int next) {
        sequence = next & 0xff;
    }

    // ---- reading ----

    /**
     * The next packet's payload; waits for it. The caller owns it.
     *
     * @return null at the end of the stream between two packets
     * @throws drds.error.SqlError if it is longer than allowed or out of order; the connection is of no use then
     */
    public @Nullable ByteBuf readPacket() {
        int length = readHeader();
        if (length < 0) {
            return null;
        }
        if (length < MAX_PACKET_BYTES) {
            return readPayload(length);
        }
        return readLongPayload();
    }

    /** The length, -1 at the end of the stream; checks the sequence number. */
    private int readHeader() {
        ByteBuf in = input;
        if (in == null || in.readableBytes() < HEADER_BYTES) {
            in = fill(HEADER_BYTES);
            if (in == null) {
                return -1;
            }
        }
        int length = in.readUnsignedMediumLE();
        int number = in.readUnsignedByte();
        if (number != sequence) {
            throw ErrorCode.PACKETS_OUT_OF_ORDER.with();
        }
        sequence = (number + 1) & 0xff;
        if (length > payloadLimitBytes) {
            refusedBytes = length;
            throw ErrorCode.PACKET_TOO_LARGE.with();
        }
        return length;
    }

    /** After PACKET_TOO_LARGE: reads and drops the packet's rest, so that the other side gets to read the error. */
    public void skipRefused() {
        int length = refusedBytes;
        int left = length;
        while (left > 0 || length == MAX_PACKET_BYTES) {
            if (left == 0) {
                ByteBuf in = fill(HEADER_BYTES);
                if (in == null) {
                    return;
                }
                length = in.readUnsignedMediumLE();
                left = length;
                in.skipBytes(1);
                dropEmptyInput();
                continue;
            }
            ByteBuf in = readBytes();
            if (in == null) {
                return;
            }
            int n = Math.min(left, in.readableBytes());
            left -= n;
            in.skipBytes(n);
            unread(in);
        }
    }

    private ByteBuf readPayload(int length) {
        ByteBuf in = input;
        if (in == null) {
            throw new IllegalStateException();
        }
        int present = in.readableBytes();
        if (present == length) {
            input = null;
            return in;
        }
        if (present > length) {
            return in.readRetainedSlice(length);
        }
        ByteBuf payload = connection.loop().allocate(Math.min(length, 1 << 20));
        return append(payload, length);
    }

    /** Appends so many bytes of the stream; on failure the payload is released. */
    private ByteBuf append(ByteBuf payload, int length) {
        boolean whole = false;
        try {
            int missing = length;
            while (missing > 0) {
                ByteBuf in = input;
                if (in == null) {
                    in = receive();
                    if (in == null) {
                        throw new ConnectionLostException("the connection ended inside a packet", false);
                    }
                    input = in;
                }
                int n = Math.min(missing, in.readableBytes());
                payload.writeBytes(in, n);
                missing -= n;
                dropEmptyInput();
            }
            whole = true;
            return payload;
        } finally {
            if (!whole) {
                payload.release();
            }
        }
    }

    private ByteBuf readLongPayload() {
        ByteBuf payload = append(connection.loop().allocate(2 * MAX_PACKET_BYTES), MAX_PACKET_BYTES);
        boolean whole = false;
        try {
            int length;
            do {
                length = readHeader();
                if (length < 0) {
                    throw new ConnectionLostException("the connection ended inside a packet", false);
                }
                if (payload.readableBytes() + length > payloadLimitBytes) {
                    refusedBytes = length;
                    throw ErrorCode.PACKET_TOO_LARGE.with();
                }
                payload.retain();
                append(payload, length);
                payload.release();
            } while (length == MAX_PACKET_BYTES);
            whole = true;
            return payload;
        } finally {
            if (!whole) {
                payload.release();
            }
        }
    }

    /** Input of at least so many bytes, null if the stream ends before any. */
    private @Nullable ByteBuf fill(int bytes) {
        for (; ; ) {
            ByteBuf in = input;
            if (in != null && in.readableBytes() >= bytes) {
                return in;
            }
            ByteBuf more = receive();
            if (more == null) {
                if (in != null && in.isReadable()) {
                    throw new ConnectionLostException("the connection ended inside a packet", false);
                }
                return null;
            }
            pushBack(in, more);
        }
    }

    private @Nullable ByteBuf receive() {
        ByteBuf more = connection.read();
        if (more != null) {
            receivedBytes += more.readableBytes();
        }
        return more;
    }

    /** How many bytes have been received and taken from here. */
    public long received() {
        ByteBuf in = input;
        return receivedBytes - (in == null ? 0 : in.readableBytes());
    }

    private void pushBack(@Nullable ByteBuf first, ByteBuf second) {
        if (first == null) {
            input = second;
        } else if (!first.isReadable()) {
            first.release();
            input = second;
        } else {
            ByteBuf joined = connection.loop().allocate(first.readableBytes() + second.readableBytes());
            joined.writeBytes(first).writeBytes(second);
            first.release();
            second.release();
            input = joined;
        }
    }

    private void dropEmptyInput() {
        ByteBuf in = input;
        if (in != null && !in.isReadable()) {
            in.release();
            input = null;
        }
    }

    /** The next bytes as they come, for pass-through; waits for them; null at the end of the stream. The caller owns them. */
    public @Nullable ByteBuf readBytes() {
        ByteBuf in = input;
        input = null;
        if (in != null) {
            if (in.isReadable()) {
                return in;
            }
            in.release();
        }
        return receive();
    }

    /** The same, so many bytes at least. @throws ConnectionLostException if the stream ends inside them */
    public @Nullable ByteBuf readBytes(int atLeast) {
        ByteBuf in = fill(atLeast);
        input = null;
        return in;
    }

    /** Gives back what {@link #readBytes} gave too much of; owned from here on. */
    public void unread(ByteBuf bytes) {
        ByteBuf in = input;
        input = null;
        if (in == null) {
            input = bytes;
            dropEmptyInput();
        } else {
            pushBack(bytes, in);
        }
    }

    /** Whether a read would give something without waiting. */
    public boolean hasInput() {
        ByteBuf in = input;
        return (in != null && in.isReadable()) || connection.hasInput();
    }

    // ---- writing ----

    /** Begins a packet; its payload is to be written to the buffer, then {@link #end} called. */
    public ByteBuf begin() {
        ByteBuf out = output;
        if (out == null) {
            out = connection.loop().allocate(FIRST_BUFFER_BYTES);
            output = out;
        }
        packetStart = out.writerIndex();
        out.writeInt(0);
        return out;
    }

    /** Ends the packet that {@link #begin} began. */
    public void end() {
        ByteBuf out = output;
        if (out == null) {
            throw new IllegalStateException("no packet was begun");
        }
        int length = out.writerIndex() - packetStart - HEADER_BYTES;
        if (length >= MAX_PACKET_BYTES) {
            ByteBuf payload = out.copy(packetStart + HEADER_BYTES, length);
            out.writerIndex(packetStart);
            writeLong(payload);
            return;
        }
        out.setMediumLE(packetStart, length);
        out.setByte(packetStart + 3, sequence);
        sequence = (sequence + 1) & 0xff;
        if (out.readableBytes() >= FULL_BUFFER_BYTES) {
            send();
        }
    }

    /** Takes back the packet that {@link #begin} began. */
    public void cancel() {
        ByteBuf out = output;
        if (out != null) {
            out.writerIndex(packetStart);
        }
    }

    /** Writes one packet; owns the payload from here on. */
    public void writePacket(ByteBuf payload) {
        int length = payload.readableBytes();
        if (length >= MAX_PACKET_BYTES) {
            writeLong(payload);
        } else if (length < COPY_BELOW_BYTES) {
            begin().writeBytes(payload);
            payload.release();
            end();
        } else {
            writeHeader(length);
            writeBytes(payload);
        }
    }

    private void writeHeader(int length) {
        ByteBuf out = begin();
        out.setMediumLE(packetStart, length);
        out.setByte(packetStart + 3, sequence);
        sequence = (sequence + 1) & 0xff;
    }

    private void writeLong(ByteBuf payload) {
        try {
            int length;
            do {
                length = Math.min(payload.readableBytes(), MAX_PACKET_BYTES);
                writeHeader(length);
                if (length > 0) {
                    writeBytes(payload.readRetainedSlice(length));
                }
            } while (length == MAX_PACKET_BYTES);
        } finally {
            payload.release();
        }
    }

    /** Bytes that are whole packets (or a part of some) already, after what was written before; owned from here on. */
    public void writeBytes(ByteBuf bytes) {
        send();
        connection.write(bytes);
    }

    /** Bytes that are whole packets already, copied into the buffer; their numbers are the caller's affair. */
    public void writePackets(byte[] packets) {
        ByteBuf out = output;
        if (out == null) {
            out = connection.loop().allocate(Math.max(FIRST_BUFFER_BYTES, packets.length));
            output = out;
        }
        out.writeBytes(packets);
    }

    /** Whole packets or a part of some; few bytes are copied, so that they leave together with others. Not owned. */
    public void writePart(ByteBuf bytes, int start, int length) {
        if (length >= COPY_BELOW_BYTES) {
            writeBytes(bytes.retainedSlice(start, length));
            return;
        }
        ByteBuf out = output;
        if (out == null) {
            out = connection.loop().allocate(Math.max(FIRST_BUFFER_BYTES, length));
            output = out;
        }
        out.writeBytes(bytes, start, length);
        if (out.readableBytes() >= FULL_BUFFER_BYTES) {
            send();
        }
    }

    private void send() {
        ByteBuf out = output;
        if (out != null) {
            output = null;
            connection.write(out);
        }
    }

    public void flush() {
        send();
        connection.flush();
    }

    /** Releases what is held and closes the connection after what was written. */
    public void close() {
        try {
            flush();
        } catch (ConnectionLostException e) {
            // Nobody is left to read it.
        }
        release();
        connection.close();
    }

    /** Releases what is held and closes the connection at once. */
    public void abort() {
        release();
        connection.abort();
    }

    private void release() {
        ByteBuf in = input;
        input = null;
        if (in != null) {
            in.release();
        }
        ByteBuf out = output;
        output = null;
        if (out != null) {
            out.release();
        }
    }

    /** Takes what was read too far, for a switch to TLS. */
    public @Nullable ByteBuf takeInput() {
        ByteBuf in = input;
        input = null;
        return in;
    }
}
