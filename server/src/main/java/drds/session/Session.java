package drds.session;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.AccountName;
import drds.catalog.Catalog;
import drds.catalog.CclRule;
import drds.ddl.NamedSequences;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.NeedsPlanning;
import drds.executor.PlacedInsert;
import drds.mysql.Capabilities;
import drds.mysql.ResultWriter;
import drds.mysql.ServerStatus;
import drds.parser.ConditionalComments;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.Span;
import drds.parser.SqlParser;
import drds.parser.Statement;
import drds.planner.Plan;
import drds.rule.KeyConversion;
import drds.session.operate.CclRules;
import drds.session.operate.PhysicalWatch;
import drds.session.operate.ServerStatistics;
import drds.session.operate.SlowLog;
import drds.session.operate.StatementHints;
import drds.session.operate.Trace;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's session. */
final class Session implements ClientSession {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration STOP_AGAIN = Duration.ofMillis(500);
    private static final Duration LOCK_TIMEOUT = Duration.ofDays(1);

    private final ClientConnection client;
    private final Engine engine;
    private final Activity activity = new Activity();
    private final Diagnostics diagnostics = new Diagnostics();
    private final PreparedStatements prepared;
    private final Dispatch dispatch;
    private final UserLocks locks;
    private final Shortcut shortcut;
    private final InsertShortcut inserts;
    /** Read by KILL and SHOW TRANS from other threads. */
    private volatile Transaction transaction;

    private SessionVariables variables;
    private AccountName account;
    private String user;
    private boolean multiStatements;
    private volatile boolean gone;
    private volatile boolean interrupted;
    private final Semaphore turns;
    private @Nullable Characteristics next;
    private final HeldTables tables;
    private final TemporaryTables temporary;
    private final SequenceValues sequenceValues;
    private StatementHints hints = StatementHints.NONE;
    private final PhysicalWatch watch;
    private @Nullable Trace trace;

    Session(ClientConnection client, Engine engine) {
        this.client = client;
        this.engine = engine;
        this.account = client.account();
        this.user = client.user();
        this.variables = engine.newVariables(client.collationId(), foundRows());
        this.multiStatements = (client.capabilities() & Capabilities.MULTI_STATEMENTS) != 0;
        this.watch = new PhysicalWatch(engine.serverStatistics(), engine.slowLog(), () -> variables.slowNanos());
        this.transaction = engine.newTransaction(watch);
        this.temporary = new TemporaryTables(transaction);
        this.tables = new HeldTables(engine.tableLocks());
        this.locks = new UserLocks(engine);
        this.sequenceValues = new SequenceValues(engine.sequences().named(), this::sequenceName);
        this.turns = engine.turns().of(client.loop());
        this.dispatch = new Dispatch(this, engine);
        this.shortcut = new Shortcut(this, dispatch, engine.planCache());
        this.inserts = engine.newInsertShortcut(this, dispatch);
        this.prepared = new PreparedStatements(this, dispatch, shortcut);
        activity.end(System.nanoTime());
    }

    private boolean foundRows() {
        return (client.capabilities() & Capabilities.FOUND_ROWS) != 0;
    }

    // ---- commands ----

    @Override
    public void query(ByteBuf text, ResultWriter out) {
        interrupted = false;
        byte[] bytes = new byte[text.readableBytes()];
        text.getBytes(text.readerIndex(), bytes);
        String sql = variables.charset().decode(bytes);
        activity.begin("Query", sql, System.nanoTime());
        CclRules.Permit permit = permit(sql, out);
        if (permit == null) {
            return;
        }
        boolean turn = awaitTurn(sql);
        try {
            if (mustBeParsed() || !runShort(bytes, sql, out)) {
                runAll(sql, out);
            }
        } finally {
            endTurn(turn);
            permit.close();
            finished(sql, out);
        }
    }

