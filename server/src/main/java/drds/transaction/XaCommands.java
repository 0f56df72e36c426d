package drds.transaction;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * XA for clients, whose own coordinator decides: each instance that the transaction touches has a branch of the client's own name,
 * so that a prepared one outlives DRDS and can be ended by any session of any DRDS server. An instance that it changed nothing on
 * has none once it is prepared.
 */
public final class XaCommands {
    private static final int UNKNOWN_XID = 1397;
    private static final int DUPLICATE_KEY = 1062;
    private static final Duration LONGEST_DETACHING = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final String COMMIT = "XA COMMIT ";
    private static final String ROLLBACK = "XA ROLLBACK ";

    private final Transaction transaction;
    private final Backends backends;
    private final Coordinator coordinator;

    XaCommands(Transaction transaction, Backends backends, Coordinator coordinator) {
        this.transaction = transaction;
        this.backends = backends;
        this.coordinator = coordinator;
    }

    // ---- inside the session ----

    /** @param option JOIN, RESUME or nothing */
    public void start(String xid, String option) {
        ClientXa own = transaction.client();
        if (own != null && option.equals("RESUME") && own.state() == ClientXa.State.IDLE) {
            own.requireXid(xid);
            own.become(ClientXa.State.ACTIVE);
            return;
        }
        if (!option.isEmpty()) {
            throw ErrorCode.XA_INVALID.with();
        }
        if (own != null) {
            own.require(null);
        }
        if (transaction.active()) {
            throw ErrorCode.XA_OUTSIDE.with();
        }
        if (!coordinator.claim(xid)) {
            throw ErrorCode.XA_DUPLICATE.with();
        }
        transaction.begin(new ClientXa(xid));
    }

    /** @param option SUSPEND, SUSPEND FOR MIGRATE or nothing */
    public void end(String xid, String option) {
        if (!option.isEmpty()) {
            throw ErrorCode.XA_INVALID.with();
        }
        ClientXa own = own();
        if (own.state() == ClientXa.State.ROLLBACK_ONLY) {
            throw ErrorCode.XA_ROLLED_BACK.with();
        }
        own.require(ClientXa.State.ACTIVE);
        own.requireXid(xid);
        own.become(ClientXa.State.IDLE);
    }

    /** After this the transaction survives whatever is lost, until its client commits it or rolls it back. */
    public void prepare(String xid) {
        ClientXa own = own();
        own.require(ClientXa.State.IDLE);
        own.requireXid(xid);
        List<Branch> writers = withoutReaders();
        if (!writers.isEmpty()) {
            forgetDecision(xid);
        }
        List<SqlError> failures = each(writers, "XA END " + xid, "XA PREPARE " + xid);
        if (!failures.isEmpty()) {
            undo(writers, xid);
            transaction.endClient();
            SqlError first = failures.getFirst();
            throw new SqlError(
                    ErrorCode.XA_ROLLED_BACK.number(),
                    ErrorCode.XA_ROLLED_BACK.sqlState(),
                    "XA_RBROLLBACK: Transaction branch was rolled back: " + first.message(),
                    first);
        }
        own.become(ClientXa.State.PREPARED);
    }

    private ClientXa own() {
        ClientXa own = transaction.client();
        if (own == null) {
            throw ErrorCode.XA_STATE.with("NON-EXISTING");
        }
        return own;
    }

    /** The branches that have changes; the others are over. */
    private List<Branch> withoutReaders() {
        List<Branch> readers =
                transaction.branches().stream().filter(branch -> !branch.wrote).toList();
        transaction.branches().removeAll(readers);
        Rollback.of(readers);
        return transaction.branches();
    }

    // ---- its end ----

    public void commit(String xid, boolean onePhase) {
        ClientXa own = transaction.client();
        if (own == null) {
            if (onePhase) {
                throw transaction.active() ? ErrorCode.XA_OUTSIDE.with() : ErrorCode.XA_UNKNOWN.with();
            }
            new SnapshotGate(backends, coordinator).whileOpen(() -> endElsewhere(COMMIT, xid));
            return;
        }
        own.require(onePhase ? ClientXa.State.IDLE : ClientXa.State.PREPARED);
        own.requireXid(xid);
        try {
            if (onePhase) {
                commitAtOnce(xid);
            } else {
                endPrepared(COMMIT, xid);
            }
        } finally {
            transaction.endClient();
        }
    }

