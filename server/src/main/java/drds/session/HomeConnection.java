package drds.session;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pooled connection to the home instance, in autocommit, for what a session asks beside its clients' statements. Close it:
 * that gives the connection back, or throws it away if an answer was left unread.
 */
final class HomeConnection implements AutoCloseable {
    /** What is held in memory for one answer. */
    private static final int ROW_LIMIT = 1_000_000;

    private final Backend backend;
    private boolean clean = true;

    HomeConnection(Backend backend, SessionState state) {
        this.backend = backend;
        use(state);
    }

    void use(SessionState state) {
        backend.use(state.withFoundRows(false));
    }

    Backend backend() {
        return backend;
    }

    /** Runs a statement without rows (rows are read and dropped). */
    Response.Ok command(String sql) {
        clean = false;
        backend.sendQuery(sql);
        Response.Ok ok = switch (backend.readResponse()) {
            case Response.Ok done -> done;
            case Response.Err failed -> {
                clean = true;
                throw failed.error();
            }
            case Response.Rows rows -> {
                collect(rows.rows());
                yield new Response.Ok(0, 0, 0, 0, "");
            }
        };
        clean = true;
        return ok;
    }

    /** Runs a statement with rows. */
    MemoryResult query(String sql) {
        clean = false;
        backend.sendQuery(sql);
        MemoryResult result = switch (backend.readResponse()) {
            case Response.Rows rows -> collect(rows.rows());
            case Response.Err failed -> {
                clean = true;
                throw failed.error();
            }
            case Response.Ok ok -> new MemoryResult(List.of(), List.of());
        };
        clean = true;
        return result;
    }

    private static MemoryResult collect(ResultSet rows) {
        List<byte @Nullable [][]> values = new ArrayList<>();
        TextRow row = new TextRow();
        int columns = rows.columns().size();
        ByteBuf payload = rows.next();
        while (payload != null) {
            if (values.size() >= ROW_LIMIT) {
                throw ErrorCode.UNKNOWN_ERROR.with("more than " + ROW_LIMIT + " rows to hold in memory");
            }
            row.reset(payload, columns);
            byte @Nullable [][] copy = new byte[columns][];
            for (int i = 0; i < columns; i++) {
                copy[i] = row.bytes(i);
            }
            values.add(copy);
            payload.release();
            payload = rows.next();
        }
        return new MemoryResult(rows.columns(), values);
    }

    @Override
    public void close() {
        if (clean) {
            backend.release();
        } else {
            backend.discard();
        }
    }

    /** The error of a failed command as a value, for those who try. */
    @Nullable SqlError tryCommand(String sql) {
        try {
            command(sql);
            return null;
        } catch (SqlError e) {
            return e;
        }
    }
}
