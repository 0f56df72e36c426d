package drds.transaction;

import drds.atom.Backend;
import drds.atom.Response;
import drds.error.ErrorCode;
import drds.error.SqlError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits branches. With changes on one instance that instance's own commit decides. With more the XA branches are prepared while
 * the decision is written into the transaction log inside the first instance's local transaction; that one's commit is the
 * decision; then the branches commit. What can't be finished here is finished by {@link Recovery}.
 */
final class Commit {
    private static final Logger LOG = LoggerFactory.getLogger(Commit.class);

    private final Backends backends;
    private final Coordinator coordinator;
    private final List<Branch> branches;
    private final @Nullable TransactionName name;

    Commit(Backends backends, Coordinator coordinator, List<Branch> branches, @Nullable TransactionName name) {
        this.backends = backends;
        this.coordinator = coordinator;
        this.branches = branches;
        this.name = name;
    }

    void run() {
        List<Branch> writers = branches.stream().filter(branch -> branch.wrote).toList();
        if (branches.stream().anyMatch(branch -> !branch.backend.isOpen())) {
            Rollback.of(branches);
            throw ErrorCode.ROLLED_BACK.with("an instance that takes part is lost");
        }
        if (writers.size() <= 1) {
            inOnePhase(writers);
        } else if (!coordinator.safeguards().decision()) {
            oneAfterTheOther();
        } else {
            coordinator.gate().readLock().lock();
            try {
                inTwoPhases(writers);
            } finally {
                coordinator.gate().readLock().unlock();
            }
        }
    }

    // ---- one instance has changes ----

    private void inOnePhase(List<Branch> writers) {
        List<Branch> readers =
                branches.stream().filter(branch -> !writers.contains(branch)).toList();
        SqlError failure = null;
        for (Branch branch : branches) {
            try {
                sendCommit(branch);
                branch.backend.flush();
            } catch (SqlError e) {
                failure = writers.contains(branch) ? e : failure;
            }
        }
        for (Branch writer : writers) {
            failure = finishCommit(writer);
            if (failure != null && failure.number() == ErrorCode.INSTANCE_LOST.number()) {
                failure = ErrorCode.OUTCOME_UNKNOWN.with(
                        writer.group, "it was on this group alone: its rows will tell (" + failure.message() + ")");
            }
        }
        readers.forEach(Commit::finishCommit);
        if (failure != null) {
            throw failure;
        }
    }

    /** For tests that show what this would do. */
    private void oneAfterTheOther() {
        for (Branch branch : branches) {
            sendCommit(branch);
            SqlError failure = finishCommit(branch);
            if (failure != null) {
                throw failure;
            }
            coordinator.reached(CommitStep.DECIDED);
        }
    }

    private static void sendCommit(Branch branch) {
        if (branch.local()) {
            branch.backend.sendQuery("COMMIT");
        } else {
            branch.backend.sendQuery("XA END " + branch.xid);
            branch.backend.sendQuery("XA COMMIT " + branch.xid + " ONE PHASE");
        }
    }

    /** @return what went wrong, null if nothing did */
    private static @Nullable SqlError finishCommit(Branch branch) {
        try {
            if (!branch.local()) {
                Work.ok(branch.backend);
            }
            Work.ok(branch.backend);
            branch.backend.release();
            return null;
        } catch (SqlError e) {
            branch.backend.discard();
            return e;
        }
    }

    // ---- several have ----

    private void inTwoPhases(List<Branch> writers) {
        TransactionName transaction = name;
        Branch deciding = branches.getFirst();
        if (transaction == null) {
            throw new IllegalStateException("branches without a name");
        }
        List<Branch> prepared =
                writers.stream().filter(branch -> !branch.local()).toList();
        List<Branch> readers = branches.stream()
                .filter(branch -> !branch.wrote && !branch.local())
                .toList();
        coordinator.reached(CommitStep.BEFORE_PREPARE);
        SqlError failure = prepare(deciding, prepared, transaction);
        if (failure != null) {
            undo(deciding, prepared, readers);
            throw new SqlError(
                    failure.number(),
                    failure.sqlState(),
                    failure.message() + " (at the commit; the transaction has been rolled back)");
        }
        coordinator.reached(CommitStep.PREPARED);
        boolean committed;
        try {
            committed = decide(deciding, transaction);
        } catch (SqlError unknown) {
            // The branches stay prepared, and whoever recovers them finds out what was decided.
            prepared.forEach(branch -> branch.backend.discard());
            Rollback.of(readers);
            throw unknown;
        }
        if (!committed) {
            rollBackPrepared(prepared);
            Rollback.of(readers);
            throw ErrorCode.ROLLED_BACK.with("the instance that decides was lost at the commit");
        }
        coordinator.reached(CommitStep.DECIDED);
        send(prepared, "XA COMMIT ");
        coordinator.reached(CommitStep.COMMITTING);
        finish(prepared, "XA COMMIT ");
        coordinator.reached(CommitStep.FINISHED);
        Rollback.of(readers);
    }

