package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.TextRow;
import drds.transaction.Work;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into temporary tables in long INSERTs; one is on its way while the next is being filled. While the connection is
 * still to be read for something else, the INSERTs are held back.
 */
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
    private final Deque<Insert> held = new ArrayDeque<>();
    private boolean holds;
    private long heldBytes;

    TableLoader(Backend scratch, int batchBytes) {
        this.scratch = scratch;
        this.batchBytes = batchBytes;
    }

    /** @param warnings how many its execution gives */
    private record Insert(ByteBuf sql, int warnings) {}

    /** Nothing is sent until {@link #open}. */
    TableLoader hold() {
        holds = true;
        return this;
    }

    /** How much is held back. */
    long heldBytes() {
        return heldBytes;
    }

    /** The connection is in the loading state, and nothing is outstanding on it: what was held back goes out. */
    void open() {
        holds = false;
        heldBytes = 0;
        for (Insert insert = held.poll(); insert != null; insert = held.poll()) {
            send(insert);
        }
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

    /** Sends what is there, or holds it back. */
    void send() {
        ByteBuf sql = statement;
        if (sql == null) {
            return;
        }
        statement = null;
        Insert insert = new Insert(sql, Math.min(warningsFilledIn, WARNINGS_COUNTED));
        warningsFilledIn = 0;
        if (holds) {
            held.add(insert);
            heldBytes += sql.readableBytes();
        } else {
            send(insert);
        }
    }

    private void send(Insert insert) {
        boolean ready = false;
        try {
            awaitAnswer();
            ready = true;
        } finally {
            if (!ready) {
                insert.sql().release();
            }
        }
        scratch.sendQuery(insert.sql());
        scratch.flush();
        sent = true;
        warningsSent = insert.warnings();
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

    /** After a failure: gives the memory back, and reads the answer that is on its way. */
    void abandon() {
        ByteBuf sql = statement;
        statement = null;
        if (sql != null) {
            sql.release();
        }
        held.forEach(insert -> insert.sql().release());
        held.clear();
        try {
            awaitAnswer();
        } catch (SqlError e) {
            // The failure that came first is told.
        }
    }
}
