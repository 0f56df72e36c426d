package drds.atom;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.ColumnRewrite;
import drds.mysql.Command;
import drds.mysql.ErrPacket;
import drds.mysql.LengthEncoded;
import drds.mysql.OkPacket;
import drds.mysql.PacketChannel;
import drds.mysql.PassThrough;
import drds.mysql.ResultWriter;
import drds.mysql.RowRelay;
import drds.mysql.ServerStatus;
import drds.mysql.StatementCharset;
import drds.wire.ConnectionLostException;
import drds.wire.Loop;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an instance, used by one virtual thread of its loop at a time. Statements may be sent before the answers to
 * earlier ones are read; answers come in the order of the statements.
 *
 * <p>Errors of the instance are values ({@link Response.Err}) or, in the methods that say so, thrown; the connection stays good.
 * When the instance is lost, INSTANCE_LOST is thrown, and the connection is dropped at its release.
 */
public final class Backend {
    /** In the place of a text that is not kept: rows that DRDS writes by itself, or a change of state. */
    private static final String UNKEPT = "DRDS's own";

    private final LoopPool pool;
    private final PacketChannel channel;
    private final Login.Result login;
    private final boolean foundRows;
    private final Pipeline pipeline;
    private final Map<PreparedKey, Prepared> prepared;
    /** Sent to be prepared and not answered yet. */
    private final ArrayDeque<PreparedKey> preparing = new ArrayDeque<>();

    private SessionState state = SessionState.INITIAL;
    private StatementCharset charset = StatementCharset.UTF8;
    /** What the meaning of a text depends on. */
    private String textContext = "";

    private boolean dirty;
    private boolean released;
    private boolean kept;
    /** Which use of the connection this is: it changes hands, and whoever stops a statement must not stop a later user's. */
    private long use = 1;
    /** The use that goes on, negative if a KILL was sent to it, 0 for none. */
    private final AtomicLong using = new AtomicLong(use);
    /** What the statement's user is told instead of an interruption. */
    private volatile @Nullable SqlError stoppedFor;

    long idleSinceNanos;

    private record PreparedKey(String sql, String context) {}

