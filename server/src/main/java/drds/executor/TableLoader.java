package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.error.ErrorCode;
import drds.mysql.TextRow;
import drds.transaction.Work;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows into temporary tables in long INSERTs; one is on its way while the next is being filled. */
final class TableLoader {
    /** The protocol's count ends here. */
    private static final int WARNINGS_COUNTED = 0xffff;

    private final Backend scratch;
    private final int batchBytes;
    private final TextRow view = new TextRow();
    private @Nullable Copy table;
    private @Nullable ByteBuf statement;
    private boolean sent;
    private int warningsFilledIn;
    private int warningsSent;

    TableLoader(Backend scratch, int batchBytes) {
        this.scratch = scratch;
        this.batchBytes = batchBytes;
    }

    /** @param row a row of {@link Copy#selectStatement}; stays the caller's */
    void add(Copy copy, ByteBuf row) {
        if (copy != table) {
            send();
            table = copy;
        }
        ByteBuf sql = statement;
        if (sql == null) {
            sql = scratch.loop().allocate(batchBytes / 4);
            statement = sql;
            sql.writeCharSequence(copy.insertHead(), StandardCharsets.UTF_8);
        } else {
            sql.writeByte(',');
        }
        List<LoadedColumn> columns = copy.columns();
        view.reset(row, columns.size());
        sql.writeByte('(');
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                sql.writeByte(',');
            }
            warningsFilledIn += columns.get(i).write(row, view.offset(i), view.length(i), sql);
        }
        sql.writeByte(')');
        if (sql.readableBytes() >= batchBytes) {
            send();
        }
    }

    private void send() {
        ByteBuf sql = statement;
        if (sql == null) {
            return;
        }
        statement = null;
        boolean ready = false;
        try {
            awaitAnswer();
            ready = true;
        } finally {
            if (!ready) {
                sql.release();
            }
        }
        scratch.sendQuery(sql);
        scratch.flush();
        sent = true;
        warningsSent = Math.min(warningsFilledIn, WARNINGS_COUNTED);
        warningsFilledIn = 0;
    }

    /** A copy that is not exact is no copy. */
    private void awaitAnswer() {
        if (!sent) {
            return;
        }
        sent = false;
        Response.Ok ok = Work.ok(scratch);
        if (ok.warnings() != warningsSent) {
            List<byte[] @Nullable []> warnings = new Work(scratch).rows("SHOW WARNINGS LIMIT 1");
            byte[] message = warnings.isEmpty() ? null : warnings.getFirst()[2];
            throw ErrorCode.INEXACT_COPY.with(
                    message == null ? "unknown warning" : new String(message, StandardCharsets.UTF_8));
        }
    }

    /** Sends what is left and waits for the last answer. */
    void finish() {
        send();
        awaitAnswer();
    }

    /** After a failure: gives the memory back. */
    void abandon() {
        ByteBuf sql = statement;
        statement = null;
        if (sql != null) {
            sql.release();
        }
    }
}
