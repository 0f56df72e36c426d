package drds.atom;

import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.ErrPacket;
import drds.mysql.OkPacket;
import drds.mysql.PacketChannel;
import drds.mysql.ServerStatus;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The rows of one answer, read as they are asked for. */
public final class ResultSet {
    private final Backend backend;
    private final List<ColumnDefinition> columns;
    private final boolean deprecateEof;
    private boolean ended;
    private int status;
    private int warnings;

    ResultSet(Backend backend, List<ColumnDefinition> columns, boolean deprecateEof) {
        this.backend = backend;
        this.columns = columns;
        this.deprecateEof = deprecateEof;
    }

    public List<ColumnDefinition> columns() {
        return columns;
    }

    /**
     * The next row's payload, which the caller owns; null at the end.
     *
     * @throws drds.error.SqlError if the statement fails on the way or the instance is lost
     */
    public @Nullable ByteBuf next() {
        if (ended) {
            return null;
        }
        ByteBuf payload = backend.readPacket();
        int first = payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : 0;
        if (first == 0xfe && payload.readableBytes() < (deprecateEof ? PacketChannel.MAX_PACKET_BYTES : 9)) {
            readEnd(payload);
            return null;
        }
        if (first == 0xff) {
            ended = true;
            try {
                throw backend.told(ErrPacket.read(payload));
            } finally {
                payload.release();
                backend.answerEnded(backend.status() & ~ServerStatus.MORE_RESULTS);
            }
        }
        backend.rowsCame(1);
        return payload;
    }

    /**
     * Passes all rows that are left to a client as bytes; they are in its protocol.
     *
     * @param stop is asked now and then; once it is true, the rows behind the one at hand are left to be read
     * @return how many went
     * @throws drds.error.SqlError if the statement fails on the way or the instance is lost
     * @throws drds.wire.ConnectionLostException if the client is lost, or the instance when half a row had gone
     */
    public long relay(PacketChannel client, BooleanSupplier stop) {
        boolean[] stopped = new boolean[1];
        long count = backend.relay(client, () -> stopped[0] = stop.getAsBoolean(), deprecateEof);
        if (stopped[0]) {
            return count;
        }
        ByteBuf more = next();
        if (more != null) {
            more.release();
            throw new IllegalStateException("rows behind their end");
        }
        return count;
    }

    private void readEnd(ByteBuf payload) {
        ended = true;
        try {
            if (deprecateEof) {
                OkPacket ok = OkPacket.read(payload);
                status = ok.status();
                warnings = ok.warnings();
            } else {
                payload.skipBytes(1);
                warnings = payload.readUnsignedShortLE();
                status = payload.readUnsignedShortLE();
            }
        } catch (IndexOutOfBoundsException e) {
            backend.discard();
            throw ErrorCode.INSTANCE_LOST.with(backend.name() + " sent a malformed packet");
        } finally {
            payload.release();
        }
        backend.answerEnded(status);
    }

    /** Reads and drops what is left. */
    public void skip() {
        for (ByteBuf row; (row = next()) != null; ) {
            row.release();
        }
    }

    public boolean ended() {
        return ended;
    }

    /** At the end: the status flags. */
    public int status() {
        return status;
    }

    /** At the end: how many warnings. */
    public int warnings() {
        return warnings;
    }

    public boolean moreResults() {
        return (status & ServerStatus.MORE_RESULTS) != 0;
    }
}
