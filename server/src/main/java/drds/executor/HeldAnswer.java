package drds.executor;

import drds.mysql.InnerAnswer;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer of few rows that waits until it is known whether it is right. */
final class HeldAnswer extends InnerAnswer implements AutoCloseable {
    private final boolean binary;
    private final List<Consumer<ResultWriter>> rows = new ArrayList<>();
    private final List<ByteBuf> payloads = new ArrayList<>();
    private int status;
    private int warnings;

    /** @param binary the client's protocol */
    HeldAnswer(boolean binary) {
        this.binary = binary;
    }

    /** Gives the answer to the client. */
    void to(ResultWriter client) {
        client.columns(columns());
        rows.forEach(row -> row.accept(client));
        client.end(status, warnings);
    }

    @Override
    public void row(ByteBuf payload) {
        payloads.add(payload);
        rows.add(client -> client.row(payload.retain()));
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        rows.add(client -> client.textRow(values));
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
        payloads.forEach(ByteBuf::release);
        payloads.clear();
        rows.clear();
    }
}
