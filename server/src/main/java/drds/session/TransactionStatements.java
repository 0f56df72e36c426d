package drds.session;

import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.parser.ParsedStatement;
import drds.parser.SetStatement;
import drds.parser.TransactionStatement;
import drds.parser.VariableScope;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import drds.transaction.XaCommands;
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
                if (transaction.isClients()) {
                    transaction.commit(); // refuses, as the transaction is its client's to end
                }
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
            case TransactionStatement.Xa xa -> {
                if (xa.xid() == null) {
                    MemoryResult prepared = prepared(parsed);
                    session.diagnostics().selected(prepared.rows().size());
                    prepared.writeTo(out, session.status());
                    return true;
                }
                run(xa, xa.xid().text());
            }
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

    private void run(TransactionStatement.Xa xa, String xid) {
        XaCommands commands = session.transaction().xa();
        switch (xa.verb()) {
            case "START" -> commands.start(xid, xa.option());
            case "END" -> commands.end(xid, xa.option());
            case "PREPARE" -> commands.prepare(xid);
            case "COMMIT" -> commands.commit(xid, !xa.option().isEmpty());
            case "ROLLBACK" -> commands.rollback(xid);
            default -> throw new IllegalStateException(xa.verb());
        }
    }

    /** XA RECOVER: the prepared transactions of all clients, on whichever instances they are. */
    private MemoryResult prepared(ParsedStatement parsed) {
        MemoryResult.Builder result = MemoryResult.builder().number("formatID", "gtrid_length", "bqual_length");
        boolean readable = parsed.statement() instanceof TransactionStatement.Xa xa
                && xa.option().startsWith("FORMAT");
        result.column(readable ? ColumnDefinition.text("data") : ColumnDefinition.bytes("data"));
        session.transaction().xa().recover(parsed.text()).forEach(result::raw);
        return result.build();
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
