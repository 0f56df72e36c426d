package drds.executor;

import drds.mysql.InnerAnswer;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer of few rows that waits until it is known whether it is right. */
final class HeldAnswer extends InnerAnswer implements AutoCloseable {
    private final boolean binary;
    private final List<Row> rows = new ArrayList<>();
    private int status;
    private int warnings;

    /** @param binary the client's protocol */
    HeldAnswer(boolean binary) {
        this.binary = binary;
    }

    private sealed interface Row {
        record Payload(ByteBuf bytes) implements Row {}

        record Values(byte[] @Nullable [] texts) implements Row {}
    }

    /** Gives the answer to the client. */
    void to(ResultWriter client) {
        client.columns(columns());
        for (Row row : rows) {
            switch (row) {
                case Row.Payload payload -> client.row(payload.bytes().retain());
                case Row.Values values -> client.textRow(values.texts());
            }
        }
        client.end(status, warnings);
    }

    @Override
    public void row(ByteBuf payload) {
        rows.add(new Row.Payload(payload));
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        rows.add(new Row.Values(values));
    }

    @Override
    public void end(int endStatus, int endWarnings) {
        super.end(endStatus, endWarnings);
        status = endStatus;
        warnings = endWarnings;
    }

    @Override
    public boolean binary() {
        return binary;
    }

    @Override
    public long rows() {
        return rows.size();
    }

    @Override
    public void close() {
        for (Row row : rows) {
            if (row instanceof Row.Payload payload) {
                payload.bytes().release();
            }
        }
        rows.clear();
    }
}