    /** Waits until the rules of throttling let the text run. @return null if they don't, which the client knows then */
    private CclRules.@Nullable Permit permit(@Nullable String sql, ResultWriter out) {
        Collection<CclRule> rules = engine.catalog().cclRules().values();
        if (rules.isEmpty() || sql == null) {
            return CclRules.Permit.NONE;
        }
        try {
            return new Throttling(this, engine).enter(rules, sql, multiStatements);
        } catch (SqlError refused) {
            failed(refused, out);
            statementEnded();
            finished(sql, out);
            return null;
        }
    }

    /** Counts the statement, and notes it if it took long. */
    private void finished(@Nullable String sql, ResultWriter out) {
        long now = System.nanoTime();
        long nanos = now - activity.sinceNanos();
        ServerStatistics statistics = engine.serverStatistics();
        statistics.add(ServerStatistics.Count.STATEMENTS, 1);
        statistics.add(ServerStatistics.Count.STATEMENT_NANOS, nanos);
        if (nanos >= variables.slowNanos()) {
            statistics.add(ServerStatistics.Count.SLOW_STATEMENTS, 1);
            long millis = nanos / 1_000_000;
            long rows = Math.max(out.rows(), diagnostics.rowCount());
            engine.slowLog()
                    .add(new SlowLog.Statement(
                            hostName(),
                            variables.database(),
                            System.currentTimeMillis() - millis,
                            millis,
                            Math.max(0, rows),
                            String.valueOf(sql)));
        }
        activity.end(now);
    }

    /**
     * Waits until the statement may run. Who holds locks that others may wait for doesn't wait, nor who comes to end a statement.
     *
     * @return whether a turn was taken, which has to be given back
     */
    private boolean awaitTurn(String sql) {
        if (transaction.active() || locks.any() || !sql.isEmpty() && (sql.charAt(0) | 0x20) == 'k') {
            return false;
        }
        turns.acquireUninterruptibly();
        if (gone) {
            turns.release();
            activity.end(System.nanoTime());
            throw new ConnectionLostException("the client left while its statement waited", false);
        }
        return true;
    }

    private void endTurn(boolean taken) {
        if (taken) {
            turns.release();
        }
    }

    /** Whether known shapes don't tell what a statement needs. */
    boolean mustBeParsed() {
        return next != null || transaction.isFlexible();
    }

    /** Runs a statement whose shape is known. @return false if it has to be parsed; nothing has been done then */
    private boolean runShort(byte[] bytes, String sql, ResultWriter out) {
        boolean done = false;
        try {
            if (InsertShortcut.mayTake(bytes)) {
                done = runInsert(bytes, out);
                return done;
            }
            Plan plan = shortcut.plan(bytes, sql);
            if (plan != null) {
                done = true;
                diagnostics.begin(!shortcut.namesTables());
                dispatch.planned().run(plan, sql, out);
            }
        } catch (NeedsPlanning again) {
            done = false;
        } catch (SqlError error) {
            done = true;
            failed(error, out);
        } finally {
            statementEnded();
        }
        return done;
    }

    /** Where the rows of an INSERT go whose head is known; null if it has to be parsed. */
    @Nullable
    PlacedInsert placed(byte[] insert) {
        return inserts.place(insert);
    }

    /** Runs an INSERT of rows whose head is known. @return false if it has to be parsed; nothing has been done then */
    boolean runInsert(byte[] bytes, ResultWriter out) {
        PlacedInsert insert = inserts.place(bytes);
        if (insert == null) {
            return false;
        }
        diagnostics.begin(false);
        dispatch.planned().run(insert, out);
        return true;
    }

    /** Runs a statement of a program that the client's statement has called. */
    void runInside(String sql, ResultWriter out) {
        throwIfInterrupted();
        if (!mustBeParsed() && runShort(variables.charset().encode(sql), sql, out)) {
            return;
        }
        try {
            dispatch.run(sql, out);
        } finally {
            statementEnded();
        }
    }