    public void rollback(String xid) {
        ClientXa own = transaction.client();
        if (own == null) {
            endElsewhere(ROLLBACK, xid);
            return;
        }
        if (own.state() == ClientXa.State.ACTIVE) {
            own.require(ClientXa.State.IDLE);
        }
        own.requireXid(xid);
        try {
            if (own.state() == ClientXa.State.PREPARED) {
                endPrepared(ROLLBACK, xid);
            } else {
                Rollback.of(transaction.takeBranches());
            }
        } finally {
            transaction.endClient();
        }
    }

    /** What can't be ended now stays prepared; the client is told and can say it again. */
    private void endPrepared(String verb, String xid) {
        List<Branch> branches = transaction.takeBranches();
        List<SqlError> failures = new ArrayList<>();
        Runnable end = () -> failures.addAll(each(branches, verb + xid));
        try {
            if (branches.size() > 1 && verb.equals(COMMIT)) {
                new SnapshotGate(backends, coordinator).whileOpen(end);
            } else {
                end.run();
            }
        } finally {
            branches.forEach(XaCommands::giveBack);
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /** A prepared transaction that this session did not prepare, or prepared before it connected again. */
    private void endElsewhere(String verb, String xid) {
        if (transaction.active()) {
            throw ErrorCode.XA_OUTSIDE.with();
        }
        List<String> holders = coordinator.isClaimed(xid)
                ? List.of()
                : backends.groups().stream()
                        .filter(group -> isPrepared(group, xid))
                        .toList();
        boolean found = false;
        for (String group : holders) {
            found |= endOn(group, verb, xid, found);
        }
        if (!found) {
            throw ErrorCode.XA_UNKNOWN.with();
        }
    }

    private boolean isPrepared(String group, String xid) {
        return Work.on(backends, group, SessionState.INITIAL, work -> work.rows("XA RECOVER")).stream()
                .anyMatch(row -> xid.equals(ClientXa.xid(row)));
    }

    /**
     * Ends a prepared branch. Its instance says that it knows none as long as the connection that prepared it is not quite gone.
     *
     * @param begun whether another branch is ended already, so that this one has to be
     * @return whether it is ended
     */
    private boolean endOn(String group, String verb, String xid, boolean begun) {
        long end = System.nanoTime() + LONGEST_DETACHING.toNanos();
        while (true) {
            try {
                Work.on(backends, group, SessionState.INITIAL, work -> work.execute(verb + xid));
                return true;
            } catch (SqlError e) {
                if (e.number() != UNKNOWN_XID) {
                    throw e;
                }
            }
            if (!isPrepared(group, xid)) {
                return begun; // somebody else has ended it
            }
            if (System.nanoTime() - end > 0) {
                if (begun) {
                    throw ErrorCode.INSTANCE_LOST.with(
                            "group " + group + " still holds its part of the transaction for the"
                                    + " connection that prepared it: " + verb + "has to be said again");
                }
                return false;
            }
            Work.pause(PAUSE);
        }
    }

    // ---- in one phase ----

    private void commitAtOnce(String xid) {
        List<Branch> writers = withoutReaders();
        if (writers.size() > 1) {
            commitDecided(xid, writers);
            return;
        }
        List<Branch> branches = transaction.takeBranches();
        List<SqlError> failures = each(branches, "XA END " + xid, COMMIT + xid + " ONE PHASE");
        branches.forEach(XaCommands::giveBack);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /** Nobody but DRDS knows how this ends: the log says it, should DRDS be lost on the way. */
    private void commitDecided(String xid, List<Branch> writers) {
        ClientXa.LogNames names = ClientXa.LogNames.of(xid);
        String group = backends.groups().getFirst();
        forgetDecision(xid);
        log(group, row(names.begun(), "rolled back"));
        List<SqlError> failures = each(writers, "XA END " + xid, "XA PREPARE " + xid);
        if (!failures.isEmpty()) {
            undo(writers, xid);
            throw ErrorCode.ROLLED_BACK.with(failures.getFirst().message());
        }
        coordinator.reached(CommitStep.PREPARED);
        new SnapshotGate(backends, coordinator).whileOpen(() -> commitPrepared(xid, writers, group, names));
    }

    private void commitPrepared(String xid, List<Branch> writers, String group, ClientXa.LogNames names) {
        try {
            decide(group, names.decision());
        } catch (SqlError e) {
            if (!isCommitted(group, names)) {
                undo(writers, xid);
                throw ErrorCode.ROLLED_BACK.with(e.message());
            }
        }
        coordinator.reached(CommitStep.DECIDED);
        List<Branch> branches = transaction.takeBranches();
        boolean done = each(branches, COMMIT + xid).isEmpty();
        branches.forEach(XaCommands::giveBack);
        if (done) {
            log(group, "DELETE FROM " + SystemTables.LOG + " WHERE `name` = '" + names.begun() + "'");
        }
    }

    /** An earlier transaction may have had the same xid: what the log says of that one doesn't concern this one. */
    private void forgetDecision(String xid) {
        ClientXa.LogNames names = ClientXa.LogNames.of(xid);
        log(
                backends.groups().getFirst(),
                "DELETE FROM " + SystemTables.LOG + " WHERE `name` IN ('" + names.begun() + "', '" + names.decision()
                        + "')");
    }

    private boolean isCommitted(String group, ClientXa.LogNames names) {
        try {
            return Decision.settle(backends, group, names.decision()) == Decision.COMMITTED;
        } catch (SqlError e) {
            transaction.takeBranches().forEach(branch -> branch.backend.discard());
            throw ErrorCode.OUTCOME_UNKNOWN.with(group, "its rows will tell");
        }
    }

    private void decide(String group, String name) {
        Decision.requireWritten(log(group, Decision.commit(name)), group);
    }

    private static String row(String name, String outcome) {
        return "INSERT INTO " + SystemTables.LOG + " (`name`, `outcome`, `decided_at`) VALUES ('" + name + "', '"
                + outcome + "', SYSDATE(6))";
    }

    private Response.Ok log(String group, String sql) {
        try {
            return Work.on(backends, group, SessionState.INITIAL, work -> work.execute(sql));
        } catch (SqlError e) {
            if (e.number() == DUPLICATE_KEY) {
                throw ErrorCode.XA_ROLLED_BACK.with();
            }
            throw e;
        }
    }

    // ---- branches ----

    /** Sends statements to all branches at the same time. @return what went wrong */
    private static List<SqlError> each(List<Branch> branches, String... statements) {
        List<SqlError> failures = new ArrayList<>();
        Set<Branch> lost = new HashSet<>();
        for (Branch branch : branches) {
            attempt(failures, lost, branch, () -> {
                for (String sql : statements) {
                    branch.backend.sendQuery(sql);
                }
                branch.backend.flush();
            });
        }
        for (Branch branch : branches) {
            for (int i = 0; i < statements.length && !lost.contains(branch); i++) {
                attempt(failures, lost, branch, () -> Work.ok(branch.backend));
            }
        }
        return failures;
    }

    private static void attempt(List<SqlError> failures, Set<Branch> lost, Branch branch, Runnable step) {
        try {
            step.run();
        } catch (SqlError e) {
            failures.add(e);
            if (!branch.backend.isOpen()) {
                lost.add(branch);
            }
        }
    }

    /** Rolls back branches that may be prepared or not; a lost connection's branch is rolled back by its instance, unless prepared. */
    private void undo(List<Branch> writers, String xid) {
        List<Branch> branches = transaction.takeBranches();
        each(writers.stream().filter(branch -> branch.backend.isOpen()).toList(), ROLLBACK + xid);
        branches.forEach(XaCommands::giveBack);
    }

    private static void giveBack(Branch branch) {
        if (branch.backend.isOpen()) {
            branch.backend.release();
        } else {
            branch.backend.discard();
        }
    }

    // ---- what is prepared ----

    /**
     * @param sql XA RECOVER in whatever form
     * @return formatID, gtrid_length, bqual_length, data of each transaction of a client, once
     */
    public List<byte[] @Nullable []> recover(String sql) {
        List<byte[] @Nullable []> rows = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String group : backends.groups()) {
            for (byte[] @Nullable [] row : Work.on(backends, group, SessionState.INITIAL, work -> work.rows(sql))) {
                boolean own = text(row[0]).equals(String.valueOf(TransactionName.FORMAT));
                if (!own && seen.add(Arrays.deepToString(row))) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.US_ASCII);
    }
}