    Backend(LoopPool pool, PacketChannel channel, Login.Result login, boolean foundRows) {
        this.pool = pool;
        this.channel = channel;
        this.login = login;
        this.pipeline = new Pipeline(channel, pool.atom().name());
        this.foundRows = foundRows;
        become(SessionState.INITIAL.withFoundRows(foundRows));
        int limit = pool.limits().preparedStatements();
        this.prepared = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PreparedKey, Prepared> eldest) {
                if (size() <= limit) {
                    return false;
                }
                closeStatement(eldest.getValue());
                return true;
            }
        };
    }

    // ---- state ----

    /** Makes the connection's state equal to the wanted one, as a rule without waiting. Call it before anything is sent. */
    public void use(SessionState wanted) {
        if (wanted == state) {
            return;
        }
        if (wanted.foundRows() != foundRows) {
            throw new IllegalStateException("the connection was not taken for this state");
        }
        if (!wanted.equals(state)) {
            change(wanted);
        }
        become(wanted);
    }

    private void become(SessionState now) {
        boolean sameTexts = now.currentDatabase().equals(state.currentDatabase())
                && now.variables().equals(state.variables());
        if (!sameTexts) {
            charset = charset(now);
            textContext = now.currentDatabase() + "\n" + now.variables().get("sql_mode") + "\n" + charset.name() + "\n"
                    + now.variables().get("collation_connection");
        }
        state = now;
    }

    private static StatementCharset charset(SessionState state) {
        String client = state.variables().get("character_set_client");
        StatementCharset known = client == null ? null : StatementCharset.of(client.replace("'", ""));
        return known == null ? StatementCharset.UTF8 : known;
    }

    private void change(SessionState wanted) {
        if (!wanted.currentDatabase().equals(state.currentDatabase())
                && !wanted.currentDatabase().isEmpty()) {
            initDatabase(wanted.currentDatabase());
        }
        StateChange change = StateChange.between(state, wanted);
        String sql = change.sql();
        if (sql == null) {
            return;
        }
        pipeline.send(Command.QUERY, sql.getBytes(StandardCharsets.UTF_8));
        if (pool.atom().knowsAssignments(change.assignments())) {
            pipeline.expectChange(sql);
        } else {
            // A value that this instance has never taken may be refused: nothing else is sent before that is known.
            expectOk();
            pool.atom().rememberAssignments(change.assignments());
        }
    }

    private void initDatabase(String database) {
        pipeline.send(Command.INIT_DB, database.getBytes(StandardCharsets.UTF_8));
        expectOk();
        become(state.withDatabase(database));
    }

    /** The answer to what was just sent, with nothing else outstanding. */
    private void expectOk() {
        if (pipeline.awaitsAnswers()) {
            throw new IllegalStateException("a state is changed while answers are outstanding");
        }
        pipeline.expectAnswer(UNKEPT);
        if (readResponse() instanceof Response.Err err) {
            throw err.error();
        }
    }

    public SessionState state() {
        return state;
    }

    /** Says that the state is now this, because a statement of the caller's own made it so. */
    public void assume(SessionState now) {
        become(now);
    }

    /** Says that the connection holds something that no state describes (temporary tables, locks): it is reset at its release. */
    public void markDirty() {
        dirty = true;
    }

    /**
     * Sends a statement that has to succeed and whose OK is nothing to the caller (START TRANSACTION, SAVEPOINT): its answer is
     * read before that of the next statement. If it is refused the connection is lost.
     */
    public void sendAhead(String sql) {
        pipeline.send(Command.QUERY, sql.getBytes(StandardCharsets.UTF_8));
        pipeline.expectChange(sql);
    }

    /**
     * Whether the instance's silence is limited until the release. It is for clients' statements; work that may take long, such
     * as a change of a definition, waits as long as it takes.
     */
    public void limitSilence(boolean limited) {
        pipeline.limitSilence(limited ? pool.limits().answer() : Duration.ZERO);
    }

    /** The same with a limit of the caller's. */
    public void limitSilence(Duration limit) {
        pipeline.limitSilence(limit);
    }

    /** Until the release somebody is told of the statements that are answered; null for nobody. @param group as the user calls it */
    public void watch(String group, @Nullable StatementWatch watch) {
        pipeline.watch(group, watch);
    }

    void rowsCame(long count) {
        pipeline.rowsCame(count);
    }

    // ---- sending ----

    /** @param sql written in the character set of the state */
    public void sendQuery(String sql) {
        pipeline.send(Command.QUERY, encoded(sql));
        pipeline.expectAnswer(sql);
    }

    private byte[] encoded(String sql) {
        return charset.encode(sql);
    }

    /** @param sql in the character set of the state */
    public void sendQuery(byte[] sql) {
        pipeline.send(Command.QUERY, sql);
        pipeline.expectAnswer(sql);
    }

    /** Owns the text from here on. */
    public void sendQuery(ByteBuf sql) {
        try {
            pipeline.begin(Command.QUERY).writeBytes(sql);
        } finally {
            sql.release();
        }
        pipeline.end();
        pipeline.expectAnswer(UNKEPT);
    }

    /** Executes a prepared statement. @param parameters COM_STMT_EXECUTE's payload after the iteration count; not owned */
    public void sendExecute(Prepared statement, ByteBuf parameters) {
        ByteBuf out = pipeline.begin(Command.STMT_EXECUTE);
        out.writeIntLE(statement.id()).writeByte(0).writeIntLE(1);
        out.writeBytes(parameters, parameters.readerIndex(), parameters.readableBytes());
        pipeline.end();
        pipeline.expectAnswer(statement.sql());
    }

    /**
     * Executes a prepared statement that repeats another one with all its question marks.
     *
     * @param parameters of one of them; not owned
     */
    public void sendExecute(Prepared statement, ByteBuf parameters, int times) {
        ByteBuf out = pipeline.begin(Command.STMT_EXECUTE);
        out.writeIntLE(statement.id()).writeByte(0).writeIntLE(1);
        RepeatedParameters.write(out, parameters, statement.parameters().size() / times, times);
        pipeline.end();
        pipeline.expectAnswer(statement.sql());
    }

    /** Sees to it that what was sent leaves before the thread does something else that takes long. */
    public void flush() {
        pipeline.flush();
    }

    // ---- answers ----

    /** The next answer: to the first statement that is not answered yet, or its next one if it has several. */
    public Response readResponse() {
        return readResponse(null);
    }

    /** @param memory of the answer's columns, which are then not decoded if they are the same again */
    public Response readResponse(@Nullable ColumnMemory memory) {
        pipeline.settle();
        ByteBuf payload = readPacket();
        try {
            int first = payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : -1;
            return switch (first) {
                case 0 -> ok(OkPacket.read(payload));
                case 0xff -> err(ErrPacket.read(payload));
                case 0xfb, -1 -> throw pipeline.malformed("asks for a local file, or sent an empty packet");
                default -> new Response.Rows(rows((int) LengthEncoded.readInt(payload), memory));
            };
        } catch (IndexOutOfBoundsException e) {
            throw pipeline.malformed("sent a malformed packet");
        } finally {
            payload.release();
        }
    }

    private Response ok(OkPacket ok) {
        pipeline.rowsCame(ok.affectedRows());
        pipeline.answerEnded(ok.status());
        return new Response.Ok(ok.affectedRows(), ok.lastInsertId(), ok.status(), ok.warnings(), ok.info());
    }

    private Response err(SqlError error) {
        pipeline.answerFailed();
        return new Response.Err(told(error));
    }

    private ResultSet rows(int count, @Nullable ColumnMemory memory) {
        List<ColumnDefinition> columns = memory == null ? readColumns(count) : memory.read(count, this::readPacket);
        if (!login.deprecateEof()) {
            readPacket().release();
        }
        return new ResultSet(this, columns, login.deprecateEof());
    }

    private List<ColumnDefinition> readColumns(int count) {
        List<ColumnDefinition> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ByteBuf payload = readPacket();
            try {
                columns.add(ColumnDefinition.read(payload));
            } finally {
                payload.release();
            }
        }
        return columns;
    }

    ByteBuf readPacket() {
        return pipeline.readPacket();
    }

    /** Notes the end of an answer. */
    void answerEnded(int newStatus) {
        pipeline.answerEnded(newStatus);
    }

    /**
     * Passes the next answer (with all that belongs to it: a procedure's several results) to a client as bytes.
     *
     * @param sessionStatus the client's session flags (autocommit, in transaction), which the client sees at the end
     * @return what came; an error of the instance has been passed on
     * @throws SqlError INSTANCE_LOST if the instance is lost before anything was passed on; if it is lost after, the client has
     *     got that error as the end of its answer, and it is in the outcome
     */
    public Outcome forward(ResultWriter client, ColumnRewrite rewrite, int sessionStatus) {
        if (!client.takesBytes()) {
            return deliver(client, rewrite, sessionStatus);
        }
        pipeline.settle();
        PassThrough pass =
                new PassThrough(channel, login.deprecateEof(), client, rewrite, sessionStatus).telling(this::told);
        try {
            PassThrough.End end = pass.run();
            pipeline.rowsCame(pass.rows() + end.affectedRows());
            if (end.error() == null) {
                pipeline.answersEnded(end.status());
            } else {
                pipeline.answerFailed();
            }
            return new Outcome(
                    end.affectedRows(), end.lastInsertId(), end.status(), end.warnings(), end.rows(), end.error());
        } catch (PassThrough.InstanceLost e) {
            SqlError error = pipeline.lost(e.timeout(), String.valueOf(e.getMessage()));
            if (!client.begun()) {
                throw error;
            }
            client.error(error);
            return new Outcome(0, 0, 0, 0, true, error);
        } catch (ConnectionLostException e) {
            // The client is gone; what the instance still sends is of no use to anybody.
            pipeline.breakOff();
            throw e;
        }
    }

    long relay(PacketChannel client, BooleanSupplier stop, boolean deprecatesEof) {
        RowRelay relay = new RowRelay(channel, deprecatesEof, client, stop);
        try {
            long rows = relay.run();
            pipeline.rowsCame(rows);
            return rows;
        } catch (RowRelay.ClientLost e) {
            pipeline.breakOff();
            throw e.lost();
        } catch (ConnectionLostException e) {
            SqlError lost = pipeline.lost(e);
            if (relay.insideRow()) {
                // The client would take an error for a part of the row.
                throw new ConnectionLostException(lost.message(), e.timeout());
            }
            throw lost;
        }
    }

    /** As {@link #forward}, for whom bytes are of no use. */
    private Outcome deliver(ResultWriter client, ColumnRewrite rewrite, int sessionStatus) {
        return switch (readResponse()) {
            case Response.Ok ok -> {
                client.ok(ok.affectedRows(), ok.lastInsertId(), sessionStatus, ok.warnings(), ok.info());
                yield new Outcome(ok.affectedRows(), ok.lastInsertId(), ok.status(), ok.warnings(), false, null);
            }
            case Response.Err err -> throw err.error();
            case Response.Rows rows -> {
                ResultSet result = rows.rows();
                client.columns(result.columns().stream().map(rewrite::apply).toList());
                for (ByteBuf row = result.next(); row != null; row = result.next()) {
                    client.row(row);
                }
                client.end(sessionStatus, result.warnings());
                yield new Outcome(0, 0, result.status(), result.warnings(), true, null);
            }
        };
    }

    // ---- whole statements ----

    /** Runs one statement and waits for its end. @throws SqlError the instance's error */
    public Response.Ok run(String sql) {
        sendQuery(sql);
        Response response = readResponse();
        return switch (response) {
            case Response.Ok ok -> ok;
            case Response.Err err -> throw err.error();
            case Response.Rows rows -> {
                rows.rows().skip();
                yield new Response.Ok(0, 0, rows.rows().status(), rows.rows().warnings(), "");
            }
        };
    }

    /** Runs one query. @throws SqlError the instance's error, or if it has no rows */
    public ResultSet query(String sql) {
        sendQuery(sql);
        return switch (readResponse()) {
            case Response.Rows rows -> rows.rows();
            case Response.Err err -> throw err.error();
            case Response.Ok ok -> throw new IllegalStateException("no rows come from " + sql);
        };
    }

    /** Sends what {@link #prepare} will need, so that it is on its way while other instances are asked. */
    public void prepareAhead(String sql) {
        PreparedKey key = new PreparedKey(sql, textContext);
        if (!prepared.containsKey(key) && !preparing.contains(key)) {
            preparing.add(key);
            pipeline.send(Command.STMT_PREPARE, encoded(sql));
            pipeline.expectAnswer(sql);
        }
    }

    /** Prepares a statement, or finds it prepared already. @throws SqlError the instance's error */
    public Prepared prepare(String sql) {
        PreparedKey key = new PreparedKey(sql, textContext);
        Prepared known = prepared.get(key);
        if (known != null && preparing.isEmpty()) {
            return known;
        }
        prepareAhead(sql);
        SqlError failure = settlePrepared();
        Prepared statement = prepared.get(key);
        if (failure != null || statement == null) {
            throw failure == null ? pipeline.malformed("forgot a statement") : failure;
        }
        return statement;
    }

    /**
     * Reads what {@link #prepareAhead} has still to come.
     *
     * @return the first error of the instance, null if there was none
     * @throws SqlError if the instance is lost
     */
    public @Nullable SqlError settlePrepared() {
        SqlError failure = null;
        while (!preparing.isEmpty()) {
            PreparedKey next = preparing.remove();
            try {
                prepared.put(next, readPrepared(next.sql));
            } catch (SqlError e) {
                if (pipeline.isBroken()) {
                    throw e;
                }
                failure = failure == null ? e : failure;
            }
        }
        return failure;
    }

    private Prepared readPrepared(String sql) {
        pipeline.settle();
        ByteBuf payload = readPacket();
        try {
            if (payload.getUnsignedByte(payload.readerIndex()) == 0xff) {
                pipeline.answerFailed();
                throw ErrPacket.read(payload);
            }
            payload.skipBytes(1);
            int id = payload.readIntLE();
            int columnCount = payload.readUnsignedShortLE();
            int parameterCount = payload.readUnsignedShortLE();
            payload.skipBytes(1);
            int warnings = payload.isReadable() ? payload.readUnsignedShortLE() : 0;
            List<ColumnDefinition> parameters = definitions(parameterCount);
            List<ColumnDefinition> columns = definitions(columnCount);
            pipeline.answerEnded(pipeline.status());
            return new Prepared(id, sql, parameters, columns, warnings);
        } catch (IndexOutOfBoundsException e) {
            throw pipeline.malformed("sent a malformed packet");
        } finally {
            payload.release();
        }
    }

    private List<ColumnDefinition> definitions(int count) {
        if (count == 0) {
            return List.of();
        }
        List<ColumnDefinition> definitions = readColumns(count);
        if (!login.deprecateEof()) {
            readPacket().release();
        }
        return List.copyOf(definitions);
    }

    /** Forgets a prepared statement: the next {@link #prepare} prepares it anew. */
    public void forget(Prepared statement) {
        if (prepared.values().remove(statement)) {
            closeStatement(statement);
        }
    }

    private void closeStatement(Prepared statement) {
        pipeline.begin(Command.STMT_CLOSE).writeIntLE(statement.id());
        pipeline.end();
    }

    // ---- the end of use ----

    /**
     * Says whether a session keeps the connection beyond its statements and transactions, since it has things there that live as
     * long (temporary tables). While it does, a release leaves a connection that is in order with it.
     */
    public void keep(boolean wanted) {
        kept = wanted;
    }

    /**
     * Gives the connection back. One with unread answers or in a transaction is dropped, since that is a fault; one that is dirty
     * is reset first.
     */
    public void release() {
        if (released) {
            if (pipeline.isBroken()) {
                return; // dropped before, by who found that it is of no more use
            }
            throw new IllegalStateException("released twice");
        }
        if (!isOpen() || !pipeline.isEmpty() || inTransaction()) {
            discard();
            return;
        }
        if (kept) {
            // A KILL of a statement that is over meets the same session, as it does in MySQL.
            using.set(use);
            stoppedFor = null;
            return;
        }
        if (dirty) {
            try {
                reset();
            } catch (SqlError e) {
                discard();
                return;
            }
        }
        if (!using.compareAndSet(use, 0)) {
            // A KILL is under way, which must not meet the next user.
            discard();
            return;
        }
        limitSilence(false);
        pipeline.watch("", null);
        released = true;
        pool.giveBack(this);
    }

    /** Makes the connection as after its login, the current database left aside. */
    private void reset() {
        pipeline.begin(Command.RESET_CONNECTION);
        pipeline.end();
        expectOk();
        prepared.clear();
        dirty = false;
        become(SessionState.INITIAL.withFoundRows(foundRows).withDatabase(state.currentDatabase()));
    }

    /** Drops the connection; what the instance does for it, or would do next, is ended there, too, which it wouldn't notice by itself. */
    public void discard() {
        if (!released) {
            released = true;
            boolean working = pipeline.awaitsAnswers() && channel.connection().isOpen();
            pipeline.breakOff();
            channel.abort();
            pool.drop(this);
            if (working) {
                loop().start(() -> pool.atom().endConnection(threadId()));
            }
        }
    }

    void taken() {
        released = false;
        stoppedFor = null;
        using.set(++use);
    }

    /** The number of the present use, for {@link #stop}. */
    public long use() {
        return use;
    }

    /**
     * Stops the statement that runs; called by another thread than the user's. The connection won't be used again afterwards.
     *
     * @param ofUse nothing happens if that use is over
     * @throws SqlError if the instance can't be reached
     */
    public void stop(long ofUse) {
        if (using.compareAndSet(ofUse, -ofUse) || using.get() == -ofUse) {
            pool.atom().killQuery(threadId());
        }
    }

    /** The same; the statement ends with an error of ours instead of the instance's. */
    public void stop(long ofUse, SqlError reason) {
        if (Math.abs(using.get()) == ofUse) {
            stoppedFor = reason;
            stop(ofUse);
        }
    }

    /** What an error of the instance means to the statement's user. */
    SqlError told(SqlError error) {
        SqlError reason = stoppedFor;
        return reason != null && error.number() == ErrorCode.QUERY_INTERRUPTED.number() ? reason : error;
    }

    /** Whether the instance answers; for a connection that was idle for long. */
    boolean ping() {
        try {
            channel.connection().readTimeout(pool.limits().connecting());
            pipeline.begin(Command.PING);
            pipeline.end();
            expectOk();
            return true;
        } catch (SqlError e) {
            return false;
        } finally {
            pipeline.applySilence();
        }
    }

    /** Closes an idle connection politely. */
    void quit() {
        try {
            channel.sequence(0);
            channel.begin().writeByte(Command.QUIT);
            channel.end();
        } catch (ConnectionLostException e) {
            // It is gone already.
        }
        channel.close();
    }

    // ---- facts ----

    /** Whether it can still be used. */
    public boolean isOpen() {
        return !pipeline.isBroken() && channel.connection().isOpen();
    }

    PacketChannel channel() {
        return channel;
    }

    boolean foundRows() {
        return foundRows;
    }

    /** The status flags at the end of the last answer. */
    public int status() {
        return pipeline.status();
    }

    public boolean inTransaction() {
        return (pipeline.status() & ServerStatus.IN_TRANSACTION) != 0;
    }

    /** The instance's number of this connection, for KILL QUERY. */
    public long threadId() {
        return login.threadId();
    }

    public String serverVersion() {
        return login.version();
    }

    public Atom atom() {
        return pool.atom();
    }

    public Loop loop() {
        return channel.connection().loop();
    }

    /** The instance, for messages. */
    String name() {
        return pool.atom().name();
    }
}
