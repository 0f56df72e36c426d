package drds.session;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.catalog.Database;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.mysql.ServerStatus;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.ProgramStatement;
import drds.parser.QualifiedName;
import drds.parser.SessionStatement;
import drds.parser.SqlText;
import drds.program.Calls;
import drds.program.CursorRows;
import drds.program.ProgramHost;
import drds.program.Raised;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stored programs of a session: CALL, and what a program that runs needs of the session. */
final class SessionPrograms implements ProgramHost {
    private static final String RESULTS = "character_set_results";
    private static final String UTF8 = "'utf8mb4'";

    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;
    /** What the diagnostics area holds, with what SHOW WARNINGS doesn't tell; of {@link #told} alone. */
    private List<Raised> area = List.of();

    private List<Diagnostics.Condition> told = List.of();
    /** The calls of the client's statement that are going on. */
    private @Nullable Calls running;

    SessionPrograms(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    /** Whether DRDS knows the procedure; others are the home instance's own. */
    boolean knows(DataChange.Call call) {
        return find("PROCEDURE", call.procedure()) != null;
    }

    /** @param values of the question marks of a prepared CALL; null if it has none */
    boolean call(ParsedStatement parsed, DataChange.Call call, @Nullable ParameterValues values, ResultWriter out) {
        boolean[] marks = new boolean[call.arguments().size()];
        DataChange.Call filled = call;
        String source = parsed.source();
        if (values != null && parsed.parameters() > 0) {
            for (int i = 0; i < marks.length; i++) {
                marks[i] = call.arguments().get(i) instanceof Expression.Parameter;
            }
            ParsedStatement plain = dispatch.parse(Parameters.filledIn(parsed, values.literals()));
            filled = (DataChange.Call) plain.statement();
            source = plain.source();
        }
        boolean moreBefore = out.moreFollow();
        Calls calls = new Calls(this);
        Calls.Returned returned;
        running = calls;
        try {
            returned = calls.call(filled, source, marks, out);
        } finally {
            running = null;
            out.moreFollow(moreBefore);
        }
        if (returned != null) {
            out.moreFollow(true);
            out.columns(returned.columns());
            out.textRow(returned.row());
            out.end(status() | ServerStatus.PS_OUT_PARAMETERS, 0);
            out.moreFollow(moreBefore);
        }
        out.ok(calls.affectedRows(), 0, status(), (int) session.diagnostics().warningCount(), "");
        return true;
    }

    /** Runs a statement of programs that the client has sent by itself. */
    boolean run(ParsedStatement parsed, SessionStatement.Compound statement, ResultWriter out) {
        boolean moreBefore = out.moreFollow();
        Calls outer = running;
        Calls calls = new Calls(this);
        running = calls;
        try {
            calls.block(statement.body(), parsed.source(), out);
        } catch (SqlError error) {
            if (!(statement.body() instanceof ProgramStatement.GetDiagnostics)) {
                throw error;
            }
            session.diagnostics().error(error);
        } finally {
            running = outer;
            out.moreFollow(moreBefore);
        }
        out.ok(calls.affectedRows(), 0, status(), session.diagnostics().ofStatement(), "");
        return true;
    }

    /** Runs a function of a statement, which a program may have sent. */
    Calls.FunctionValue function(FunctionCall call, String source) {
        boolean outermost = running == null;
        Calls calls = outermost ? new Calls(this) : Objects.requireNonNull(running);
        running = calls;
        try {
            return calls.function(
                    StoredFunctions.name(call), call.text(source), call.arguments(), source, new QuietAnswer());
        } finally {
            if (outermost) {
                running = null;
            }
        }
    }

    // ---- what programs are there ----

    private @Nullable String databaseOf(QualifiedName name) {
        return name.schema() == null
                ? session.variables().database()
                : name.schema().text();
    }

    @Override
    public @Nullable Found find(String kind, QualifiedName name) {
        String schema = databaseOf(name);
        Database database = schema == null ? null : engine.catalog().database(schema);
        Database.Program program =
                database == null ? null : database.program(kind, name.name().text());
        return program == null || database == null
                ? null
                : new Found(database.name(), program, engine.programTrees().of(program));
    }

    @Override
    public String fullName(QualifiedName name) {
        String database = databaseOf(name);
        return (database == null ? "" : database + ".") + name.name().text();
    }

    @Override
    public Entered enter(Found program) {
        SessionVariables variables = session.variables();
        SessionState before = variables.state();
        String modeBefore = variables.sqlMode();
        variables.database(program.database());
        if (!modeBefore.equals(program.program().sqlMode())) {
            variables.set(
                    "sql_mode",
                    SqlText.string(program.program().sqlMode(), ParserModes.DEFAULT),
                    program.program().sqlMode());
        }
        String collation = program.program().collationConnection();
        if (!collation.equals(connectionCollation())) {
            String charset = collation.equals("binary") ? collation : collation.substring(0, collation.indexOf('_'));
            variables.set("character_set_connection", "'" + charset + "'", charset);
            variables.set("collation_connection", "'" + collation + "'", collation);
        }
        return () -> leave(before, modeBefore);
    }

    /** What a program sets itself stays, but for what was set for it. */
    private void leave(SessionState before, String modeBefore) {
        SessionVariables variables = session.variables();
        variables.database(before.currentDatabase());
        if (!variables.sqlMode().equals(modeBefore)) {
            variables.set("sql_mode", before.variables().get("sql_mode"), modeBefore);
        }
        for (String name : List.of("character_set_connection", "collation_connection")) {
            variables.set(name, before.variables().get(name), null);
        }
    }

    // ---- statements ----

    @Override
    public void run(String sql, ResultWriter out) {
        session.transaction().nested(() -> session.runInside(sql, out));
    }

    @Override
    public CursorRows rows(String sql) {
        SpooledRows rows = new SpooledRows(session.newSpool());
        SessionVariables variables = session.variables();
        String before = variables.state().variables().get(RESULTS);
        variables.set(RESULTS, UTF8, null);
        boolean done = false;
        try {
            run(sql, rows);
            done = true;
            return rows;
        } finally {
            variables.set(RESULTS, before, null);
            if (!done) {
                rows.close();
            }
        }
    }

    @Override
    public Answer onHome(String block) {
        try (HomeConnection connection = session.home().open(stateFor(block).withVariable(RESULTS, UTF8))) {
            Backend backend = connection.backend();
            MemoryResult rows = HomeConnection.query(backend, block);
            int warnings = backend.readResponse() instanceof Response.Ok ok ? ok.warnings() : 0;
            List<Raised> raised = warnings == 0
                    ? List.of()
                    : Diagnostics.conditions(connection.query("SHOW WARNINGS")).stream()
                            .map(SessionPrograms::raised)
                            .toList();
            return new Answer(rows.columns(), rows.rows(), raised);
        }
    }

    @Override
    public void show(String block, ResultWriter out) {
        session.diagnostics().begin(true);
        try (HomeConnection connection = session.home().open(stateFor(block))) {
            Backend backend = connection.backend();
            MemoryResult result = HomeConnection.query(backend, block);
            int warnings = backend.readResponse() instanceof Response.Ok ok ? ok.warnings() : 0;
            if (warnings > 0) {
                session.diagnostics().warnings(Diagnostics.conditions(connection.query("SHOW WARNINGS")), warnings);
            }
            session.diagnostics().selected(result.rows().size());
            result.writeTo(out, status());
        }
    }

    private SessionState stateFor(String block) {
        return block.indexOf('@') >= 0 ? session.state() : session.variables().stateWithoutUserVariables();
    }

    private static Raised raised(Diagnostics.Condition condition) {
        return Raised.shown(condition.level(), condition.number(), condition.message());
    }

    @Override
    public boolean isSessions(Node expression) {
        if (!HeldTables.named(expression, "").isEmpty() || SequenceValues.occurIn(expression)) {
            return true;
        }
        boolean[] found = new boolean[1];
        expression.walk(node -> found[0] |= node instanceof Expression.Assignment
                || node instanceof FunctionCall call && (isSessions(call) || isSpread(call)));
        return found[0];
    }

    private static boolean isSessions(FunctionCall call) {
        return call.schema() == null
                && switch (call.name().text().toUpperCase(Locale.ROOT)) {
                    case "SLEEP", "BENCHMARK" -> true;
                    case "GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_FREE_LOCK", "IS_USED_LOCK" -> true;
                    case "LAST_INSERT_ID" -> !call.arguments().isEmpty();
                    default -> false;
                };
    }

    /** Whether it is a stored function that has to be run by DRDS. */
    private boolean isSpread(FunctionCall call) {
        Found function = find("FUNCTION", StoredFunctions.name(call));
        return function != null && !function.program().everywhere();
    }

    @Override
    public String withOwnValues(String head, String text) {
        if (text.indexOf('(') < 0 && text.indexOf('@') < 0 && text.indexOf('_') < 0) {
            return text;
        }
        ParsedStatement parsed = dispatch.parse(head + text);
        return dispatch.withOwnValues(parsed).source().substring(head.length());
    }

    // ---- what statements leave behind ----

    @Override
    @SuppressWarnings("ReferenceEquality") // the list that was set here, and no other one that is equal
    public List<Raised> conditions() {
        List<Diagnostics.Condition> now = session.diagnostics().conditions();
        return now == told ? area : now.stream().map(SessionPrograms::raised).toList();
    }

    @Override
    public List<Raised> fresh() {
        return session.diagnostics().ofStatement() == 0 ? List.of() : conditions();
    }

    @Override
    public void conditions(List<Raised> conditions) {
        if (conditions.isEmpty()) {
            session.diagnostics().begin(false);
            return;
        }
        session.diagnostics()
                .warnings(
                        conditions.stream()
                                .map(one -> new Diagnostics.Condition(one.level(), one.number(), one.message()))
                                .toList(),
                        0);
        told = session.diagnostics().conditions();
        area = List.copyOf(conditions);
    }

    @Override
    public void clearConditions() {
        session.diagnostics().begin(true);
    }

    @Override
    public long rowCount() {
        return session.diagnostics().rowCount();
    }

    @Override
    public void rowCount(long rows) {
        session.diagnostics().changed(rows, 0);
    }

    @Override
    public void setUserVariable(String name, @Nullable String literal) {
        session.variables().setUser(name, literal);
    }

    @Override
    public ParserModes modes() {
        return session.variables().modes();
    }

    @Override
    public String connectionCollation() {
        return session.state()
                .variables()
                .getOrDefault("collation_connection", "")
                .replace("'", "");
    }

    @Override
    public int recursionLimit() {
        Map<String, String> variables = session.state().variables();
        return Integer.parseInt(variables.getOrDefault("max_sp_recursion_depth", "0"));
    }

    @Override
    public int status() {
        return session.status();
    }

    @Override
    public void checkKilled() {
        session.throwIfInterrupted();
    }
}
