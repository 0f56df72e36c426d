package drds.session;

import drds.atom.SessionState;
import drds.atom.StatementWatch;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.config.ServerConfig;
import drds.ddl.CollationBook;
import drds.ddl.DdlExecutor;
import drds.ddl.Sequences;
import drds.ddl.TableLocks;
import drds.eventual.Applier;
import drds.eventual.Compensator;
import drds.eventual.Dispatcher;
import drds.eventual.FlexibleTransactions;
import drds.eventual.KafkaDelivery;
import drds.eventual.Outbox;
import drds.eventual.Outgoing;
import drds.eventual.Producers;
import drds.eventual.Reconciliation;
import drds.eventual.SqlDelivery;
import drds.eventual.Stamps;
import drds.eventual.Turn;
import drds.eventual.UndoLog;
import drds.executor.Executor;
import drds.executor.ExecutorLimits;
import drds.mysql.StatementCharset;
import drds.replication.LocalInstances;
import drds.replication.Moves;
import drds.replication.Storages;
import drds.rule.KeyConversion;
import drds.session.operate.CclRules;
import drds.session.operate.ServerStatistics;
import drds.session.operate.SlowLog;
import drds.transaction.Backends;
import drds.transaction.Coordinator;
import drds.transaction.Outcomes;
import drds.transaction.Transaction;
import drds.wire.Loop;
import drds.wire.Loops;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What all sessions of a server share; makes them. */
public final class Engine {
    /** Schemas of MySQL's own that clients may look into. */
    private static final Set<String> SERVERS_OWN = Set.of("information_schema", "mysql", "performance_schema", "sys");

    private static final String VERSION_COMMENT = "DRDS";
    private static final int SHARED_STATES_LIMIT = 1000;
    private static final int STOP_LOOK_MILLIS = 20;
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(30);
    private static final String SYSTEM_SCHEMA = "drds";

    private final CatalogStore store;
    private final Backends backends;
    private final Coordinator coordinator;
    private final HomeFacts homeFacts;
    private final ServerConfig config;
    private final Executor executor;
    private final CollationBook collations;
    private final TableLocks tableLocks = new TableLocks();
    private final TableGate gate = new TableGate(tableLocks);
    private final Moves moves;
    private final Storages storages;
    private final LocalInstances localInstances;
    private final DdlExecutor ddl;
    private final Sequences sequences;
    private final Sessions sessions = new Sessions();
    private final StatementTurns turns;
    private final LearnedSizes sizes;
    private final PlanCache planCache = new PlanCache();
    private final InsertShapes insertShapes = new InsertShapes();
    private final KnownPlans knownPlans = new KnownPlans();
    private final ProgramTrees programTrees = new ProgramTrees();
    private final Map<SessionState, SessionState> sharedStates = new ConcurrentHashMap<>();
    private final ServerStatistics statistics = new ServerStatistics();
    private final SlowLog slowLog = new SlowLog();
    private final CclRules cclRules = new CclRules();
    private final long startedNanos = System.nanoTime();
    private final Stamps stamps;
    private final Outbox outbox;
    private final UndoLog undoLog;
    private final FlexibleTransactions flexible;
    private final Turn deferredWork;
    private final Turn messaging;
    private final Reconciliation reconciliation;
    private volatile SessionFacts.ServerFacts facts;

    /** What new sessions begin with. */
    private volatile String sqlMode;

    /**
     * @param loops whose threads talk to instances
     * @param localInstances for ADD STORAGE ... LOCAL
     */
    public Engine(
            CatalogStore store,
            Backends backends,
            Coordinator coordinator,
            Sequences sequences,
            CollationBook collations,
            HomeFacts homeFacts,
            ServerConfig config,
            Loops loops,
            LocalInstances localInstances) {
        this.turns = new StatementTurns(config.limits().statementsAtOnce(), loops.count());
        this.store = store;
        this.backends = backends;
        this.coordinator = coordinator;
        this.homeFacts = homeFacts;
        this.sqlMode = homeFacts.sqlMode();
        this.config = config;
        this.facts = new SessionFacts.ServerFacts(config.port(), hostName(), VERSION_COMMENT, 0);
        this.executor = new Executor(backends, sequences, executorLimits(), Clock.systemUTC());
        this.collations = collations;
        this.sizes = new LearnedSizes(backends, store::current);
        this.sequences = sequences;
        this.stamps = new Stamps(Clock.systemUTC(), coordinator.node());
        this.outbox = new Outbox(backends);
        Dispatcher dispatcher = new Dispatcher(outbox, backends, stamps, this::newApplier);
        Supplier<String> defaultGroup = () -> store.current().defaultGroup();
        this.undoLog = new UndoLog(backends);
        this.flexible = new FlexibleTransactions(
                backends, undoLog, stamps, coordinator.node(), defaultGroup, this::newCompensation);
        this.deferredWork =
                new Turn("deferred statements", backends, defaultGroup, List.of(dispatcher::look, flexible::look));
        this.reconciliation = new Reconciliation(backends, coordinator, stamps);
        this.messaging = new Turn("messages", backends, defaultGroup, List.of(delivery(defaultGroup)));
        this.moves = new Moves(store, backends, gate, task -> loops.any().start(task));
        this.storages = new Storages(store, backends, gate, moves, loops);
        this.localInstances = localInstances;
        this.ddl = new DdlExecutor(store, backends, tableLocks, collations, sequences, config.shardsPerGroup());
    }

