package drds.session;

import drds.error.ErrorCode;
import drds.mysql.ResultWriter;
import drds.parser.ParsedStatement;
import drds.parser.SetStatement;
import drds.parser.TransactionStatement;
import drds.parser.VariableScope;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** BEGIN, COMMIT, ROLLBACK, savepoints, SET TRANSACTION and LOCK TABLES. */
final class TransactionStatements {
    private final Session session;

    TransactionStatements(Session session) {
        this.session = session;
    }

    boolean run(ParsedStatement parsed, TransactionStatement statement, ResultWriter out) {
        Transaction transaction = session.transaction();
        boolean release = false;
        switch (statement) {
            case TransactionStatement.Begin begin -> begin(begin);
            case TransactionStatement.Commit commit -> {
                transaction.commit();
                chain(commit.chain());
                release = Boolean.TRUE.equals(commit.release());
            }
            case TransactionStatement.Rollback rollback -> {
                transaction.rollback();
                chain(rollback.chain());
                release = Boolean.TRUE.equals(rollback.release());
            }
            case TransactionStatement.Savepoint savepoint ->
                transaction.savepoint(savepoint.name().text());
            case TransactionStatement.RollbackTo rollback ->
                transaction.rollbackTo(rollback.name().text());
            case TransactionStatement.ReleaseSavepoint savepoint ->
                transaction.releaseSavepoint(savepoint.name().text());
            case TransactionStatement.Xa xa -> throw ErrorCode.NOT_SUPPORTED.with("XA " + xa.verb() + " by clients");
            case TransactionStatement.LockTables lock -> lock(lock);
            case TransactionStatement.UnlockTables unlock -> {}
        }
        session.diagnostics().noRows();
        out.ok(0, 0, session.status(), session.diagnostics().ofStatement(), "");
        if (release) {
            session.client().disconnect();
        }
        return true;
    }

    private void begin(TransactionStatement.Begin begin) {
        Boolean readOnly =
                begin.accessMode() == null ? null : begin.accessMode() == TransactionStatement.AccessMode.READ_ONLY;
        Characteristics wanted = new Characteristics(null, readOnly, begin.consistentSnapshot());
        session.transaction().begin(wanted);
        if (begin.consistentSnapshot()) {
            session.transaction().openSnapshots(session.state().withoutUserVariables());
        }
    }

    private void chain(@Nullable Boolean chain) {
        if (Boolean.TRUE.equals(chain)) {
            session.transaction().begin(Characteristics.DEFAULT);
        }
    }

    /**
     * LOCK TABLES commits what is open, as in MySQL, and locks nothing: dumps ask for READ locks, which a transaction gives
     * better, and their reload for WRITE locks, which nobody else's writes to the tables being loaded need. A note says so.
     */
    private void lock(TransactionStatement.LockTables lock) {
        session.transaction().commit();
        if (lock.tables().stream().anyMatch(TransactionStatement.LockedTable::write)) {
            session.diagnostics()
                    .note(ErrorCode.NOT_SUPPORTED.number(), "DRDS locks rows, not tables: LOCK TABLES has no effect");
        }
    }

    /** {@code SET TRANSACTION}: for the next one alone; with SESSION it sets the variables. */
    static Characteristics characteristics(SetStatement.SetTransaction set) {
        String isolation =
                set.isolation() == null ? null : set.isolation().name().replace('_', ' ');
        Boolean readOnly =
                set.accessMode() == null ? null : set.accessMode() == TransactionStatement.AccessMode.READ_ONLY;
        return new Characteristics(isolation, readOnly, false);
    }

    static boolean isForSession(SetStatement.SetTransaction set) {
        return set.scope() == VariableScope.SESSION;
    }
}
