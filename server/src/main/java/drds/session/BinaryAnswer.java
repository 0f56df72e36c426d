package drds.session;

import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a statement that is answered in the text protocol be the answer to COM_STMT_EXECUTE: rows are converted one by one. */
final class BinaryAnswer implements ResultWriter {
    private final ResultWriter out;
    private final TextRow row = new TextRow();
    private int columnCount;

    BinaryAnswer(ResultWriter out) {
        this.out = out;
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        out.ok(affectedRows, lastInsertId, status, warnings, info);
    }

    @Override
    public void columns(List<ColumnDefinition> columns) {
        columnCount = columns.size();
        out.columns(columns);
    }

    @Override
    public void row(ByteBuf payload) {
        try {
            row.reset(payload, columnCount);
            byte @Nullable [][] values = new byte[columnCount][];
            for (int i = 0; i < columnCount; i++) {
                values[i] = row.bytes(i);
            }
            out.textRow(values);
        } finally {
            payload.release();
        }
    }

    @Override
    public void textRow(byte @Nullable []... values) {
        out.textRow(values);
    }

    @Override
    public void stringRow(@Nullable String... values) {
        out.stringRow(values);
    }

    @Override
    public void end(int status, int warnings) {
        out.end(status, warnings);
    }

    @Override
    public void error(SqlError error) {
        out.error(error);
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public void moreFollow(boolean more) {
        out.moreFollow(more);
    }

    @Override
    public boolean moreFollow() {
        return out.moreFollow();
    }

    @Override
    public boolean begun() {
        return out.begun();
    }

    @Override
    public boolean ended() {
        return out.ended();
    }

    @Override
    public PacketChannel channel() {
        return out.channel();
    }

    @Override
    public boolean deprecateEof() {
        return out.deprecateEof();
    }

    @Override
    public void passedThrough(boolean complete) {
        throw new IllegalStateException("rows in the text protocol can't be passed through to a prepared statement");
    }
}
