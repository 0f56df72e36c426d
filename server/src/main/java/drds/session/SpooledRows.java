package drds.session;

import drds.mysql.InnerAnswer;
import drds.mysql.LengthEncoded;
import drds.mysql.TextRow;
import drds.program.CursorRows;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** The rows of a program's query: a few in memory, the rest in a file. */
final class SpooledRows extends InnerAnswer implements CursorRows {
    private final RowSpool spool;
    private long count;

    SpooledRows(RowSpool spool) {
        this.spool = spool;
    }

    @Override
    public void row(ByteBuf payload) {
        try {
            spool.add(payload);
            count++;
        } finally {
            payload.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        ByteBuf row = Unpooled.buffer();
        for (byte[] value : values) {
            LengthEncoded.writeBytes(row, value);
        }
        row(row);
    }

    @Override
    public void end(int status, int warnings) {
        super.end(status, warnings);
        spool.complete();
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public long rows() {
        return count;
    }

    @Override
    public byte @Nullable [] @Nullable [] next() {
        if (spool.isEmpty()) {
            return null;
        }
        ByteBuf payload = spool.next();
        try {
            return new TextRow().reset(payload, columns().size()).values();
        } finally {
            payload.release();
        }
    }

    @Override
    public void close() {
        spool.close();
    }
}