    /** @throws SqlError 1317 if KILL came since the client's statement began, or the client has left */
    void throwIfInterrupted() {
        if (interrupted || gone) {
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }

    /** Runs the statements of a text one after the other; an error ends it. */
    private void runAll(String sql, ResultWriter out) {
        if (!multiStatements || sql.indexOf(';') < 0) {
            runOne(sql, out);
            return;
        }
        List<Span> statements = variables.parser().split(sql);
        for (int i = 0; i < statements.size(); i++) {
            if (gone) {
                throw new ConnectionLostException("the client left between its statements", false);
            }
            out.moreFollow(i + 1 < statements.size());
            String statement = statements.get(i).of(sql);
            activity.statement(statement);
            if (!runOne(statement, out)) {
                return;
            }
        }
        if (statements.isEmpty()) {
            runOne(sql, out);
        }
    }

    /** @return whether it went well */
    private boolean runOne(String sql, ResultWriter out) {
        try {
            return dispatch.run(sql, out);
        } catch (SqlError error) {
            failed(error, out);
            return false;
        } catch (StackOverflowError deep) {
            failed(ErrorCode.NESTED_TOO_DEEPLY.with(), out);
            return false;
        } finally {
            statementEnded();
        }
    }

    /** Tells the client that its statement failed. */
    void failed(SqlError error, ResultWriter out) {
        engine.serverStatistics().add(ServerStatistics.Count.ERRORS, 1);
        diagnostics.error(error);
        out.error(error);
    }

    @Override
    public Prepared prepare(ByteBuf text) {
        byte[] bytes = new byte[text.readableBytes()];
        text.getBytes(text.readerIndex(), bytes);
        activity.begin("Prepare", null, System.nanoTime());
        try {
            return prepared.prepare(variables.charset().decode(bytes));
        } catch (SqlError error) {
            diagnostics.error(error);
            throw error;
        } finally {
            diagnostics.end();
            activity.end(System.nanoTime());
        }
    }

    @Override
    public void execute(int statementId, ByteBuf payload, ResultWriter out) {
        interrupted = false;
        activity.begin("Execute", prepared.textOf(statementId), System.nanoTime());
        CclRules.Permit permit = permit(prepared.textOf(statementId), out);
        if (permit == null) {
            return;
        }
        boolean turn = awaitTurn("");
        try {
            prepared.execute(statementId, payload, out);
        } catch (SqlError error) {
            failed(error, out);
        } finally {
            statementEnded();
            endTurn(turn);
            permit.close();
            finished(prepared.textOf(statementId), out);
        }
    }

    @Override
    public void fetch(int statementId, int rows, ResultWriter out) {
        activity.begin("Fetch", prepared.textOf(statementId), System.nanoTime());
        try {
            prepared.fetch(statementId, rows, out);
        } catch (SqlError error) {
            failed(error, out);
        } finally {
            diagnostics.end();
            activity.end(System.nanoTime());
        }
    }

    @Override
    public void longData(int statementId, int parameter, ByteBuf data) {
        prepared.longData(statementId, parameter, data);
    }

    @Override
    public void resetStatement(int statementId) {
        prepared.reset(statementId);
    }

    @Override
    public void closeStatement(int statementId) {
        prepared.close(statementId);
    }

    @Override
    public void useDatabase(String name) {
        diagnostics.begin(false);
        switchTo(name);
        diagnostics.changed(0, 0);
    }

    /** USE. */
    void switchTo(String name) {
        checkDatabase(name);
        variables.database(name);
    }

    /** @throws SqlError 1049 if no client may know such a database */
    void checkDatabase(String name) {
        if (!isVisible(name)) {
            throw ErrorCode.UNKNOWN_DATABASE.with(name);
        }
    }

    /** Whether it is a logical database or one of MySQL's own. */
    boolean isVisible(String schema) {
        return catalog().database(schema) != null || engine.isServersOwn(schema);
    }

    @Override
    public List<FieldWithDefault> fieldList(String table, String wildcard) {
        return dispatch.fieldList(table, wildcard);
    }

    @Override
    public void reset() {
        transaction.abandon();
        temporary.dropAll();
        releaseTables();
        locks.release();
        transaction.autocommit(true);
        transaction.flexible(null);
        next = null;
        transaction.nextTransaction(Characteristics.DEFAULT);
        prepared.closeAll();
        sequenceValues.reset();
        trace = null;
        diagnostics.reset();
        String database = variables.database();
        variables = engine.newVariables(client.collationId(), foundRows());
        if (database != null) {
            variables.database(database);
        }
    }

    @Override
    public void changeUser(AccountName newAccount, String newUser, int collationId, @Nullable String database) {
        reset();
        account = newAccount;
        user = newUser;
        variables = engine.newVariables(collationId, foundRows());
        if (database != null && !database.isEmpty()) {
            useDatabase(database);
        }
    }

    @Override
    public String statistics() {
        return engine.statistics();
    }

    @Override
    public void kill(long connectionId) {
        engine.sessions().kill(connectionId, false);
    }

    @Override
    public void multiStatements(boolean allowed) {
        multiStatements = allowed;
    }

    @Override
    public int status() {
        int status = 0;
        if (transaction.autocommit()) {
            status |= ServerStatus.AUTOCOMMIT;
        }
        if (transaction.active() && !transaction.isOfStatement()) {
            status |= ServerStatus.IN_TRANSACTION;
        }
        if (variables.noBackslashEscapes()) {
            status |= ServerStatus.NO_BACKSLASH_ESCAPES;
        }
        return status;
    }

    @Override
    public long idleTimeoutSeconds() {
        boolean interactive = (client.capabilities() & Capabilities.INTERACTIVE) != 0;
        String own = variables.kept().get(interactive ? "interactive_timeout" : "wait_timeout");
        return own == null ? engine.idleTimeoutSeconds() : Long.parseLong(own);
    }

    @Override
    public void close() {
        engine.sessions().remove(this);
        prepared.closeAll();
        try {
            transaction.abandon();
        } finally {
            temporary.dropAll();
            locks.release();
            releaseTables();
        }
    }

    @Override
    public void clientGone() {
        gone = true;
        if (!isIdle()) {
            client.loop().start(this::stopStatement);
        }
    }

    /** Again and again: between two of its steps on the instances a statement can't be met there. */
    private void stopStatement() {
        while (!isIdle()) {
            try {
                transaction.kill();
                Thread.sleep(STOP_AGAIN);
            } catch (SqlError unreachable) {
                LOG.warn("A statement whose client has left goes on: {}", unreachable.message());
                return;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** KILL and KILL QUERY, from any thread. */
    void kill(boolean queryOnly) {
        interrupted = true;
        transaction.kill();
        if (!queryOnly) {
            client.disconnect();
        }
    }

    /** Whether no statement runs. */
    boolean isIdle() {
        return activity.command().equals("Sleep");
    }

    private void statementEnded() {
        diagnostics.end();
        temporary.tidy();
        if (!transaction.active()) {
            releaseTables();
        }
    }

    // ---- for the statements ----

    /** Holds the definitions of the tables that a statement names. */
    void holdTables(Statement statement) {
        holdTables(HeldTables.named(statement, variables.database()));
    }

    void holdTables(Collection<HeldTables.Name> names) {
        tables.take(
                temporary.any()
                        ? names.stream().filter(name -> !temporary.has(name)).toList()
                        : names,
                lockTimeout());
    }

    void ownTable(HeldTables.Name name) {
        tables.own(name);
    }

    void releaseTables() {
        tables.release();
    }

    /** lock_wait_timeout, where the session has set it. */
    Duration lockTimeout() {
        String seconds = state().variables().get("lock_wait_timeout");
        return seconds == null ? LOCK_TIMEOUT : Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
    }

    long id() {
        return client.id();
    }

    SqlParser parser() {
        return variables.parser();
    }

    ParsedStatement parse(String sql) {
        SqlParser parser = variables.parser();
        ParsedStatement parsed = LongWork.run(sql.length(), () -> parser.parse(sql));
        return parsed.conditionalComments()
                ? variables.parser().parse(ConditionalComments.unwrap(sql, variables.modes()))
                : parsed;
    }

    ClientConnection client() {
        return client;
    }

    AccountName account() {
        return account;
    }

    /** SET TRANSACTION for the next one alone, which outside of BEGIN is the next statement. */
    void nextTransaction(Characteristics wanted) {
        next = wanted;
        transaction.nextTransaction(wanted);
    }

    /** The state of the next statement: with SET TRANSACTION's isolation if it is a transaction of its own. */
    SessionState forNextStatement(SessionState state) {
        Characteristics wanted = next;
        if (wanted == null) {
            return state;
        }
        next = null;
        if (transaction.transactional() || wanted.isolation() == null) {
            return state;
        }
        transaction.nextTransaction(Characteristics.DEFAULT);
        return state.withVariable(
                "transaction_isolation", "'" + wanted.isolation().replace(' ', '-') + "'");
    }

    /** What goes to instances is told to it. */
    PhysicalWatch watch() {
        return watch;
    }

    /** That of the last TRACE; null if there was none. */
    @Nullable
    Trace trace() {
        return trace;
    }

    void trace(Trace last) {
        trace = last;
    }

    /** Those of the running statement. */
    StatementHints hints() {
        return hints;
    }

    /** Hints for what runs from now on. */
    void hints(StatementHints wanted) {
        engine.serverStatistics().add(ServerStatistics.Count.HINTS, wanted.isNone() ? 0 : 1);
        hints = wanted;
        transaction.hinted(wanted.master(), wanted.silence());
    }

    UserLocks locks() {
        return locks;
    }

    Activity activity() {
        return activity;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    SessionVariables variables() {
        return variables;
    }

    SessionState state() {
        return variables.state();
    }

    Transaction transaction() {
        return transaction;
    }

    /** The one for what runs from now on. */
    void use(Transaction other) {
        transaction = other;
    }

    /** The catalog with the session's temporary tables. */
    Catalog catalog() {
        return temporary.in(engine.catalog());
    }

    TemporaryTables temporary() {
        return temporary;
    }

    SequenceValues sequenceValues() {
        return sequenceValues;
    }

    /** The sequence that a name means. */
    NamedSequences.Name sequenceName(QualifiedName name) {
        String database =
                name.schema() == null ? variables.database() : name.schema().text();
        if (database == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        checkDatabase(database);
        return new NamedSequences.Name(database, name.name().text());
    }

    RowSpool newSpool() {
        return engine.newSpool(client.loop());
    }

    /** The home instance, with the session's temporary tables. */
    Home home() {
        Backend kept = transaction.kept();
        return kept == null ? engine.home() : engine.home().over(kept);
    }

    String userAtHost() {
        return user + "@" + hostName();
    }

    /** Where the client is. */
    String host() {
        return hostName();
    }

    private String hostName() {
        return client.remote().getAddress().isLoopbackAddress()
                ? "localhost"
                : client.remote().getAddress().getHostAddress();
    }

    KeyConversion keyConversion() {
        return engine.keyConversion(variables);
    }

    SessionFacts facts() {
        return new SessionFacts(
                id(),
                userAtHost(),
                account.user() + "@" + account.host(),
                diagnostics.lastInsertId(),
                diagnostics.rowCount(),
                diagnostics.foundRows(),
                diagnostics.warningCount(),
                diagnostics.errors().size(),
                transaction.autocommit(),
                transaction.active(),
                engine.facts(),
                variables.database(),
                variables.kept());
    }

    ProcessRow process() {
        long millis = activity.millis(System.nanoTime());
        String database = variables.database();
        return new ProcessRow(
                id(),
                user,
                hostName() + ":" + client.remote().getPort(),
                database,
                activity.command(),
                millis / 1000,
                millis,
                activity.statement() == null ? "" : "executing",
                activity.statement());
    }
}
