package drds.replication;

import drds.atom.Backend;
import drds.atom.Response;
import drds.binlog.TableShape;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.SqlText;
import drds.transaction.Backends;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes statements to one instance over several connections at once: each goes to the next connection in turn, whose earlier
 * answer is read first. Statements in flight together must not depend on each other.
 */
final class RowWriter implements AutoCloseable {
    private static final int LOCK_WAIT_TIMEOUT = ErrorCode.LOCK_WAIT_TIMEOUT.number();
    private static final int DEADLOCK = ErrorCode.DEADLOCK.number();
    private static final int TRIES = 20;

    private final Backends backends;
    private final String group;
    private final int connections;
    private final List<Lane> lanes = new ArrayList<>();
    private int turn;

    private static final class Lane {
        private final Backend backend;
        private byte @Nullable [] sent;

        Lane(Backend backend) {
            this.backend = backend;
        }
    }

    RowWriter(Backends backends, String group, int connections) {
        this.backends = backends;
        this.group = group;
        this.connections = connections;
        wake();
    }

    /** Takes the connections, if it hasn't them. */
    void wake() {
        if (!lanes.isEmpty()) {
            return;
        }
        turn = 0;
        boolean done = false;
        try {
            for (int i = 0; i < connections; i++) {
                Backend backend = backends.take(group, Exact.WRITING);
                lanes.add(new Lane(backend));
                backend.use(Exact.WRITING);
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Gives the connections back until something is sent again. What was sent must have been awaited. */
    void rest() {
        close();
    }

    /** Sends a statement; it is done for certain once {@link #await} has returned. */
    void send(byte[] sql) {
        wake();
        Lane lane = lanes.get(turn);
        turn = (turn + 1) % lanes.size();
        settle(lane);
        lane.backend.sendQuery(sql);
        lane.backend.flush();
        lane.sent = sql;
    }

    /** @throws SqlError the instance's error of one of the statements that were sent */
    void await() {
        lanes.forEach(RowWriter::settle);
    }

    private static void settle(Lane lane) {
        byte[] sql = lane.sent;
        if (sql == null) {
            return;
        }
        for (int i = 0; ; i++) {
            if (!(lane.backend.readResponse() instanceof Response.Err err)) {
                lane.sent = null;
                return;
            }
            boolean again = err.error().number() == DEADLOCK || err.error().number() == LOCK_WAIT_TIMEOUT;
            if (!again || i >= TRIES) {
                throw err.error();
            }
            lane.backend.sendQuery(sql);
            lane.backend.flush();
        }
    }

    @Override
    public void close() {
        for (Lane lane : lanes) {
            if (lane.sent == null && lane.backend.isOpen()) {
                lane.backend.release();
            } else {
                lane.backend.discard();
            }
        }
        lanes.clear();
    }

    /** {@code REPLACE INTO schema.table (columns) VALUES }, which rows in parentheses follow. */
    static byte[] replace(TableShape shape, String schema) {
        return ("REPLACE INTO " + SqlText.qualified(schema, shape.name()) + " ("
                        + shape.columns().stream()
                                .filter(column -> !column.generated())
                                .map(column -> SqlText.identifier(column.name()))
                                .collect(Collectors.joining(", "))
                        + ") VALUES ")
                .getBytes(StandardCharsets.UTF_8);
    }
}
