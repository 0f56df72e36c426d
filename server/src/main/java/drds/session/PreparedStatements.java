package drds.session;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.NeedsPlanning;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.mysql.ServerStatus;
import drds.parser.ParsedStatement;
import drds.planner.Plan;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements that the client has prepared in the binary protocol. */
final class PreparedStatements {
    /** max_prepared_stmt_count's default, here for one session. */
    private static final int LIMIT = 16_382;

    /** What COM_STMT_SEND_LONG_DATA may pile up for one parameter. */
    private static final int LONG_DATA_LIMIT_BYTES = 1 << 30;

    /** CURSOR_TYPE_READ_ONLY, of COM_STMT_EXECUTE's flags. */
    private static final int READ_ONLY_CURSOR = 1;

    private final Session session;
    private final Dispatch dispatch;
    private final Shortcut shortcut;
    private final Map<Integer, Statement> byId = new HashMap<>();
    private int lastId;

    /** What a statement's preparation on the home instance says. */
    record Description(List<ColumnDefinition> parameters, List<ColumnDefinition> columns, int warnings) {}

    private static final class Statement {
        final String sql;
        final int parameters;
        final Map<Integer, byte[]> longData = new HashMap<>();
        int @Nullable [] types;
        Shortcut.@Nullable PreparedShape shape;
        boolean cut;

        @Nullable
        InsertPieces insert;

        @Nullable
        RowSpool cursor;

        @Nullable
        SqlError failure;

        Statement(String sql, int parameters) {
            this.sql = sql;
            this.parameters = parameters;
        }

        /** A procedure may give several results, which a cursor doesn't hold. */
        boolean isCall() {
            return sql.stripLeading().regionMatches(true, 0, "CALL", 0, "CALL".length());
        }

        void closeCursor() {
            RowSpool open = cursor;
            cursor = null;
            if (open != null) {
                open.close();
            }
        }
    }

    PreparedStatements(Session session, Dispatch dispatch, Shortcut shortcut) {
        this.shortcut = shortcut;
        this.session = session;
        this.dispatch = dispatch;
    }

    ClientSession.Prepared prepare(String sql) {
        if (byId.size() >= LIMIT) {
            throw new SqlError(
                    1461,
                    "42000",
                    "Can't create more than max_prepared_stmt_count statements (current value: " + LIMIT + ")");
        }
        Description description = dispatch.describe(sql);
        int id = ++lastId;
        byId.put(id, new Statement(sql, description.parameters().size()));
        return new ClientSession.Prepared(id, description.parameters(), description.columns(), description.warnings());
    }

    /** The text for the process list. */
    @Nullable
    String textOf(int id) {
        Statement statement = byId.get(id);
        return statement == null ? null : statement.sql;
    }

    private Statement statement(int id, String what) {
        Statement statement = byId.get(id);
        if (statement == null) {
            throw ErrorCode.UNKNOWN_STATEMENT_HANDLER.with(Integer.toString(id), what);
        }
        return statement;
    }

    /** @param payload from the flags on */
    void execute(int id, ByteBuf payload, ResultWriter out) {
        Statement statement = statement(id, "mysqld_stmt_execute");
        statement.closeCursor();
        boolean wantsCursor = payload.isReadable()
                && (payload.getByte(payload.readerIndex()) & READ_ONLY_CURSOR) != 0
                && !statement.isCall();
        ParameterValues values = values(statement, payload);
        if (!wantsCursor) {
            run(statement, values, out);
            return;
        }
        RowSpool rows = session.newSpool();
        CursorAnswer answer = new CursorAnswer(out, rows);
        try {
            run(statement, values, answer);
        } finally {
            if (answer.isOpen()) {
                statement.cursor = rows;
            } else {
                rows.close();
            }
        }
    }

    private ParameterValues values(Statement statement, ByteBuf payload) {
        try {
            if (statement.failure != null) {
                throw statement.failure;
            }
            ByteBuf in = payload.slice();
            if (in.readableBytes() < 5) {
                throw ErrorCode.MALFORMED_PACKET.with();
            }
            in.skipBytes(5);
            ParameterValues values = ParameterValues.read(
                    in, statement.parameters, statement.types, statement.longData, session.variables());
            statement.types = values.types();
            return values;
        } finally {
            statement.longData.clear();
            statement.failure = null;
        }
    }

    private void run(Statement statement, ParameterValues values, ResultWriter out) {
        if (runsAsInsert(statement, values, out)) {
            return;
        }
        Shortcut.PreparedShape shape = statement.shape;
        if (shape == null || !shortcut.holds(shape)) {
            ParsedStatement parsed = dispatch.parse(statement.sql);
            shape = shortcut.shape(parsed, values);
            statement.shape = shape;
        }
        Plan plan = session.mustBeParsed() ? null : shortcut.plan(shape, statement.sql, values);
        if (plan != null) {
            session.diagnostics().begin(false);
            try {
                dispatch.planned().run(plan, statement.sql, Shortcut.parameters(shape, values), out);
                return;
            } catch (NeedsPlanning again) {
                // Nothing has been written: the plan that its text gives knows another way.
            }
        }
        dispatch.runPrepared(dispatch.parse(statement.sql), values, out);
    }

    /** Whether its rows were placed without a parse; nothing has been done otherwise. */
    private boolean runsAsInsert(Statement statement, ParameterValues values, ResultWriter out) {
        if (!InsertShortcut.mayTake(statement.sql) || session.mustBeParsed()) {
            return false;
        }
        if (!statement.cut) {
            statement.cut = true;
            statement.insert = InsertPieces.of(dispatch.parse(statement.sql));
        }
        InsertPieces pieces = statement.insert;
        if (pieces == null || !pieces.promises()) {
            return false;
        }
        boolean taken = session.runInsert(pieces.with(values.literals()), out);
        pieces.took(taken);
        return taken;
    }

    /** Sends the cursor's next rows; after the last one the cursor is closed. */
    void fetch(int id, int count, ResultWriter out) {
        Statement statement = statement(id, "mysqld_stmt_fetch");
        RowSpool rows = statement.cursor;
        if (rows == null) {
            throw ErrorCode.NO_OPEN_CURSOR.with(id);
        }
        out.fetched();
        for (long left = Integer.toUnsignedLong(count); left > 0 && !rows.isEmpty(); left--) {
            out.row(rows.next());
        }
        if (rows.isEmpty()) {
            statement.closeCursor();
            out.end(session.status() | ServerStatus.LAST_ROW_SENT, 0);
        } else {
            out.end(session.status() | ServerStatus.CURSOR_EXISTS, 0);
        }
    }

    void longData(int id, int parameter, ByteBuf data) {
        Statement statement = byId.get(id);
        if (statement == null) {
            return;
        }
        byte[] before = statement.longData.getOrDefault(parameter, new byte[0]);
        if ((long) before.length + data.readableBytes() > LONG_DATA_LIMIT_BYTES) {
            statement.failure = ErrorCode.PACKET_TOO_LARGE.with();
            return;
        }
        byte[] all = java.util.Arrays.copyOf(before, before.length + data.readableBytes());
        data.getBytes(data.readerIndex(), all, before.length, data.readableBytes());
        statement.longData.put(parameter, all);
    }

    void reset(int id) {
        Statement statement = statement(id, "mysqld_stmt_reset");
        statement.longData.clear();
        statement.failure = null;
        statement.closeCursor();
    }

    void close(int id) {
        Statement statement = byId.remove(id);
        if (statement != null) {
            statement.closeCursor();
        }
    }

    void closeAll() {
        byId.values().forEach(Statement::closeCursor);
        byId.clear();
    }
}
