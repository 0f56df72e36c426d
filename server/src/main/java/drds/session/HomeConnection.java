package drds.session;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pooled connection to the home instance, in autocommit, for what a session asks beside its clients' statements. Close it:
 * that gives the connection back (and drops it if an answer was left unread).
 */
final class HomeConnection implements AutoCloseable {
    /** What is held in memory for one answer. */
    private static final int ROW_LIMIT = 1_000_000;

    private final Backend backend;
    private final boolean lent;

    HomeConnection(Backend backend, SessionState state) {
        this(backend, true);
        backend.limitSilence(true);
        use(state);
    }

    private HomeConnection(Backend backend, boolean lent) {
        this.backend = backend;
        this.lent = lent;
    }

    /** A connection that stays another's. */
    static HomeConnection over(Backend kept, SessionState state) {
        kept.use(state);
        return new HomeConnection(kept, false);
    }

    void use(SessionState state) {
        backend.use(state.withFoundRows(false));
    }

    Backend backend() {
        return backend;
    }

    /** Runs a statement without rows (rows are read and dropped). */
    Response.Ok command(String sql) {
        return backend.run(sql);
    }

    /** Runs a statement with rows. */
    MemoryResult query(String sql) {
        return query(backend, sql);
    }

    static MemoryResult query(Backend backend, String sql) {
        backend.sendQuery(sql);
        return switch (backend.readResponse()) {
            case Response.Rows rows -> collect(rows.rows());
            case Response.Err failed -> throw failed.error();
            case Response.Ok ok -> new MemoryResult(List.of(), List.of());
        };
    }

    private static MemoryResult collect(ResultSet rows) {
        List<byte[] @Nullable []> values = new ArrayList<>();
        TextRow row = new TextRow();
        int columns = rows.columns().size();
        ByteBuf payload = rows.next();
        while (payload != null) {
            if (values.size() >= ROW_LIMIT) {
                throw ErrorCode.UNKNOWN_ERROR.with("more than " + ROW_LIMIT + " rows to hold in memory");
            }
            row.reset(payload, columns);
            byte[] @Nullable [] copy = new byte[columns][];
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
        if (lent) {
            backend.release();
        }
    }
}
