package drds.executor;

import drds.error.SqlError;
import drds.executor.merge.Row;
import drds.mysql.ColumnDefinition;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a SELECT that feeds a change: in the binary protocol, each as SQL literals. */
abstract class RowSink implements ResultWriter {
    private List<ColumnDefinition> columns = List.of();
    private boolean begun;
    private boolean ended;

    /** A row that the SELECT gave. */
    abstract void add(String[] literals);

    private void add(Row row) {
        String[] literals = new String[columns.size()];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = ValueText.of(row, i, columns.get(i));
        }
        add(literals);
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begun = true;
        columns = definitions;
    }

    @Override
    public void row(ByteBuf payload) {
        Row row = new Row.Binary(payload, columns);
        try {
            add(row);
        } finally {
            row.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        add(new Row.Made(values));
    }

    @Override
    public void stringRow(@Nullable String... values) {
        throw new IllegalStateException("a SELECT has no rows of DRDS's own");
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        throw new IllegalStateException("OK where rows were expected");
    }

    @Override
    public void end(int status, int warnings) {
        ended = true;
    }

    @Override
    public void error(SqlError error) {
        throw error;
    }

    @Override
    public boolean binary() {
        return true;
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
        throw new IllegalStateException("rows are not passed through");
    }

    @Override
    public boolean deprecateEof() {
        return true;
    }

    @Override
    public void passedThrough(boolean complete) {
        throw new IllegalStateException("rows are not passed through");
    }
}
