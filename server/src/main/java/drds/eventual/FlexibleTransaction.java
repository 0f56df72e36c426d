package drds.eventual;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Transaction;
import drds.transaction.TransactionEnd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session's flexible transaction: each of its changes is committed at once, and can be taken back. */
public final class FlexibleTransaction implements TransactionEnd {
    private static final Logger LOG = LoggerFactory.getLogger(FlexibleTransaction.class);

    private final FlexibleTransactions all;
    private final List<UndoEntry> entries = new ArrayList<>();
    private long id;
    /** Where its row is; null as long as nothing is changed. */
    private @Nullable String decider;

    FlexibleTransaction(FlexibleTransactions all) {
        this.all = all;
    }

    /**
     * Remembers in a change's own transaction how to take it back; what follows is that transaction's commit. If that fails, the
     * flexible transaction has to be rolled back too.
     *
     * @param state the session's
     * @param statements what does, each on one row
     */
    public void remember(Transaction inner, SessionState state, List<String> statements) {
        String group = inner.cheapestGroup();
        if (group == null || statements.isEmpty()) {
            return;
        }
        String known = decider;
        if (known == null) {
            known = begin(inner, state, group);
        }
        UndoEntry entry = new UndoEntry(group, all.stamps().next(), id, statements);
        all.log().add(inner, state, entry, known);
        decider = known;
        entries.add(entry);
    }

    private String begin(Transaction inner, SessionState state, String group) {
        all.living().remove(id);
        id = all.stamps().next();
        all.living().add(id);
        all.log().begin(inner, state, group, id, all.node());
        return group;
    }

    @Override
    public void commit() {
        String group = decider;
        if (group == null) {
            all.living().remove(id);
            return;
        }
        try {
            if (!all.log().decide(group, id, "committed")) {
                throw ErrorCode.ROLLED_BACK.with("another server took it for left behind");
            }
        } catch (SqlError e) {
            all.leave(group, id);
            throw e.sqlState().equals(ErrorCode.ROLLED_BACK.sqlState())
                    ? e
                    : ErrorCode.OUTCOME_UNKNOWN.with(group, "CHECK TRANSACTIONS will tell");
        }
        try {
            all.log().forget(group, id);
            all.living().remove(id);
        } catch (SqlError later) {
            LOG.warn("what is left of the flexible transaction {} goes later: {}", id, later.message());
            all.leave(group, id);
        }
    }

    @Override
    public void rollback() {
        String group = decider;
        if (group == null) {
            all.living().remove(id);
            return;
        }
        boolean done = false;
        try {
            all.log().decide(group, id, "rolling back");
            done = all.undo(entries.reversed());
            if (done) {
                all.log().end(group, id);
                all.living().remove(id);
            }
        } catch (SqlError later) {
            done = false;
            LOG.warn("the flexible transaction {} is taken back later: {}", id, later.message());
        } finally {
            if (!done) {
                all.leave(group, id);
            }
        }
    }
}
