package drds.executor;

import drds.error.SqlError;
import drds.executor.merge.Row;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a statement's answer. */
final class Answer implements ResultWriter {
    private final boolean binary;
    final List<String> rows = new ArrayList<>();
    List<ColumnDefinition> columns = List.of();
    long affectedRows = -1;
    long lastInsertId = -1;
    String info = "";
    int warnings;

    @Nullable
    SqlError error;

    @Nullable
    Outcome outcome;

    private boolean ended;

    Answer(boolean binary) {
        this.binary = binary;
    }

    List<String> names() {
        return columns.stream().map(ColumnDefinition::name).toList();
    }

    @Override
    public void ok(long affected, long id, int status, int warningCount, String text) {
        affectedRows = affected;
        lastInsertId = id;
        info = text;
        warnings = warningCount;
        ended = true;
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        columns = definitions;
    }

    @Override
    public void row(ByteBuf payload) {
        Row row = binary ? new Row.Binary(payload, columns) : new Row.Text(payload, columns.size());
        byte[][] values = new byte[columns.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.text(i);
        }
        row.release();
        textRow(values);
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        List<String> texts = new ArrayList<>();
        for (byte[] value : values) {
            texts.add(value == null ? "NULL" : new String(value, StandardCharsets.UTF_8));
        }
        rows.add(String.join("|", texts));
    }

    @Override
    public void stringRow(@Nullable String... values) {
        rows.add(String.join("|", values));
    }

    @Override
    public void end(int status, int warningCount) {
        warnings = warningCount;
        ended = true;
    }

    @Override
    public void error(SqlError e) {
        error = e;
        ended = true;
    }

    @Override
    public boolean binary() {
        return binary;
    }

    @Override
    public void moreFollow(boolean more) {}

    @Override
    public boolean moreFollow() {
        return false;
    }

    @Override
    public boolean begun() {
        return !columns.isEmpty() || ended;
    }

    @Override
    public long rows() {
        return 0;
    }

    @Override
    public void rowsPassedThrough(long count) {}

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
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean deprecateEof() {
        return true;
    }

    @Override
    public void passedThrough(boolean complete) {
        throw new UnsupportedOperationException();
    }
}
