package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.atom.StatementWatch;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.SqlText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session's transaction: which instances it has touched and how it ends. BEGIN opens nothing; the first instance that a
 * statement needs runs a local transaction, each later one an XA branch. Without a transaction (autocommit) it lends connections
 * for one statement. Used by the session's thread alone, but for {@link #kill}.
 *
 * <p>A statement's life: {@link #on} for each place, then {@link #endStatement}; changes in several places go inside
 * {@link #atomically}.
 */
public final class Transaction {
    /** A deadlock; and what XA says after one, or after another rollback by the instance. */
    private static final Set<Integer> MEANS_ROLLBACK = Set.of(ErrorCode.DEADLOCK.number(), 1614, 1402);

    private static final String ATTEMPT_SAVEPOINT = "`drds attempt`";

    private final Backends backends;
    private final Coordinator coordinator;
    private final @Nullable StatementWatch watch;
    private final Lent lent;

    /** The first one is local and decides. Read by KILL from other threads. */
    private final List<Branch> branches = new CopyOnWriteArrayList<>();

    private final List<String> savepoints = new ArrayList<>();

    /** Those of the running statement. */
    private final List<Transaction> besides = new CopyOnWriteArrayList<>();

    private @Nullable Kept kept;
    private boolean primaryOnly;
    private @Nullable Duration silence;
    private boolean usesKept;
    private boolean readsKept;
    private volatile boolean killed;
    /** A KILL is meant to break a deadlock. */
    private volatile boolean victim;

    private boolean autocommit = true;
    private boolean begun;

    /** When the open one began, in milliseconds since 1970; 0 if none is open. Read by other sessions. */
    private volatile long sinceMillis;

    private boolean insideAtomic;
    /** How many statements, one inside the other, are to be done whole or not at all. */
    private int atomicStatements;

    private boolean ofStatement;

    private boolean attempting;
    private Characteristics characteristics = Characteristics.DEFAULT;
    private Characteristics next = Characteristics.DEFAULT;
    private volatile @Nullable TransactionName name;
    private boolean spread;
    private @Nullable ClientXa client;

    /** Makes the ends of transactions whose changes are committed one by one; null where they are committed together. */
    private @Nullable Supplier<? extends TransactionEnd> flexible;

    /** That of the open one; null for one that is committed together, and if none is open. */
    private @Nullable TransactionEnd end;

    /** What is to be done when the open one is committed. */
    private final List<Runnable> afterCommit = new ArrayList<>();

    public Transaction(Backends backends, Coordinator coordinator) {
        this(backends, coordinator, null);
    }

    /** @param watch is told of what the statements' connections answer; null for nobody */
    public Transaction(Backends backends, Coordinator coordinator, @Nullable StatementWatch watch) {
        this.backends = backends;
        this.coordinator = coordinator;
        this.watch = watch;
        this.lent = new Lent(backends, watch);
    }

    // ---- what a statement runs on ----

    /**
     * The connection for a statement's work on a Group, in the wanted state: the transaction's, or one lent for this statement.
     *
     * @param write whether the statement may change or lock rows there
     */
    public Backend on(String group, boolean write, SessionState state) {
        throwIfKilled();
        if (!begun && autocommit) {
            return lent.first(group, write, state);
        }
        if (client != null) {
            client.require(ClientXa.State.ACTIVE);
        }
        begin();
        if (end != null) {
            if (write) {
                throw ErrorCode.NOT_FLEXIBLE.with("it locks or changes what could not be taken back");
            }
            return lent.first(group, true, state);
        }
        Branch branch = branch(group);
        if (branch == null) {
            branch = open(group, state);
        } else {
            branch.backend.use(state);
        }
        if (silence != null) {
            branch.backend.limitSilence(silence);
        }
        branch.wrote |= write;
        while (write && branch.statementsMarked < atomicStatements) {
            branch.statementsMarked++;
            branch.backend.sendAhead("SAVEPOINT " + statementSavepoint(branch.statementsMarked));
        }
        if (attempting && write && !branch.attemptMarked) {
            branch.backend.sendAhead("SAVEPOINT " + ATTEMPT_SAVEPOINT);
            branch.attemptMarked = true;
        }
        return branch.backend;
    }

    /** Without autocommit a statement that needs an instance begins a transaction. */
    private void begin() {
        if (!begun) {
            begun = true;
            sinceMillis = System.currentTimeMillis();
            characteristics = next;
            next = Characteristics.DEFAULT;
            beginFlexibly();
        }
    }

    private void beginFlexibly() {
        Supplier<? extends TransactionEnd> ends = flexible;
        if (ends != null
                && client == null
                && !characteristics.consistentSnapshot()
                && !Boolean.TRUE.equals(characteristics.readOnly())) {
            end = ends.get();
        }
    }

    /**
     * For the transactions to come: whether their changes are committed one by one.
     *
     * @param ends makes their ends; null for transactions that are committed together
     */
    public void flexible(@Nullable Supplier<? extends TransactionEnd> ends) {
        if (begun) {
            throw ErrorCode.POLICY_IN_TRANSACTION.with();
        }
        flexible = ends;
    }

    /** Whether the session's changes belong to a transaction and are committed one by one. */
    public boolean isFlexible() {
        return begun ? end != null : flexible != null && !autocommit;
    }

    /** The end of the open flexible transaction, which begins if it has not yet. @throws IllegalStateException if it isn't one */
    public TransactionEnd flexibleEnd() {
        begin();
        TransactionEnd known = end;
        if (known == null) {
            throw new IllegalStateException("the transaction is not flexible");
        }
        return known;
    }

    /** One more connection to a Group for reading beside the first one; only while {@link #mayReadBeside}. */
    public Backend beside(String group, SessionState state) {
        if (!mayReadBeside()) {
            throw new IllegalStateException("a transaction has one connection a Group");
        }
        return lent.another(group, state);
    }

    /**
     * A connection outside of the transaction for DRDS's own use in this statement, in whatever state; KILL reaches it. It goes
     * back at the statement's end, or before by {@link #giveBack}.
     */
    public Backend outside(String group, SessionState state) {
        throwIfKilled();
        return lent.outside(group, state);
    }

    public void giveBack(Backend outside) {
        lent.giveBack(outside);
    }

    /** A connection that was lent for this statement and is lost is not used again: another takes its place. */
    public void dropIfLost(Backend backend) {
        lent.dropIfLost(backend);
    }

    /** A statement begins: what KILL QUERY said before doesn't concern it. */
    public void beginStatement() {
        killed = false;
        victim = false;
    }

    /** Whether KILL QUERY came since the statement began. */
    public boolean isKilled() {
        return killed;
    }

    /** @throws SqlError 1317 if KILL QUERY came since the statement began */
    public void throwIfKilled() {
        if (victim) {
            throw ErrorCode.DEADLOCK.with();
        }
        if (killed) {
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }

    /**
     * A transaction beside this one, in autocommit, for reading what this statement needs while this one writes. It ends with
     * the statement, and KILL reaches it.
     */
    public Transaction beside() {
        Transaction beside = new Transaction(backends, coordinator, watch);
        beside.hinted(primaryOnly, silence);
        besides.removeIf(earlier -> earlier.lent.isEmpty());
        besides.add(beside);
        return beside;
    }

    /**
     * What hints say for the statements to come.
     *
     * @param primary whether reads outside of a transaction go to primaries
     * @param limit how long an instance may be silent, null for the setting
     */
    public void hinted(boolean primary, @Nullable Duration limit) {
        primaryOnly = primary;
        if (limit == null && silence != null) {
            branches.forEach(branch -> branch.backend.limitSilence(true));
        }
        silence = limit;
        lent.hinted(primary, limit);
    }

    /** Whether a statement may read over several connections to one Group, seeing the same as over one. */
    public boolean mayReadBeside() {
        return !begun && autocommit && !usesKept;
    }

    /** Whether a statement belongs to a transaction, and none of its connections holds what the session keeps. */
    public boolean readsAlone() {
        return transactional() && !usesKept;
    }

    /** Whether a transaction is open: statements then see what it has changed. */
    public boolean active() {
        return begun;
    }

    /**
     * An open transaction, for others to look at; what it says may be a moment old.
     *
     * @param id empty as long as it is on one instance
     * @param groups on whose instances it is
     */
    public record Open(String id, long sinceMillis, List<String> groups) {}

    /** The open one; null if there is none. For any thread. */
    public @Nullable Open open() {
        long since = sinceMillis;
        TransactionName known = name;
        return since == 0
                ? null
                : new Open(
                        known == null ? "" : known.global(),
                        since,
                        branches.stream().map(branch -> branch.group).toList());
    }

    /** Whether a statement on an instance belongs to a transaction, or begins one. */
    public boolean transactional() {
        return begun || !autocommit;
    }

    /** The Group on which one more change costs the commit least: one that has changes, else one that is there; null if none is. */
    public @Nullable String cheapestGroup() {
        for (Branch branch : branches) {
            if (branch.wrote) {
                return branch.group;
            }
        }
        return branches.isEmpty() ? null : branches.getFirst().group;
    }

    /** Does something when the open transaction is committed, or at once if none is open; its failures are its own. */
    public void afterCommit(Runnable task) {
        if (begun) {
            afterCommit.add(task);
        } else {
            task.run();
        }
    }

    // ---- the connection that a session keeps ----

    /**
     * The connection to a Group's primary that the session keeps from now on: transactions use it for the Group, other
     * statements where {@link #useKept} says so. One Group only.
     */
    public Backend keep(String group, SessionState state) {
        Kept known = kept;
        if (known == null) {
            Branch branch = branch(group);
            Backend backend = branch == null ? backends.take(group, state) : branch.backend;
            // Its last release resets the connection.
            backend.markDirty();
            backend.keep(true);
            known = new Kept(group, backend);
            kept = known;
        }
        return known.backend();
    }

    /** The connection that the session keeps; null if it keeps none. */
    public @Nullable Backend kept() {
        return kept == null ? null : kept.backend();
    }

    /** Gives the kept connection back; no transaction is open. */
    public void dropKept() {
        Kept known = kept;
        useKept(false, false);
        kept = null;
        if (known != null) {
            known.backend().keep(false);
            if (known.backend().isOpen()) {
                known.backend().release();
            } else {
                known.backend().discard();
            }
        }
    }

    /**
     * Whether statements need what is on the kept connection.
     *
     * @param uses whether they do
     * @param reads whether what they read is there too
     */
    public void useKept(boolean uses, boolean reads) {
        usesKept = uses && kept != null;
        readsKept = usesKept && reads;
        lent.keep(usesKept ? kept : null);
    }

    /** The kept connection if the statement needs what is on it. */
    public @Nullable Backend keptForStatement() {
        return usesKept ? kept() : null;
    }

    /** Whether what a statement reads must come over the connections that it writes to. */
    public boolean readsWhereItWrites() {
        return transactional() || readsKept;
    }

    /** Whether a statement's connections must stay good, so that their answers are read to the end. */
    public boolean keepsConnections() {
        return begun || usesKept;
    }

    /** Whether the transaction has a connection to a Group, and it is not lost. */
    public boolean isOpenOn(String group) {
        Branch branch = branch(group);
        return branch != null && branch.backend.isOpen();
    }

    private @Nullable Branch branch(String group) {
        for (Branch branch : branches) {
            if (branch.group.equals(group)) {
                return branch;
            }
        }
        return null;
    }

    private Branch open(String group, SessionState state) {
        Kept own = kept;
        Backend backend = own != null && own.group().equals(group) ? own.backend() : backends.take(group, state);
        boolean opened = false;
        try {
            backend.limitSilence(true);
            backend.use(state);
            backend.watch(group, watch);
            String set = characteristics.setStatement();
            if (!set.isEmpty()) {
                backend.sendAhead(set);
            }
            Branch branch = new Branch(group, backend, nextXid(backend));
            backend.sendAhead(branch.local() ? localStart() : "XA START " + branch.xid);
            savepoints.forEach(savepoint -> backend.sendAhead("SAVEPOINT " + SqlText.identifier(savepoint)));
            branches.add(branch);
            if (branches.size() == 2) {
                spread = true;
                coordinator.spreads(this);
            }
            opened = true;
            return branch;
        } finally {
            if (!opened) {
                backend.discard();
            }
        }
    }

    /** Null for the first branch, which is local; a client's transaction has none of those. */
    private @Nullable String nextXid(Backend backend) {
        if (client != null) {
            return client.xid();
        }
        return branches.isEmpty() ? null : nameOfThis().xid(backend.threadId());
    }

    private String localStart() {
        return characteristics.consistentSnapshot()
                ? "START TRANSACTION WITH CONSISTENT SNAPSHOT"
                : "START TRANSACTION";
    }

    private TransactionName nameOfThis() {
        TransactionName known = name;
        if (known == null) {
            Branch deciding = branches.getFirst();
            known = coordinator.begin(deciding.group, deciding.backend.threadId());
            name = known;
        }
        return known;
    }

    /**
     * The statement is over: lent connections go back.
     *
     * @param failure what ended it, null for success; a deadlock or a lost instance ends the whole transaction
     * @return whether the transaction has been rolled back
     */
    public boolean endStatement(@Nullable Throwable failure) {
        lent.giveBack();
        if (!besides.isEmpty()) {
            besides.forEach(beside -> beside.endStatement(failure));
            besides.clear();
        }
        if (failure == null || !begun || !endsTransaction(failure)) {
            return false;
        }
        rollback();
        return true;
    }

    /**
     * Ends a statement that has failed.
     *
     * @return the error to tell: where an instance was lost and the transaction with it, it says that
     */
    public SqlError failStatement(SqlError error) {
        boolean undone = endStatement(error);
        return undone && error.number() == ErrorCode.INSTANCE_LOST.number()
                ? new SqlError(
                        error.number(),
                        ErrorCode.ROLLED_BACK.sqlState(),
                        error.message() + "; the transaction has been rolled back",
                        error)
                : error;
    }

    /** Does what is a statement of its own. */
    public <T> T statement(Supplier<T> work) {
        boolean over = false;
        try {
            T result = work.get();
            over = true;
            endStatement(null);
            return result;
        } catch (SqlError e) {
            over = true;
            throw failStatement(e);
        } finally {
            if (!over) {
                endStatement(ErrorCode.UNKNOWN_ERROR.with("a fault in DRDS"));
            }
        }
    }

    private boolean endsTransaction(Throwable failure) {
        if (failure instanceof SqlError error && MEANS_ROLLBACK.contains(error.number())) {
            return true;
        }
        return branches.stream().anyMatch(branch -> !branch.backend.isOpen());
    }

    /**
     * Does changes in several places so that all or none of them stay: in a transaction of their own, or inside the open one
     * behind a savepoint.
     */
    public <T> T atomically(Supplier<T> changes) {
        if (insideAtomic) {
            return changes.get();
        }
        boolean own = !transactional();
        if (own) {
            begin(Characteristics.DEFAULT);
            end = null;
        }
        insideAtomic = true;
        ofStatement |= own;
        atomicStatements++;
        boolean done = false;
        try {
            T result = changes.get();
            done = true;
            return result;
        } finally {
            insideAtomic = false;
            if (!done) {
                undoStatement(own);
            }
            atomicStatements--;
            branches.forEach(branch -> branch.statementsMarked = Math.min(branch.statementsMarked, atomicStatements));
            if (own) {
                ofStatement = false;
            }
            if (done && own) {
                commit();
            }
        }
    }

    /** Whether what is open ends with the statement, so that the client doesn't know of it. */
    public boolean isOfStatement() {
        return ofStatement;
    }

    /** A statement of a program that a statement runs: inside {@link #atomically} what it does can be taken back alone. */
    public void nested(Runnable statement) {
        if (!insideAtomic) {
            statement.run();
            return;
        }
        insideAtomic = false;
        boolean wasAttempting = attempting;
        attempting = false;
        try {
            statement.run();
        } finally {
            insideAtomic = true;
            attempting = wasAttempting;
        }
    }

    private static String statementSavepoint(int number) {
        return "`drds statement " + number + "`";
    }

    private void undoStatement(boolean own) {
        if (own || branches.stream().anyMatch(branch -> !branch.backend.isOpen())) {
            rollback();
            return;
        }
        for (Branch branch : branches) {
            if (branch.statementsMarked >= atomicStatements) {
                try {
                    branch.backend.run("ROLLBACK TO SAVEPOINT " + statementSavepoint(atomicStatements));
                } catch (SqlError e) {
                    // The savepoint is gone with the whole branch (a deadlock), so the rest must go too.
                    rollback();
                    return;
                }
            }
        }
    }

    /**
     * Tries some of the changes inside {@link #atomically}: if they fail, none of them stays, and what the statement did before
     * does. Attempts don't nest.
     *
     * @throws RuntimeException whatever the changes threw; where they could not be taken back alone the transaction has been
     *     rolled back, and the statement can't go on
     */
    public <T> T attempt(Supplier<T> changes) {
        if (!insideAtomic || attempting) {
            throw new IllegalStateException("an attempt is a part of an atomic statement");
        }
        attempting = true;
        try {
            return changes.get();
        } catch (RuntimeException failure) {
            undoAttempt(failure);
            throw failure;
        } finally {
            attempting = false;
            branches.forEach(branch -> branch.attemptMarked = false);
        }
    }

    private void undoAttempt(RuntimeException failure) {
        for (Branch branch : branches) {
            if (branch.attemptMarked && branch.backend.isOpen()) {
                try {
                    branch.backend.run("ROLLBACK TO SAVEPOINT " + ATTEMPT_SAVEPOINT);
                } catch (SqlError lost) {
                    if (endsTransaction(failure)) {
                        // A deadlock took the savepoint along; the whole transaction goes with its own error.
                        return;
                    }
                    throw lost.number() == ErrorCode.NO_SAVEPOINT.number() ? ErrorCode.DEADLOCK.with() : lost;
                }
            }
        }
    }

    // ---- the session's statements ----

    /** SET TRANSACTION: for the next transaction alone. */
    public void nextTransaction(Characteristics wanted) {
        next = wanted;
    }

    /** SET autocommit. Turning it on commits what is open, as MySQL does. */
    public void autocommit(boolean on) {
        if (on && !autocommit) {
            commit();
        }
        autocommit = on;
    }

    public boolean autocommit() {
        return autocommit;
    }

    /** BEGIN or START TRANSACTION: commits what is open. A consistent snapshot is taken on all instances now. */
    public void begin(Characteristics wanted) {
        commit();
        characteristics = new Characteristics(
                wanted.isolation() != null ? wanted.isolation() : next.isolation(),
                wanted.readOnly() != null ? wanted.readOnly() : next.readOnly(),
                wanted.consistentSnapshot());
        next = Characteristics.DEFAULT;
        begun = true;
        sinceMillis = System.currentTimeMillis();
        beginFlexibly();
    }

    /** Opens the snapshots of START TRANSACTION WITH CONSISTENT SNAPSHOT, between the commits of other transactions. */
    public void openSnapshots(SessionState state) {
        new SnapshotGate(backends, coordinator).whileClosed(() -> {
            List<Backend> asked = new ArrayList<>();
            for (String group : backends.groups()) {
                // A branch's snapshot is taken by its first read of an InnoDB table.
                Backend backend = on(group, false, state);
                asked.add(backend);
                backend.sendQuery("SELECT 1 FROM " + SystemTables.GATE);
                backend.flush();
            }
            asked.forEach(Work::rows);
        });
    }

    public void savepoint(String savepoint) {
        if (!transactional()) {
            return;
        }
        if (isFlexible()) {
            throw ErrorCode.NOT_FLEXIBLE.with("it has no savepoints");
        }
        savepoints.removeIf(savepoint::equalsIgnoreCase);
        savepoints.add(savepoint);
        all("SAVEPOINT " + SqlText.identifier(savepoint));
    }

    public void rollbackTo(String savepoint) {
        int index = indexOf(savepoint);
        all("ROLLBACK TO SAVEPOINT " + SqlText.identifier(savepoint));
        savepoints.subList(index + 1, savepoints.size()).clear();
    }

    public void releaseSavepoint(String savepoint) {
        int index = indexOf(savepoint);
        all("RELEASE SAVEPOINT " + SqlText.identifier(savepoint));
        savepoints.subList(index, savepoints.size()).clear();
    }

    private int indexOf(String savepoint) {
        for (int i = 0; i < savepoints.size(); i++) {
            if (savepoints.get(i).equalsIgnoreCase(savepoint)) {
                return i;
            }
        }
        throw ErrorCode.NO_SAVEPOINT.with(savepoint);
    }

    private void all(String sql) {
        List<Branch> open = List.copyOf(branches);
        open.forEach(branch -> branch.backend.sendQuery(sql));
        SqlError first = null;
        for (Branch branch : open) {
            try {
                Work.ok(branch.backend);
            } catch (SqlError e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * Ends the transaction; nothing happens if none is open.
     *
     * @throws SqlError if it could not be committed and was rolled back, or if nobody knows yet (the text says which)
     */
    public void commit() {
        if (client != null) {
            client.require(null);
        }
        if (begun) {
            List<Branch> open = take();
            List<Runnable> tasks = List.copyOf(afterCommit);
            try {
                if (end != null) {
                    end.commit();
                } else {
                    new Commit(backends, coordinator, open, name).run();
                }
            } finally {
                end();
            }
            tasks.forEach(Runnable::run);
        }
        savepoints.clear();
    }

    public void rollback() {
        if (client != null) {
            client.become(ClientXa.State.ROLLBACK_ONLY);
            Rollback.of(take());
        } else if (begun) {
            List<Branch> open = take();
            try {
                if (end != null) {
                    end.rollback();
                }
                Rollback.of(open);
            } finally {
                end();
            }
        }
        savepoints.clear();
    }

    private List<Branch> take() {
        List<Branch> open = List.copyOf(branches);
        branches.clear();
        return open;
    }

    private void end() {
        begun = false;
        sinceMillis = 0;
        savepoints.clear();
        afterCommit.clear();
        end = null;
        characteristics = Characteristics.DEFAULT;
        if (spread) {
            spread = false;
            coordinator.spreadsNoMore(this);
        }
        if (name != null) {
            coordinator.ended(name);
            name = null;
        }
    }

    /** Ends what the session's running statement does on the instances; called by another thread. */
    public void kill() {
        killed = true;
        lent.stop();
        besides.forEach(Transaction::kill);
        for (Branch branch : branches) {
            branch.backend.stop(branch.use);
        }
    }

    // ---- XA for clients ----

    /** The XA statements of the session's client. */
    public XaCommands xa() {
        return new XaCommands(this, backends, coordinator);
    }

    /** Whether the open transaction is one that a client's own coordinator ends. */
    public boolean isClients() {
        return client != null;
    }

    @Nullable
    ClientXa client() {
        return client;
    }

    /** Those that are open, to be changed. */
    List<Branch> branches() {
        return branches;
    }

    List<Branch> takeBranches() {
        return take();
    }

    void begin(ClientXa transaction) {
        begin();
        end = null;
        client = transaction;
    }

    /** Its branches are ended. */
    void endClient() {
        ClientXa over = client;
        client = null;
        if (over != null) {
            coordinator.giveUp(over.xid());
        }
        end();
    }

    /** The session is over: what is open is rolled back; what a client has prepared stays. */
    public void abandon() {
        ClientXa open = client;
        if (open == null) {
            rollback();
            return;
        }
        try {
            if (open.state() == ClientXa.State.PREPARED) {
                take().forEach(branch -> branch.backend.discard());
            } else {
                Rollback.of(take());
            }
        } finally {
            endClient();
        }
    }

    // ---- deadlocks ----

    /** Which instances it is on, and by which of their threads; called by another thread. */
    Map<String, Long> threads() {
        Map<String, Long> threads = new HashMap<>();
        branches.forEach(branch -> threads.put(branch.group, branch.backend.threadId()));
        return threads;
    }

    /** Ends the running statement and with it the transaction, as an instance does that finds a deadlock; called by another thread. */
    void breakDeadlock() {
        victim = true;
        killed = true;
        for (Branch branch : branches) {
            branch.backend.stop(branch.use, ErrorCode.DEADLOCK.with());
        }
    }
}
