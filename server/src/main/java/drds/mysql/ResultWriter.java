package drds.mysql;

import drds.error.SqlError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one statement's answer goes, in the text or the binary protocol: {@code ok}, or {@code error}, or {@code columns}, rows
 * and then {@code end} or {@code error}. Nothing need be flushed: the writer's owner does when the statement is over.
 *
 * <p>The status given has the session's flags; the writer adds MORE_RESULTS while {@link #moreFollow} is set.
 */
public interface ResultWriter {
    void ok(long affectedRows, long lastInsertId, int status, int warnings, String info);

    /** Begins a result set. */
    void columns(List<ColumnDefinition> columns);

    /** A row's payload, already in this answer's protocol; owned from here on. */
    void row(ByteBuf payload);

    /** A row of values as text (in UTF-8), for small results that DRDS makes; null is NULL. */
    void textRow(byte[] @Nullable ... values);

    /** The same as {@link #textRow} with strings. */
    default void stringRow(@Nullable String... values) {
        byte[] @Nullable [] bytes = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            bytes[i] = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        }
        textRow(bytes);
    }

    void end(int status, int warnings);

    /** Also in place of {@code end}: then it ends the rows. */
    void error(SqlError error);

    /** Whether rows are in the binary protocol: the answer to COM_STMT_EXECUTE. */
    boolean binary();

    /** Whether another statement's answer follows this one (multi-statements). */
    void moreFollow(boolean more);

    boolean moreFollow();

    /** Whether anything of this answer was written: a failure then must go out as its end. */
    boolean begun();

    /** How many rows the answer, or the last one of several, has so far. */
    long rows();

    /** So many rows were written to the channel by pass-through. */
    void rowsPassedThrough(long count);

    /** Whether the answer is complete. */
    boolean ended();

    /** Whether an instance's answer may be passed through to {@link #channel} as bytes; else it comes by the other methods. */
    default boolean takesBytes() {
        return true;
    }

    /** In place of a result set: its columns, and that its rows are to be fetched. For clients' writers alone. */
    default void cursor(List<ColumnDefinition> columns, int status, int warnings) {
        throw new IllegalStateException("nobody would fetch the rows");
    }

    /** Begins rows of a cursor, whose columns the client has. For clients' writers alone. */
    default void fetched() {
        throw new IllegalStateException("nobody fetches rows");
    }

    /** For pass-through. */
    PacketChannel channel();

    /** Whether the client takes OK packets where older ones expect EOF. */
    boolean deprecateEof();

    /** Pass-through has written the first bytes, or all, of the answer to the channel. */
    void passedThrough(boolean complete);
}
