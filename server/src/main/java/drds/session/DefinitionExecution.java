package drds.session;

import drds.catalog.Catalog;
import drds.ddl.DdlOutcome;
import drds.ddl.DdlSession;
import drds.ddl.TableName;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.DataDefinition;
import drds.parser.ParsedStatement;
import drds.parser.SequenceStatement;

/** DDL: ends the transaction that is open, as in MySQL, and lets the job run. */
final class DefinitionExecution {
    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;

    DefinitionExecution(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    boolean run(ParsedStatement parsed, DataDefinition definition, ResultWriter out) {
        TemporaryDefinitions temporary = new TemporaryDefinitions(session, dispatch);
        if (temporary.concerns(definition)) {
            return temporary.run(parsed, definition, out);
        }
        temporary.refuseIn(definition);
        if (definition instanceof SequenceStatement sequence) {
            return dispatch.ok(() -> new SequenceExecution(session, engine).run(sequence), out);
        }
        session.transaction().commit();
        session.releaseTables();
        String database = session.variables().database();
        DdlSession ddlSession = new DdlSession(
                database == null ? "" : database,
                session.variables().stateWithoutUserVariables(),
                session.lockTimeout(),
                new Inserter(),
                !"0".equals(session.variables().kept().get(SessionVariables.AUTO_GLOBAL_INDEX)));
        DdlOutcome outcome = engine.ddl().execute(parsed, definition, ddlSession);
        Diagnostics diagnostics = session.diagnostics();
        diagnostics.warnings(
                outcome.notes().stream()
                        .filter(note -> tellsNotes() || !note.level().equals("Note"))
                        .map(note -> new Diagnostics.Condition(note.level(), note.number(), note.text()))
                        .toList(),
                0);
        diagnostics.changed(outcome.affectedRows(), 0);
        leaveDroppedDatabase(definition);
        out.ok(outcome.affectedRows(), 0, session.status(), diagnostics.ofStatement(), outcome.info());
        return true;
    }

    private void leaveDroppedDatabase(DataDefinition definition) {
        if (definition instanceof DataDefinition.DropDatabase drop) {
            engine.sequences().named().dropAll(drop.name().text());
        }
        if (definition instanceof DataDefinition.DropDatabase drop
                && drop.name().text().equals(session.variables().database())) {
            session.variables().database("");
        }
    }

    /** sql_notes. */
    private boolean tellsNotes() {
        return !"0".equals(session.state().variables().get("sql_notes"));
    }

    private final class Inserter implements DdlSession.Inserter {
        @Override
        public DdlSession.Inserted insert(TableName into, String sql) {
            return DefinitionExecution.this.insert(into, sql);
        }

        @Override
        public void fill(Catalog catalog, String sql) {
            try {
                dispatch.planned().fill(catalog, sql);
                session.transaction().commit();
            } catch (SqlError failed) {
                session.transaction().rollback();
                throw failed;
            }
        }
    }

    /** The SELECT of CREATE TABLE ... SELECT. */
    private DdlSession.Inserted insert(TableName into, String sql) {
        QuietAnswer answer = new QuietAnswer();
        session.ownTable(new HeldTables.Name(into.schema(), into.table()));
        try {
            dispatch.planned().run(dispatch.parse(sql), answer);
            session.transaction().commit();
        } catch (SqlError failed) {
            session.transaction().rollback();
            throw failed;
        } finally {
            session.releaseTables();
        }
        return new DdlSession.Inserted(answer.affectedRows(), answer.info());
    }
}
