package drds.mysql;

import drds.error.SqlError;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Passes one answer of an instance to a client as bytes: only packets' heads are looked at, to find the end. What the client must
 * see otherwise is exchanged on the way: sequence numbers, the session's status flags, names in column definitions (a block of
 * them that was seen before costs a compare and a copy), EOF packets where only one side has them, names in an error.
 */
public final class PassThrough {
    private static final int HEADER_BYTES = 4;
    /** So much of a payload is enough to know what it is, and holds the whole of the status flags. */
    private static final int HEAD_BYTES = 24;

    private enum State {
        FIRST,
        COLUMNS,
        COLUMNS_EOF,
        ROWS,
        FILE,
        DONE
    }

    /** The instance ended the connection, or sent what the protocol doesn't know. */
    public static final class InstanceLost extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean timeout;

        InstanceLost(String message) {
            this(message, false);
        }

        private InstanceLost(String message, boolean timeout) {
            super(message, null, false, false);
            this.timeout = timeout;
        }

        /** Whether it only kept silent for longer than allowed. */
        public boolean timeout() {
            return timeout;
        }
    }

    /** What the answer came to. */
    public record End(
            long affectedRows,
            long lastInsertId,
            int status,
            int warnings,
            boolean rows,
            @Nullable SqlError error) {}

    private final PacketChannel from;
    private final boolean fromDeprecatesEof;
    private final ResultWriter client;
    private final PacketChannel to;
    private final boolean toDeprecatesEof;
    private final ColumnRewrite rewrite;
    private final int sessionStatus;

    /** Whether column definitions are gathered into one block to be exchanged. */
    private final boolean exchangesBlock;

    private State state = State.FIRST;
    private int sequenceIn;
    private int sequenceOut;
    private int columnsLeft;

    // The packet at hand.
    /** Bytes of it that are still to come. */
    private int remaining;
    /** What follows once it is complete. */
    private State next = State.FIRST;

    private boolean dropped;
    private boolean endsBlock;
    private boolean continued;
    private @Nullable ByteBuf error;

    // The chunk at hand: bytes from emitted to position are to be passed on, unless a block is gathered.
    private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
    private int emitted;
    private int position;
    private int blockStart = -1;
    /** The beginning of a head, or of a block of columns, whose rest is in the next chunk. */
    private @Nullable ByteBuf held;

    private boolean heldBlock;

    // The outcome.
    private long affectedRows;
    private long lastInsertId;
    private int status;
    private int warnings;
    private boolean rows;
    private long rowCount;
    /** Of the results that have ended. */
    private long rowsInAll;

    private @Nullable SqlError sqlError;

    private UnaryOperator<SqlError> told = error -> error;

    /**
     * @param fromDeprecatesEof whether the instance's connection does without EOF packets
     * @param sessionStatus the client's session flags
     */
    public PassThrough(
            PacketChannel from,
            boolean fromDeprecatesEof,
            ResultWriter client,
            ColumnRewrite rewrite,
            int sessionStatus) {
        this.from = from;
        this.fromDeprecatesEof = fromDeprecatesEof;
        this.client = client;
        this.to = client.channel();
        this.toDeprecatesEof = client.deprecateEof();
        this.rewrite = rewrite;
        this.sessionStatus = sessionStatus & ServerStatus.SESSION_FLAGS;
        this.exchangesBlock = !rewrite.isEmpty() || fromDeprecatesEof != toDeprecatesEof;
        this.sequenceIn = from.sequence();
        this.sequenceOut = to.sequence();
    }

    /** @param meaning what the client is told instead of an error of the instance */
    public PassThrough telling(UnaryOperator<SqlError> meaning) {
        told = meaning;
        return this;
    }

    /**
     * @throws InstanceLost if the instance is gone; the client's answer is then open, if it has begun
     * @throws ConnectionLostException if the client is gone
     */
    public End run() throws InstanceLost {
        try {
            while (state != State.DONE) {
                chunk = nextChunk();
                emitted = chunk.readerIndex();
                position = emitted;
                scan(chunk.writerIndex());
            }
            return new End(affectedRows, lastInsertId, status, warnings, rows, sqlError);
        } catch (IndexOutOfBoundsException e) {
            throw new InstanceLost("it sent a malformed packet");
        } finally {
            to.sequence(sequenceOut);
            release(held);
            release(error);
            release(chunk);
        }
    }

    /** How many rows went. */
    public long rows() {
        return rowsInAll + rowCount;
    }

    private static void release(@Nullable ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
    }

    // ---- chunks ----

    /** The next bytes, put behind what was held back. */
    private ByteBuf nextChunk() throws InstanceLost {
        ByteBuf more = readInstance();
        ByteBuf before = held;
        if (before == null) {
            return more;
        }
        held = null;
        if (heldBlock) {
            // The block is read again from its beginning.
            before.writeBytes(more);
            more.release();
            heldBlock = false;
            endsBlock = false;
            blockStart = -1;
            state = State.FIRST;
            remaining = 0;
            sequenceIn = before.getUnsignedByte(before.readerIndex() + 3);
        } else {
            // Only the head's rest is taken, so that big chunks aren't copied.
            int missing = headEnd(before, more) - before.readableBytes();
            before.writeBytes(more, Math.min(missing, more.readableBytes()));
            from.unread(more);
        }
        return before;
    }

    /** How long the head is that begins in the first buffer and goes on in the second. */
    private static int headEnd(ByteBuf first, ByteBuf second) {
        int have = first.readableBytes();
        if (have + second.readableBytes() < HEADER_BYTES) {
            return HEADER_BYTES;
        }
        int length = 0;
        for (int i = 0; i < 3; i++) {
            int part = i < have
                    ? first.getUnsignedByte(first.readerIndex() + i)
                    : second.getUnsignedByte(second.readerIndex() + i - have);
            length |= part << 8 * i;
        }
        return HEADER_BYTES + Math.min(length, HEAD_BYTES);
    }

    private ByteBuf readInstance() throws InstanceLost {
        try {
            ByteBuf more = from.readBytes();
            if (more == null) {
                throw new InstanceLost("it closed the connection");
            }
            return more;
        } catch (ConnectionLostException e) {
            throw new InstanceLost(String.valueOf(e.getMessage()), e.timeout());
        }
    }

    private void scan(int end) throws InstanceLost {
        while (state != State.DONE) {
            if (remaining > 0) {
                int n = Math.min(remaining, end - position);
                if (error != null) {
                    error.writeBytes(chunk, position, n);
                }
                position += n;
                remaining -= n;
                if (remaining > 0) {
                    break;
                }
                complete();
                continue;
            }
            if (state == State.ROWS && !continued) {
                wholeRows(end);
            }
            int left = end - position;
            if (left == 0) {
                break;
            }
            int length = left < HEADER_BYTES ? 0 : chunk.getUnsignedMediumLE(position);
            if (left < HEADER_BYTES + Math.min(length, HEAD_BYTES)) {
                hold(end);
                return;
            }
            head(length);
        }
        if (chunk == Unpooled.EMPTY_BUFFER) {
            return;
        }
        if (blockStart >= 0) {
            hold(end);
            return;
        }
        boolean wholeChunk = emitted == chunk.readerIndex() && position == end;
        ByteBuf present = chunk;
        chunk = Unpooled.EMPTY_BUFFER;
        if (wholeChunk && error == null && !dropped) {
            begun();
            to.writeBytes(present);
            return;
        }
        chunk = present;
        emit();
        if (position < end) {
            from.unread(present.retainedSlice(position, end - position));
        }
        present.release();
        chunk = Unpooled.EMPTY_BUFFER;
    }

    /** Numbers the rows that lie whole in the chunk in one go; what isn't a plain row is left to {@link #head}. */
    private void wholeRows(int end) {
        ByteBuffer bytes = chunk.nioBuffer(position, end - position).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.limit();
        int at = 0;
        while (size - at > HEADER_BYTES) {
            int header = bytes.getInt(at);
            int length = header & PacketChannel.MAX_PACKET_BYTES;
            boolean plain = (bytes.get(at + HEADER_BYTES) & 0xff) < 0xfe && header >>> 24 == sequenceIn && length > 0;
            if (!plain || length == PacketChannel.MAX_PACKET_BYTES || length > size - at - HEADER_BYTES) {
                break;
            }
            if (sequenceIn != sequenceOut) {
                bytes.put(at + 3, (byte) sequenceOut);
            }
            sequenceIn = (sequenceIn + 1) & 0xff;
            sequenceOut = (sequenceOut + 1) & 0xff;
            rowCount++;
            at += HEADER_BYTES + length;
        }
        position += at;
    }

    /** Keeps what can't be judged yet for the next chunk. */
    private void hold(int end) {
        heldBlock = blockStart >= 0;
        if (!heldBlock) {
            emit();
        }
        int start = heldBlock ? blockStart : position;
        ByteBuf rest = to.connection().loop().allocate(Math.max(64, 2 * (end - start)));
        rest.writeBytes(chunk, start, end - start);
        held = rest;
        chunk.release();
        chunk = Unpooled.EMPTY_BUFFER;
    }

    /** Passes on what is judged. */
    private void emit() {
        int length = position - emitted;
        if (length > 0 && !dropped && error == null) {
            begun();
            to.writePart(chunk, emitted, length);
        }
        emitted = position;
    }

    private void begun() {
        if (!client.begun()) {
            client.passedThrough(false);
        }
    }

    // ---- one packet: its head, and its end ----

    private void head(int length) throws InstanceLost {
        if (chunk.getUnsignedByte(position + 3) != sequenceIn) {
            throw new InstanceLost("it sent packets out of order");
        }
        sequenceIn = (sequenceIn + 1) & 0xff;
        boolean continues = continued;
        continued = length == PacketChannel.MAX_PACKET_BYTES;
        remaining = HEADER_BYTES + length;
        next = state;
        if (continues) {
            number();
            return;
        }
        int first = length == 0 ? -1 : chunk.getUnsignedByte(position + HEADER_BYTES);
        if (first == 0xff && state != State.COLUMNS) {
            beginError(length);
            return;
        }
        switch (state) {
            case FIRST -> first(first);
            case COLUMNS -> {
                number();
                if (--columnsLeft == 0) {
                    next = fromDeprecatesEof ? State.ROWS : State.COLUMNS_EOF;
                    endsBlock = fromDeprecatesEof;
                }
            }
            case COLUMNS_EOF -> {
                number();
                next = State.ROWS;
                endsBlock = true;
            }
            case ROWS -> {
                if (first == 0xfe && (fromDeprecatesEof ? length < PacketChannel.MAX_PACKET_BYTES : length < 9)) {
                    endOfRows();
                } else {
                    rowCount++;
                    number();
                }
            }
            case FILE, DONE -> throw new IllegalStateException("a packet in state " + state);
        }
    }

    /** Gives the packet the client's number. While a block is gathered its packets keep the instance's. */
    private void number() {
        if (blockStart < 0) {
            if (chunk.getUnsignedByte(position + 3) != sequenceOut) {
                chunk.setByte(position + 3, sequenceOut);
            }
            sequenceOut = (sequenceOut + 1) & 0xff;
        }
    }

    private void first(int first) throws InstanceLost {
        switch (first) {
            case 0 -> ok();
            case 0xfb -> {
                number();
                next = State.FILE;
            }
            case -1, 0xfe -> throw new InstanceLost("it sent an answer that begins with " + first);
            default -> {
                rows = true;
                columnsLeft = (int) lengthEncoded(position + HEADER_BYTES);
                if (exchangesBlock) {
                    emit();
                    blockStart = position;
                }
                number();
                next = State.COLUMNS;
            }
        }
    }

    private void ok() {
        number();
        int index = position + HEADER_BYTES + 1;
        affectedRows = lengthEncoded(index);
        index += lengthEncodedSize(index);
        lastInsertId = lengthEncoded(index);
        index += lengthEncodedSize(index);
        status = chunk.getUnsignedShortLE(index);
        warnings = chunk.getUnsignedShortLE(index + 2);
        chunk.setShortLE(index, clientStatus());
        next = moreResults() ? State.FIRST : State.DONE;
    }

    private void endOfRows() {
        int index = position + HEADER_BYTES + 1;
        if (fromDeprecatesEof) {
            index += lengthEncodedSize(index);
            index += lengthEncodedSize(index);
            status = chunk.getUnsignedShortLE(index);
            warnings = chunk.getUnsignedShortLE(index + 2);
        } else {
            warnings = chunk.getUnsignedShortLE(index);
            index += 2;
            status = chunk.getUnsignedShortLE(index);
        }
        if (fromDeprecatesEof == toDeprecatesEof) {
            number();
            chunk.setShortLE(index, clientStatus());
        } else {
            emit();
            to.sequence(sequenceOut);
            if (toDeprecatesEof) {
                new OkPacket(0, 0, clientStatus(), warnings, "").write(to.begin(), 0xfe);
            } else {
                to.begin().writeByte(0xfe).writeShortLE(warnings).writeShortLE(clientStatus());
            }
            to.end();
            sequenceOut = to.sequence();
            dropped = true;
        }
        client.rowsPassedThrough(rowCount);
        rowsInAll += rowCount;
        rowCount = 0;
        next = moreResults() ? State.FIRST : State.DONE;
    }

    private boolean moreResults() {
        return (status & ServerStatus.MORE_RESULTS) != 0;
    }

    private int clientStatus() {
        return status & ~(ServerStatus.SESSION_FLAGS | ServerStatus.MORE_RESULTS)
                | sessionStatus
                | (moreResults() || client.moreFollow() ? ServerStatus.MORE_RESULTS : 0);
    }

    /** The packet at hand has come whole. */
    private void complete() throws InstanceLost {
        if (error != null) {
            emitted = position;
            endWithError(error);
            return;
        }
        if (continued) {
            return;
        }
        state = next;
        if (dropped) {
            dropped = false;
            emitted = position;
        }
        if (endsBlock) {
            endsBlock = false;
            if (blockStart >= 0) {
                exchangeBlock();
            }
        }
        if (state == State.FILE) {
            relayFile();
        } else if (state == State.DONE) {
            emitLast();
        }
    }

    /** The end of the answer: from here on the writer is done. */
    private void emitLast() {
        boolean wholeChunk = emitted == chunk.readerIndex() && position == chunk.writerIndex();
        if (wholeChunk) {
            ByteBuf last = chunk;
            chunk = Unpooled.EMPTY_BUFFER;
            emitted = 0;
            position = 0;
            to.writeBytes(last);
        } else {
            emit();
        }
        client.passedThrough(true);
    }

    // ---- columns, errors, files ----

    private void exchangeBlock() {
        ByteBuf block = chunk.slice(blockStart, position - blockStart);
        blockStart = -1;
        emitted = position;
        begun();
        ColumnRewrite.Block known = rewrite.lastBlock(toDeprecatesEof);
        if (!known.matches(block, sequenceOut)) {
            known = ColumnBlock.exchange(block, rewrite, toDeprecatesEof, sequenceOut);
            rewrite.remember(toDeprecatesEof, known);
        }
        to.sequence(sequenceOut);
        to.writePackets(known.to());
        sequenceOut = (sequenceOut + known.packets()) & 0xff;
    }

    private void beginError(int length) {
        emit();
        position += HEADER_BYTES;
        emitted = position;
        remaining = length;
        error = to.connection().loop().allocate(length);
    }

    private void endWithError(ByteBuf payload) {
        error = null;
        try {
            SqlError raw = told.apply(ErrPacket.read(payload));
            SqlError shown =
                    rewrite.isEmpty() ? raw : new SqlError(raw.number(), raw.sqlState(), rewrite.apply(raw.message()));
            to.sequence(sequenceOut);
            client.error(shown);
            sequenceOut = to.sequence();
            sqlError = shown;
            status &= ~ServerStatus.MORE_RESULTS;
            state = State.DONE;
        } finally {
            payload.release();
        }
    }

    /** LOAD DATA LOCAL: the client's file goes to the instance; its answer follows. */
    private void relayFile() throws InstanceLost {
        emit();
        to.sequence(sequenceOut);
        to.flush();
        from.sequence(sequenceIn);
        boolean more = true;
        while (more) {
            ByteBuf part = to.readPacket();
            if (part == null) {
                throw new ConnectionLostException("the client ended inside its file", false);
            }
            more = part.isReadable();
            try {
                from.writePacket(part);
            } catch (ConnectionLostException e) {
                throw new InstanceLost(String.valueOf(e.getMessage()));
            }
        }
        try {
            from.flush();
        } catch (ConnectionLostException e) {
            throw new InstanceLost(String.valueOf(e.getMessage()));
        }
        sequenceIn = from.sequence();
        sequenceOut = to.sequence();
        state = State.FIRST;
    }

    private long lengthEncoded(int index) {
        int first = chunk.getUnsignedByte(index);
        return switch (first) {
            case 0xfc -> chunk.getUnsignedShortLE(index + 1);
            case 0xfd -> chunk.getUnsignedMediumLE(index + 1);
            case 0xfe -> chunk.getLongLE(index + 1);
            default -> first;
        };
    }

    private int lengthEncodedSize(int index) {
        return switch (chunk.getUnsignedByte(index)) {
            case 0xfc -> 3;
            case 0xfd -> 4;
            case 0xfe -> 9;
            default -> 1;
        };
    }
}
