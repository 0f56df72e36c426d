package drds.session;

import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a statement of the session's own: kept, not sent to the client. An error is thrown. */
final class QuietAnswer implements ResultWriter {
    private final List<byte[] @Nullable []> rows = new ArrayList<>();
    private final TextRow row = new TextRow();
    private List<ColumnDefinition> columns = List.of();
    private long affectedRows;
    private long lastInsertId;
    private int warnings;
    private String info = "";
    private boolean begun;
    private boolean ended;

    MemoryResult result() {
        return new MemoryResult(columns, rows);
    }

    long affectedRows() {
        return affectedRows;
    }

    long lastInsertId() {
        return lastInsertId;
    }

    /** The OK packet's text. */
    String info() {
        return info;
    }

    int warnings() {
        return warnings;
    }

    @Override
    public void ok(long affected, long insertId, int status, int warningCount, String text) {
        affectedRows = affected;
        lastInsertId = insertId;
        warnings = warningCount;
        info = text;
        begun = true;
        ended = true;
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begun = true;
        columns = definitions;
    }

    @Override
    public void row(ByteBuf payload) {
        try {
            row.reset(payload, columns.size());
            byte[] @Nullable [] values = new byte[columns.size()][];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.bytes(i);
            }
            rows.add(values);
        } finally {
            payload.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        rows.add(values);
    }

    @Override
    public void stringRow(@Nullable String... values) {
        byte[] @Nullable [] bytes = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            bytes[i] = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        }
        rows.add(bytes);
    }

    @Override
    public void end(int status, int warningCount) {
        warnings = warningCount;
        ended = true;
    }

    @Override
    public void error(SqlError error) {
        throw error;
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public void moreFollow(boolean more) {
        if (more) {
            throw new IllegalStateException("one answer only");
        }
    }

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
        return rows.size();
    }

    @Override
    public void rowsPassedThrough(long count) {
        throw new IllegalStateException("there is no client behind this answer");
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
        throw new IllegalStateException("there is no client behind this answer");
    }

    @Override
    public boolean deprecateEof() {
        return true;
    }

    @Override
    public void passedThrough(boolean complete) {
        throw new IllegalStateException("there is no client behind this answer");
    }
}
