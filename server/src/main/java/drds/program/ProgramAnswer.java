package drds.program;

import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one statement inside a program: its rows go to the client, with word of more to come; that it is done, or
 * failed, is the program's business. An error is thrown.
 */
final class ProgramAnswer implements ResultWriter {
    private final ResultWriter client;
    private long affectedRows;
    private boolean begun;
    private boolean ended;

    ProgramAnswer(ResultWriter client) {
        this.client = client;
    }

    @Override
    public void ok(long affected, long lastInsertId, int status, int warnings, String info) {
        affectedRows = affected;
        begun = true;
        ended = true;
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begun = true;
        ended = false;
        client.moreFollow(true);
        client.columns(definitions);
    }

    @Override
    public void row(ByteBuf payload) {
        client.row(payload);
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        client.textRow(values);
    }

    /** How many rows a statement without a result set has changed. */
    long affectedRows() {
        return affectedRows;
    }

    /** MariaDB tells of warnings only at the end of the program. */
    @Override
    public void end(int status, int warnings) {
        ended = true;
        client.end(status, 0);
    }

    @Override
    public void error(SqlError error) {
        throw error;
    }

    /** Ends rows that an error has cut off, which the program may go on after. */
    void endRows(int status) {
        if (begun && !ended) {
            end(status, 0);
        }
    }

    @Override
    public boolean binary() {
        return client.binary();
    }

    @Override
    public void moreFollow(boolean more) {}

    @Override
    public boolean moreFollow() {
        return false;
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public long rows() {
        return client.rows();
    }

    @Override
    public void rowsPassedThrough(long count) {
        throw new IllegalStateException("rows come one by one");
    }

    @Override
    public boolean ended() {
        return ended;
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
        throw new IllegalStateException("rows come one by one");
    }
}
