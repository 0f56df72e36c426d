package drds.mysql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An answer whose rows nobody wants: they are counted. */
public final class CountedAnswer extends InnerAnswer {
    private long rows;
    private long affectedRows;

    /** How many rows were changed, 0 for a query. */
    public long affectedRows() {
        return affectedRows;
    }

    @Override
    public void ok(long affected, long insertId, int status, int warningCount, String text) {
        super.ok(affected, insertId, status, warningCount, text);
        affectedRows = affected;
    }

    @Override
    public void row(ByteBuf payload) {
        payload.release();
        rows++;
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        rows++;
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public long rows() {
        return rows;
    }
}
