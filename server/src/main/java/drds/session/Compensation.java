package drds.session;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.eventual.Compensator;
import drds.eventual.UndoEntry;
import drds.eventual.UndoLog;
import drds.mysql.StatementCharset;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import drds.wire.Loop;
import java.util.Map;

/** Takes changes of flexible transactions back in a session of its own. */
final class Compensation implements Compensator {
    private static final String SQL_MODE = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

    private final Engine engine;
    private final Session session;

    Compensation(Engine engine, Loop loop) {
        this.engine = engine;
        this.session = new Session(new InnerClient(loop), engine);
        SessionState state = SessionState.INITIAL
                .withFoundRows(true)
                .withVariable("sql_mode", "'" + SQL_MODE + "'")
                .withVariable("time_zone", "'+00:00'")
                .withVariable("character_set_client", "'utf8mb4'")
                .withVariable("character_set_connection", "'utf8mb4'")
                .withVariable("character_set_results", "'utf8mb4'")
                .withVariable("collation_connection", "'utf8mb4_bin'")
                .withVariable("innodb_lock_wait_timeout", "5");
        session.variables()
                .restore(new SessionVariables.Snapshot(
                        state,
                        Map.of(),
                        StatementCharset.UTF8,
                        SQL_MODE,
                        session.variables().slowNanos()));
    }

    @Override
    public void undo(UndoEntry entry) {
        Transaction transaction = session.transaction();
        boolean done = false;
        transaction.begin(Characteristics.DEFAULT);
        try {
            if (UndoLog.take(transaction, session.state(), entry)) {
                entry.statements().forEach(this::run);
                transaction.commit();
            }
            done = true;
        } finally {
            if (!done || transaction.active()) {
                transaction.rollback();
            }
            session.releaseTables();
        }
    }

    private void run(String statement) {
        QuietAnswer answer = new QuietAnswer();
        session.runInside(statement, answer);
        if (answer.affectedRows() != 1) {
            throw ErrorCode.UNDO_CONFLICT.with(answer.affectedRows(), statement);
        }
    }

    @Override
    public void close() {
        session.close();
        engine.sessions().remove(session);
    }
}