    /** The port where clients come in, which {@code @@port} gives. */
    public void listensOn(int port) {
        facts = new SessionFacts.ServerFacts(port, facts.hostname(), facts.versionComment(), facts.serverId());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private ExecutorLimits executorLimits() {
        ExecutorLimits standard = ExecutorLimits.DEFAULT;
        return new ExecutorLimits(
                config.limits().gatherMemoryBytes(),
                standard.connectionsPerGroup(),
                standard.besideConnections(),
                standard.scratchRows(),
                standard.scratchBytes(),
                standard.batchBytes());
    }

    /** To be called every few seconds: rates are those since then. */
    public void sampleStatistics() {
        statistics.sample();
    }

    ServerStatistics serverStatistics() {
        return statistics;
    }

    CclRules cclRules() {
        return cclRules;
    }

    SlowLog slowLog() {
        return slowLog;
    }

    /** For a cursor's rows. */
    RowSpool newSpool(Loop loop) {
        return new RowSpool(
                loop, config.dataDir().resolve("cursors"), config.limits().cursorBytes());
    }

    StatementTurns turns() {
        return turns;
    }

    ProgramTrees programTrees() {
        return programTrees;
    }

    KnownPlans knownPlans() {
        return knownPlans;
    }

    PlanCache planCache() {
        return planCache;
    }

    /** The instances' statistics; to be refreshed in the background. */
    public LearnedSizes tableSizes() {
        return sizes;
    }

    InsertShortcut newInsertShortcut(Session session, Dispatch dispatch) {
        return new InsertShortcut(
                session,
                dispatch,
                insertShapes,
                executor.sequencer(),
                executor.limits().batchBytes());
    }

    Executor executor() {
        return executor;
    }

    /** How constants become key values in a session. */
    KeyConversion keyConversion(SessionVariables variables) {
        return variables.keyConversion(collations.current(), homeFacts.zone());
    }

    /** A session for a client that has logged in. @throws SqlError if the database that it names is not there */
    public ClientSession open(ClientConnection client) {
        Session session = new Session(client, this);
        String database = client.database();
        if (database != null && !database.isEmpty()) {
            session.switchTo(database);
        }
        sessions.add(session);
        statistics.add(ServerStatistics.Count.CONNECTIONS, 1);
        return session;
    }

    Catalog catalog() {
        return store.current();
    }

    Sessions sessions() {
        return sessions;
    }

    Home home() {
        return new Home(backends, catalog().defaultGroup());
    }

    SessionFacts.ServerFacts facts() {
        return facts;
    }

    /** How transactions ended of which a client was told that this is not known. */
    Outcomes outcomes() {
        return new Outcomes(backends, coordinator);
    }

    Transaction newTransaction(StatementWatch watch) {
        return new Transaction(backends, coordinator, watch);
    }

    /** The variables of a client that came with this collation. */
    SessionVariables newVariables(int collationId, boolean foundRows) {
        HomeFacts.Collation collation = homeFacts.collation(collationId);
        SessionState state = SessionState.INITIAL
                .withFoundRows(foundRows)
                .withVariable("character_set_client", "'" + collation.charset() + "'")
                .withVariable("character_set_connection", "'" + collation.charset() + "'")
                .withVariable("character_set_results", "'" + collation.charset() + "'")
                .withVariable("collation_connection", "'" + collation.name() + "'");
        StatementCharset charset = StatementCharset.of(collation.charset());
        return new SessionVariables(
                state,
                charset == null ? StatementCharset.UTF8 : charset,
                sqlMode,
                slowLog.millisForNewSessions(),
                this::shared);
    }

    private SessionState shared(SessionState state) {
        if (sharedStates.size() >= SHARED_STATES_LIMIT) {
            sharedStates.clear();
        }
        SessionState known = sharedStates.putIfAbsent(state, state);
        return known == null ? state : known;
    }

    boolean isServersOwn(String schema) {
        return SERVERS_OWN.contains(schema.toLowerCase(Locale.ROOT));
    }

    long idleTimeoutSeconds() {
        return homeFacts.waitTimeoutSeconds();
    }

    InformationSchema informationSchema(Session session) {
        return new InformationSchema(
                hiddenSchemas(),
                sessions::processes,
                () -> tableSizes(catalog().databases().keySet()),
                session.variables().modes());
    }

    // ---- work after the commit ----

    private Applier newApplier() {
        return new DeferredApplier(this, loop());
    }

    private Compensator newCompensation() {
        return new Compensation(this, loop());
    }

    private static Loop loop() {
        Loop loop = Loops.current();
        if (loop == null) {
            throw new IllegalStateException("sessions run on a loop");
        }
        return loop;
    }

    /** The transactions whose changes are committed one by one; to be told of every second. */
    public FlexibleTransactions flexible() {
        return flexible;
    }

    UndoLog undoLog() {
        return undoLog;
    }

    /** Runs what was deferred; whoever calls its {@code run} has a thread of a loop for it. */
    public Turn deferredWork() {
        return deferredWork;
    }

    private Supplier<Boolean> delivery(Supplier<String> defaultGroup) {
        Outgoing outgoing = new Outgoing(backends, stamps);
        ServerConfig.Kafka kafka = config.kafka();
        if (kafka.servers().isPresent()) {
            String servers = kafka.servers().get();
            return new KafkaDelivery(outgoing, backends, () -> Producers.make(servers, kafka.properties()), KAFKA_LIMIT)
                    ::look;
        }
        return new SqlDelivery(outgoing, backends, coordinator, defaultGroup)::look;
    }

    /** Delivers messages; to be run like {@link #deferredWork}. */
    public Turn messaging() {
        return messaging;
    }

    /** What is not over; to be sampled every few seconds. */
    public Reconciliation reconciliation() {
        return reconciliation;
    }

    Outbox outbox() {
        return outbox;
    }

    Stamps stamps() {
        return stamps;
    }

    /** A session's name in outboxes: no other of any server ever has it. */
    String deferringSession(Session session) {
        return coordinator.node() + "/" + session.id();
    }

    /** Waits until no distributed transaction that is decided has a branch left to be committed. */
    void awaitCommits() {
        coordinator.awaitCommits(backends);
    }

    /** What the partitions of these databases' sharded tables hold. */
    TableSizes tableSizes(Set<String> databases) {
        return TableSizes.read(catalog(), backends, databases, sequences::nextNumbers);
    }

    /** The physical schemas on the home instance, which no client sees. */
    private Set<String> hiddenSchemas() {
        Catalog current = catalog();
        Set<String> hidden = new TreeSet<>();
        hidden.add(SYSTEM_SCHEMA);
        hidden.addAll(moves.hiddenSchemas());
        for (Database database : current.databases().values()) {
            for (Database.Shard shard : database.shards()) {
                if (shard.group().equals(current.defaultGroup())) {
                    hidden.add(shard.schema());
                }
            }
            for (Table table : database.tables().values()) {
                for (Table.Partition partition : table.partitions()) {
                    if (!partition.schema().equals(database.name())) {
                        hidden.add(partition.schema());
                    }
                }
            }
        }
        return hidden;
    }

    /** SET GLOBAL: on every Group's primary, and for the sessions to come. */
    void setGlobal(SessionState state, String sql) {
        onAllInstances(state, sql);
        sqlMode = String.valueOf(
                home().query(SessionState.INITIAL, "SELECT @@global.sql_mode").text(0, 0));
    }

    /** Runs a statement on every Group's primary. */
    void onAllInstances(SessionState state, String sql) {
        for (String group : catalog().groups().keySet()) {
            try (HomeConnection connection = new Home(backends, group).open(state)) {
                connection.command(sql);
            }
        }
    }

    /** An instance beside the home instance, used in the same way. */
    Home at(String group) {
        return new Home(backends, group);
    }

    MemoryResult query(String group, SessionState state, String sql) {
        return new Home(backends, group).query(state, sql);
    }

    /** Ends definitions that a crash left half done. */
    public void recoverDefinitions() {
        ddl.recover();
    }

    /** Every few seconds: definitions whose change couldn't be ended since an instance was away. */
    public void recoverDefinitionsAgain() {
        ddl.again();
    }

    CatalogStore store() {
        return store;
    }

    Sequences sequences() {
        return sequences;
    }

    DdlExecutor ddl() {
        return ddl;
    }

    /** The jobs that move data; looked after every second. */
    public Moves moves() {
        return moves;
    }

    Storages storages() {
        return storages;
    }

    LocalInstances localInstances() {
        return localInstances;
    }

    TableGate gate() {
        return gate;
    }

    TableLocks tableLocks() {
        return tableLocks;
    }

    /** One line, as COM_STATISTICS gives it. */
    String statistics() {
        long seconds = Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds();
        return "Uptime: " + seconds + "  Threads: " + sessions.count();
    }

    /** Ends sessions as they become idle; after the limit, those that aren't are left. */
    public void endSessions(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (sessions.disconnectIdle() > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(STOP_LOOK_MILLIS);
        }
    }
}
