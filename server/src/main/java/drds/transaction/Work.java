package drds.transaction;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** DRDS's own statements on one connection: small answers, read whole. */
public final class Work {
    private static final Duration LONGEST_ASIDE = Duration.ofSeconds(15);

    private final Backend backend;

    public Work(Backend backend) {
        this.backend = backend;
    }

    /** Takes a connection for some work; it goes back to its pool afterwards, or away if the work failed. */
    public static <T> T on(Backends backends, String group, SessionState state, Function<Work, T> task) {
        return with(backends.take(group, state), state, task);
    }

    /**
     * The same for short work that others wait for: over a connection that no client can hold, and no longer than an instance
     * that answers at all needs.
     */
    public static <T> T aside(Backends backends, String group, SessionState state, Function<Work, T> task) {
        Backend backend = backends.takeAside(group, state);
        backend.limitSilence(LONGEST_ASIDE);
        return with(backend, state, task);
    }

    private static <T> T with(Backend backend, SessionState state, Function<Work, T> task) {
        boolean done = false;
        try {
            backend.use(state);
            T result = task.apply(new Work(backend));
            done = true;
            return result;
        } finally {
            if (done) {
                backend.release();
            } else {
                backend.discard();
            }
        }
    }

    /** Waits between two looks at instances. @throws drds.error.SqlError 1317 if the thread is interrupted */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }

    /** @throws drds.error.SqlError the instance's error */
    public Response.Ok execute(String sql) {
        backend.sendQuery(sql);
        return ok(backend);
    }

    /** Reads an answer that must be OK. */
    public static Response.Ok ok(Backend backend) {
        return switch (backend.readResponse()) {
            case Response.Ok ok -> ok;
            case Response.Err err -> throw err.error();
            case Response.Rows rows -> throw new IllegalStateException("rows where OK was expected");
        };
    }

    /** All rows of a small answer, each value as it came. */
    public List<byte @Nullable []> column(String sql) {
        return rows(sql).stream().map(row -> row[0]).toList();
    }

    public List<byte[] @Nullable []> rows(String sql) {
        backend.sendQuery(sql);
        return rows(backend);
    }

    /** Reads an answer that must be rows. */
    public static List<byte[] @Nullable []> rows(Backend backend) {
        ResultSet result = switch (backend.readResponse()) {
            case Response.Rows rows -> rows.rows();
            case Response.Err err -> throw err.error();
            case Response.Ok ok -> throw new IllegalStateException("OK where rows were expected");
        };
        return rows(result);
    }

    /** All rows that are left of an answer, each value as it came. */
    public static List<byte[] @Nullable []> rows(ResultSet result) {
        List<byte[] @Nullable []> all = new ArrayList<>();
        int columns = result.columns().size();
        TextRow view = new TextRow();
        for (ByteBuf row = result.next(); row != null; row = result.next()) {
            try {
                view.reset(row, columns);
                byte[] @Nullable [] values = new byte[columns][];
                for (int i = 0; i < columns; i++) {
                    values[i] = view.bytes(i);
                }
                all.add(values);
            } finally {
                row.release();
            }
        }
        return all;
    }
}
