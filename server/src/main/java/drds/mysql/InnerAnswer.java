package drds.mysql;

import drds.error.SqlError;
import java.util.List;

/** An answer that no client gets, since DRDS asked for it itself: one alone, taken row by row. An error is thrown. */
public abstract class InnerAnswer implements ResultWriter {
    private List<ColumnDefinition> columns = List.of();
    private boolean begun;
    private boolean ended;

    /** The rows' columns; none before they have begun, and none of an OK. */
    public final List<ColumnDefinition> columns() {
        return columns;
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        begun = true;
        ended = true;
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begun = true;
        columns = definitions;
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
    public final boolean begun() {
        return begun;
    }

    @Override
    public final boolean ended() {
        return ended;
    }

    @Override
    public final void moreFollow(boolean more) {
        if (more) {
            throw new IllegalStateException("one answer only");
        }
    }

    @Override
    public final boolean moreFollow() {
        return false;
    }

    @Override
    public final boolean takesBytes() {
        return false;
    }

    @Override
    public final boolean deprecateEof() {
        return true;
    }

    @Override
    public final PacketChannel channel() {
        throw noClient();
    }

    @Override
    public final void rowsPassedThrough(long count) {
        throw noClient();
    }

    @Override
    public final void passedThrough(boolean complete) {
        throw noClient();
    }

    private static IllegalStateException noClient() {
        return new IllegalStateException("there is no client behind this answer");
    }
}
