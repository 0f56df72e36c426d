package drds.mysql;

import drds.error.SqlError;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes answers to a client's channel. One serves a connection: {@link #reset} begins the next statement. */
public final class ClientResultWriter implements ResultWriter {
    private static final int OK_HEADER = 0;
    private static final int EOF_HEADER = 0xfe;

    private enum State {
        NOTHING,
        ROWS,
        DONE
    }

    private final PacketChannel channel;
    private final boolean deprecateEof;
    private boolean binary;
    private boolean moreFollow;
    private State state = State.NOTHING;
    private List<ColumnDefinition> columns = List.of();
    private long rows;

    public ClientResultWriter(PacketChannel channel, boolean deprecateEof) {
        this.channel = channel;
        this.deprecateEof = deprecateEof;
    }

    /** Begins the next command's answer. */
    public void reset(boolean inBinary) {
        binary = inBinary;
        moreFollow = false;
        state = State.NOTHING;
        rows = 0;
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        begin(State.NOTHING, State.DONE);
        new OkPacket(affectedRows, lastInsertId, flags(status), warnings, info).write(channel.begin(), OK_HEADER);
        channel.end();
        nextAnswer();
    }

    @Override
    public void columns(List<ColumnDefinition> definitions) {
        begin(State.NOTHING, State.ROWS);
        columns = definitions;
        rows = 0;
        LengthEncoded.writeInt(channel.begin(), definitions.size());
        channel.end();
        for (ColumnDefinition definition : definitions) {
            definition.write(channel.begin());
            channel.end();
        }
        if (!deprecateEof) {
            eof(0, 0);
        }
    }

    @Override
    public void cursor(List<ColumnDefinition> definitions, int status, int warnings) {
        begin(State.NOTHING, State.ROWS);
        LengthEncoded.writeInt(channel.begin(), definitions.size());
        channel.end();
        for (ColumnDefinition definition : definitions) {
            definition.write(channel.begin());
            channel.end();
        }
        end(status, warnings);
    }

    @Override
    public void fetched() {
        begin(State.NOTHING, State.ROWS);
    }

    @Override
    public void row(ByteBuf payload) {
        if (state != State.ROWS) {
            payload.release();
            throw new IllegalStateException("a row in state " + state);
        }
        rows++;
        channel.writePacket(payload);
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        if (state != State.ROWS || values.length != columns.size()) {
            throw new IllegalStateException("a row of " + values.length + " in state " + state);
        }
        rows++;
        ByteBuf out = channel.begin();
        if (binary) {
            BinaryRow.write(out, columns, values);
        } else {
            for (byte[] value : values) {
                LengthEncoded.writeBytes(out, value);
            }
        }
        channel.end();
    }

    @Override
    public void end(int status, int warnings) {
        begin(State.ROWS, State.DONE);
        if (deprecateEof) {
            new OkPacket(0, 0, flags(status), warnings, "").write(channel.begin(), EOF_HEADER);
            channel.end();
        } else {
            eof(flags(status), warnings);
        }
        nextAnswer();
    }

    @Override
    public void error(SqlError error) {
        if (state == State.DONE) {
            throw new IllegalStateException("an error after the answer's end", error);
        }
        state = State.DONE;
        ErrPacket.write(channel.begin(), error);
        channel.end();
    }

    private void eof(int status, int warnings) {
        channel.begin()
                .writeByte(EOF_HEADER)
                .writeShortLE(Math.min(warnings, 0xffff))
                .writeShortLE(status);
        channel.end();
    }

    private int flags(int status) {
        return moreFollow ? status | ServerStatus.MORE_RESULTS : status & ~ServerStatus.MORE_RESULTS;
    }

    private void begin(State expected, State next) {
        if (state != expected) {
            throw new IllegalStateException("answer is in state " + state + ", not " + expected);
        }
        state = next;
    }

    /** After an answer that others follow, the next begins anew. */
    private void nextAnswer() {
        if (moreFollow) {
            state = State.NOTHING;
        }
    }

    @Override
    public boolean binary() {
        return binary;
    }

    @Override
    public void moreFollow(boolean more) {
        moreFollow = more;
    }

    @Override
    public boolean moreFollow() {
        return moreFollow;
    }

    @Override
    public boolean begun() {
        return state != State.NOTHING;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void rowsPassedThrough(long count) {
        rows = count;
    }

    @Override
    public boolean ended() {
        return state == State.DONE;
    }

    @Override
    public PacketChannel channel() {
        return channel;
    }

    @Override
    public boolean deprecateEof() {
        return deprecateEof;
    }

    @Override
    public void passedThrough(boolean complete) {
        state = complete ? State.DONE : State.ROWS;
        if (complete) {
            nextAnswer();
        }
    }
}
