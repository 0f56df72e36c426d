package drds.session;

import drds.catalog.Catalog;
import drds.ddl.DdlOutcome;
import drds.ddl.DdlSession;
import drds.ddl.TableName;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.DataDefinition;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.SequenceStatement;
import drds.replication.WriteGate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
        DdlOutcome outcome = execute(parsed, definition, ddlSession);
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

    /** Definitions of databases whose shards are being moved stay as they are. */
    private DdlOutcome execute(ParsedStatement parsed, DataDefinition definition, DdlSession ddlSession) {
        if (definition instanceof DataDefinition.CreateView
                || definition instanceof DataDefinition.DropView
                || definition instanceof DataDefinition.StoredObject) {
            return engine.ddl().execute(parsed, definition, ddlSession);
        }
        List<WriteGate.Closed> shared = new ArrayList<>();
        try {
            for (String database : databases(definition, ddlSession.currentDatabase())) {
                shared.add(engine.gate().changeDefinition(database, ddlSession.lockTimeout()));
                engine.moves().refuseDefinitions(database);
            }
            return engine.ddl().execute(parsed, definition, ddlSession);
        } finally {
            shared.forEach(WriteGate.Closed::close);
        }
    }

    private static Set<String> databases(DataDefinition definition, String current) {
        Set<String> names = new TreeSet<>();
        definition.walk(node -> {
            if (node instanceof QualifiedName name) {
                names.add(name.schema() == null ? current : name.schema().text());
            }
        });
        switch (definition) {
            case DataDefinition.CreateDatabase create -> names.add(create.name().text());
            case DataDefinition.DropDatabase drop -> names.add(drop.name().text());
            case DataDefinition.AlterDatabase alter ->
                names.add(alter.name() == null ? current : alter.name().text());
            default -> {}
        }
        names.remove("");
        return names;
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
