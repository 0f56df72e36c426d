package drds.session;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.InnerAnswer;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer to a statement of the session's own: kept, not sent to the client. */
final class QuietAnswer extends InnerAnswer {
    private final List<byte[] @Nullable []> rows = new ArrayList<>();
    private final TextRow row = new TextRow();
    private long affectedRows;
    private long lastInsertId;
    private int warnings;
    private String info = "";
    private final int most;
    private final Supplier<SqlError> beyond;

    QuietAnswer() {
        this(Integer.MAX_VALUE, ErrorCode.OUT_OF_MEMORY::with);
    }

    /** @param most so many rows are kept @param beyond what more are */
    QuietAnswer(int most, Supplier<SqlError> beyond) {
        this.most = most;
        this.beyond = beyond;
    }

    MemoryResult result() {
        return new MemoryResult(columns(), rows);
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
        super.ok(affected, insertId, status, warningCount, text);
        affectedRows = affected;
        lastInsertId = insertId;
        warnings = warningCount;
        info = text;
    }

    @Override
    public void row(ByteBuf payload) {
        try {
            if (rows.size() == most) {
                throw beyond.get();
            }
            rows.add(row.reset(payload, columns().size()).values());
        } finally {
            payload.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        rows.add(values);
    }

    @Override
    public void end(int status, int warningCount) {
        super.end(status, warningCount);
        warnings = warningCount;
    }

    @Override
    public boolean binary() {
        return false;
    }

    @Override
    public long rows() {
        return rows.size();
    }
}