    /** Prepares the branches and writes the decision, not committed yet. @return what went wrong, null if nothing did */
    private @Nullable SqlError prepare(Branch deciding, List<Branch> prepared, TransactionName transaction) {
        List<SqlError> failures = new ArrayList<>();
        attempt(failures, () -> {
            deciding.backend.sendQuery(Decision.commit(transaction.global()));
            deciding.backend.flush();
        });
        for (Branch branch : prepared) {
            attempt(failures, () -> {
                branch.backend.sendQuery("XA END " + branch.xid);
                branch.backend.sendQuery("XA PREPARE " + branch.xid);
                branch.backend.flush();
            });
        }
        coordinator.reached(CommitStep.PREPARING);
        attempt(failures, () -> Decision.requireWritten(answered(deciding), deciding.group));
        for (Branch branch : prepared) {
            attempt(failures, () -> answered(branch));
            attempt(failures, () -> answered(branch));
        }
        return failures.isEmpty() ? null : failures.getFirst();
    }

    private static Response.Ok answered(Branch branch) {
        if (!branch.backend.isOpen()) {
            throw ErrorCode.INSTANCE_LOST.with("group " + branch.group + " was lost");
        }
        return Work.ok(branch.backend);
    }

    private static void attempt(List<SqlError> failures, Runnable step) {
        try {
            step.run();
        } catch (SqlError e) {
            failures.add(e);
        }
    }

    /** Before the decision: the local transaction goes first, so that nobody can find a decision to commit. */
    private static void undo(Branch deciding, List<Branch> prepared, List<Branch> readers) {
        Rollback.of(List.of(deciding));
        rollBackPrepared(prepared);
        Rollback.of(readers);
    }

    private static void rollBackPrepared(List<Branch> prepared) {
        send(prepared, "XA ROLLBACK ");
        finish(prepared, "XA ROLLBACK ");
    }

    /**
     * @return whether it is committed
     * @throws SqlError if that can't be found out now
     */
    private boolean decide(Branch deciding, TransactionName transaction) {
        SqlError failure;
        try {
            deciding.backend.sendQuery("COMMIT");
            deciding.backend.flush();
            coordinator.reached(CommitStep.DECIDING);
            Work.ok(deciding.backend);
            deciding.backend.release();
            return true;
        } catch (SqlError e) {
            failure = e;
            deciding.backend.discard();
        }
        try {
            return Decision.settle(backends, transaction) == Decision.COMMITTED;
        } catch (SqlError e) {
            LOG.warn(
                    "the outcome of {} is not known yet: {}; {}", transaction.global(), failure.message(), e.message());
            coordinator.doubts(transaction);
            throw ErrorCode.OUTCOME_UNKNOWN.with(
                    deciding.group, "SHOW TRANS LIKE '" + transaction.global() + "' will tell");
        }
    }

    /** Tells prepared branches to end; what fails is left to recovery, which finds the same decision. */
    private static void send(List<Branch> prepared, String verb) {
        for (Branch branch : prepared) {
            try {
                branch.backend.sendQuery(verb + branch.xid);
                branch.backend.flush();
            } catch (SqlError e) {
                LOG.warn("{}{} is left to recovery: {}", verb, branch.xid, e.message());
            }
        }
    }

    private static void finish(List<Branch> prepared, String verb) {
        for (Branch branch : prepared) {
            Backend backend = branch.backend;
            try {
                if (!backend.isOpen()) {
                    backend.discard();
                    continue;
                }
                Work.ok(backend);
                backend.release();
            } catch (SqlError e) {
                backend.discard();
                LOG.warn("{}{} is left to recovery: {}", verb, branch.xid, e.message());
            }
        }
    }
}
