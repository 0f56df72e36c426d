package drds.session;

import drds.error.SqlError;
import drds.mysql.BinaryRow;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import drds.mysql.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a statement that was executed with a cursor: rows are kept for COM_STMT_FETCH, and the client gets the columns and
 * word of the cursor. An answer without rows goes to the client as it is.
 */
final class CursorAnswer implements ResultWriter {
    private final ResultWriter client;
    private final RowSpool rows;
    private List<ColumnDefinition> columns = List.of();
    private boolean begun;
    private boolean open;
    private long count;

    CursorAnswer(ResultWriter client, RowSpool rows) {
        this.client = client;
        this.rows = rows;
    }

    /** Whether there is a cursor now. */
    boolean isOpen() {
        return open;
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        client.ok(affectedRows, lastInsertId, status, warnings, info);
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begun = true;
        columns = definitions;
    }

    @Override
    public void row(ByteBuf payload) {
        try {
            rows.add(payload);
            count++;
        } finally {
            payload.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        ByteBuf row = Unpooled.buffer();
        BinaryRow.write(row, columns, values);
        row(row);
    }

    @Override
    public void end(int status, int warnings) {
        rows.complete();
        client.cursor(columns, status | ServerStatus.CURSOR_EXISTS, warnings);
        open = true;
    }

    @Override
    public void error(SqlError error) {
        client.error(error);
    }

    @Override
    public boolean binary() {
        return true;
    }

    @Override
    public void moreFollow(boolean more) {
        client.moreFollow(more);
    }

    @Override
    public boolean moreFollow() {
        return client.moreFollow();
    }

    @Override
    public boolean begun() {
        return begun || client.begun();
    }

    @Override
    public long rows() {
        return count;
    }

    @Override
    public void rowsPassedThrough(long passed) {
        throw new IllegalStateException("rows are kept");
    }

    @Override
    public boolean ended() {
        return client.ended();
    }

    @Override
    public boolean takesBytes() {
        return false;
    }

    @Override
    public PacketChannel channel() {
        return client.channel();
    }

    @Override
    public boolean deprecateEof() {
        return client.deprecateEof();
    }

    @Override
    public void passedThrough(boolean complete) {
        throw new IllegalStateException("rows are kept");
    }
}
