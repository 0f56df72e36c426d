package drds.session;

import drds.ddl.AccountAdministration;
import drds.ddl.DdlOutcome;
import drds.mysql.ResultWriter;
import drds.parser.AccountStatement;
import java.security.SecureRandom;

/** Statements about accounts: they end an open transaction, as in MySQL. */
final class AccountExecution {
    private final Session session;
    private final Engine engine;

    AccountExecution(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    boolean run(AccountStatement statement, ResultWriter out) {
        DdlOutcome outcome = change(statement);
        session.diagnostics().changed(0, 0);
        out.ok(0, 0, session.status(), outcome.notes().size(), "");
        return true;
    }

    DdlOutcome change(AccountStatement statement) {
        session.transaction().commit();
        session.releaseTables();
        DdlOutcome outcome =
                new AccountAdministration(engine.store(), new SecureRandom()).execute(statement, session.account());
        session.diagnostics()
                .warnings(
                        outcome.notes().stream()
                                .map(note -> new Diagnostics.Condition(note.level(), note.number(), note.text()))
                                .toList(),
                        outcome.notes().size());
        return outcome;
    }
}
