package drds.session;

import drds.analyzer.BodyReach;
import drds.atom.Backend;
import drds.atom.Prepared;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.Execution;
import drds.executor.Outcome;
import drds.executor.PlacedInsert;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.HintCommand;
import drds.parser.Insert;
import drds.parser.Into;
import drds.parser.LoadData;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SetStatement;
import drds.parser.Span;
import drds.parser.SqlParser;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.StoredTrigger;
import drds.parser.Unparsed;
import drds.parser.With;
import drds.planner.Advisor;
import drds.planner.GatherTemplate;
import drds.planner.Plan;
import drds.planner.Planner;
import drds.planner.PlanningContext;
import drds.planner.RouteTemplate;
import drds.planner.Sharding;
import drds.planner.TouchedRow;
import drds.rule.KeyConversion;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Queries and changes of data: planned, run by the executor, and what they leave behind remembered. */
final class PlannedStatements {
    private static final String NO_DATABASE = "";
    private static final int MORE_THAN_ONE_ROW = 1242;

    private final Session session;
    private final Engine engine;
    private final IntSupplier status;
    private long foundRows;
    /** What the instance says of LAST_INSERT_ID() after a statement that may have set it; -1 if it was not asked. */
    private long lastInsertId;

    PlannedStatements(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
        this.status = session::status;
    }

    /** @return false if it failed and the client knows already */
    boolean run(ParsedStatement parsed, ResultWriter out) {
        return run(parsed, null, out);
    }

    /** @param values of a prepared statement; null where there are none */
    boolean run(ParsedStatement parsed, @Nullable ParameterValues values, ResultWriter out) {
        session.holdTables(parsed.statement());
        Plan plan;
        try {
            plan = plan(parsed, values == null ? null : values.literals());
            refuseLostIds(plan, parsed.statement());
        } catch (SqlError refused) {
            if (refused.number() == ErrorCode.NOT_SUPPORTED.number()) {
                judge(parsed);
                if (parsed.statement() instanceof DataChange.Do) {
                    return asQuery(parsed, values, out);
                }
            }
            throw refused;
        }
        if (plan instanceof Plan.InsertSelect
                && parsed.statement() instanceof Insert insert
                && insert.source() instanceof Insert.Rows) {
            judge(parsed);
        }
        if (plan instanceof Plan.Rehearsal && !(parsed.statement() instanceof Insert)) {
            String sql = values == null ? parsed.text() : Parameters.filledIn(parsed, values.literals());
            SafeUpdates.check(parsed.statement(), sql, session.state(), session.home());
        }
        TemporaryTables temporary = session.temporary();
        temporary.beginStatement(parsed.statement(), session.variables().database());
        try {
            return execute(plan, parsed, values, out);
        } finally {
            temporary.statementOver();
        }
    }

    /** Runs a plan that was made of a part of the statement. */
    boolean run(Plan plan, ParsedStatement parsed, ResultWriter out) {
        return execute(plan, parsed, null, out);
    }

    /** DO with sharded tables is a SELECT whose rows nobody wants. Too many rows of a subquery are only told of. */
    private boolean asQuery(ParsedStatement parsed, @Nullable ParameterValues values, ResultWriter out) {
        String sql = values == null ? parsed.text() : Parameters.filledIn(parsed, values.literals());
        try {
            run(session.parser().parse("SELECT " + sql.substring("DO".length())), new QuietAnswer());
        } catch (SqlError error) {
            if (error.number() != MORE_THAN_ONE_ROW) {
                throw error;
            }
            session.diagnostics().error(error);
        }
        session.diagnostics().changed(0, 0);
        out.ok(0, 0, status.getAsInt(), session.diagnostics().ofStatement(), "");
        return true;
    }

    /**
     * Throws MySQL's own error where MySQL refuses the statement too: for what DRDS can't do, and for what DRDS does in another
     * way, in which a mistake would not be seen.
     */
    void judge(ParsedStatement parsed) {
        if (parsed.statement() instanceof Query || parsed.statement() instanceof DataChange) {
            atHome(parsed.text());
        }
    }

    /** LAST_INSERT_ID(expression) where DRDS computes the value for itself: nobody would remember it. */
    private static void refuseLostIds(Plan plan, Statement statement) {
        boolean lost = switch (plan) {
            case Plan.InsertRows insert -> setsIdInRows(statement);
            case Plan.InsertSelect insert -> VariableUse.in(statement).setsLastInsertId();
            default -> false;
        };
        if (lost) {
            throw ErrorCode.NOT_SUPPORTED.with("LAST_INSERT_ID(expression) in such a change of several places");
        }
    }

    private static boolean setsIdInRows(Statement statement) {
        return statement instanceof Insert insert
                && VariableUse.in(insert.source()).setsLastInsertId();
    }

    Plan plan(ParsedStatement parsed, @Nullable List<String> parameters) {
        PlanningContext context = context(parameters);
        HintCommand place = session.hints().place();
        if (place != null) {
            return Planner.hinted(parsed, context, place);
        }
        if (!engine.tableSizes().areKnown()) {
            return LongWork.run(parsed.source().length(), () -> Planner.plan(parsed, context));
        }
        return engine.knownPlans()
                .plan(
                        parsed,
                        context,
                        session.variables().modes(),
                        engine.tableSizes().renewals(),
                        () -> LongWork.run(parsed.source().length(), () -> Planner.plan(parsed, context)));
    }

    /** What statements of the same shape may be routed by; null for nothing. */
    @Nullable
    RouteTemplate template(ParsedStatement parsed, List<Span> literals, @Nullable List<String> parameters, Plan plan) {
        return Planner.template(parsed, context(parameters), literals, plan);
    }

    /** The gathers of a statement's shape; null if each has to be planned. @param sql the statement's whole text */
    @Nullable
    GatherTemplate gatherTemplate(ParsedStatement parsed, List<Span> literals, String sql) {
        return parsed.source().equals(sql) ? Planner.gatherTemplate(parsed, context(null), literals) : null;
    }

    private PlanningContext context(@Nullable List<String> parameters) {
        return new PlanningContext(
                session.catalog(),
                session.variables().database(),
                session.parser(),
                engine.keyConversion(session.variables()),
                parameters,
                engine.tableSizes(),
                session.hints().indexes());
    }

    /** The one key that a change is about; empty if that is not known. */
    Optional<TouchedRow> touchedRow(ParsedStatement parsed) {
        return TouchedRow.of(parsed, context(null));
    }

    /** Which partitions of its tables a statement asks. */
    List<Sharding> shardings(ParsedStatement parsed) {
        return Sharding.of(parsed, context(null));
    }

    Advisor advisor(ParsedStatement parsed) {
        return new Advisor(parsed, context(null));
    }

    /** Runs an INSERT ... SELECT of DRDS's own over tables that only this catalog has. */
    void fill(Catalog catalog, String sql) {
        SqlParser parser = new SqlParser(ParserModes.of(""));
        KeyConversion keys = engine.keyConversion(session.variables());
        Plan plan = Planner.plan(
                parser.parse(sql), new PlanningContext(catalog, null, parser, keys, null, engine.tableSizes()));
        SessionState state = session.variables()
                .stateWithoutUserVariables()
                .withVariable("sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
        engine.executor()
                .execute(
                        plan,
                        new Execution(sql, null, state, session.transaction(), catalog, keys, null, status, null),
                        new QuietAnswer());
    }

    /** Runs a statement that names no user variable, and that was routed without being parsed. */
    boolean run(Plan plan, String sql, ResultWriter out) {
        return run(plan, sql, null, out);
    }

    /** @param parameters of a prepared statement, as an instance takes them */
    boolean run(Plan plan, String sql, byte @Nullable [] parameters, ResultWriter out) {
        foundRows = -1;
        return run(plan, plain(sql, parameters), out);
    }

    /** Writes rows that have been placed without being parsed. */
    boolean run(PlacedInsert insert, ResultWriter out) {
        foundRows = -1;
        Outcome outcome = engine.executor().insert(insert, plain("", null), out);
        remember(outcome, 0);
        return outcome.error() == null;
    }

    private Execution plain(String sql, byte @Nullable [] parameters) {
        return new Execution(
                sql,
                null,
                session.variables().stateWithoutUserVariables(),
                session.transaction(),
                session.catalog(),
                engine.keyConversion(session.variables()),
                parameters == null ? null : Unpooled.wrappedBuffer(parameters),
                status,
                null);
    }

    private boolean execute(Plan plan, ParsedStatement parsed, @Nullable ParameterValues values, ResultWriter out) {
        VariableUse use = variableUse(parsed.statement());
        boolean keepsMarks = parsed.parameters() > 0 && plan instanceof Plan.Route;
        String sql = values == null ? parsed.text() : Parameters.filledIn(parsed, values.literals());
        byte[] bytes = values != null && keepsMarks ? values.forInstance() : null;
        ByteBuf parameters = bytes == null ? null : Unpooled.wrappedBuffer(bytes);
        SessionState state = use.any() ? session.state() : session.variables().stateWithoutUserVariables();
        boolean told = plan instanceof Plan.Route || plan instanceof Plan.Rehearsal;
        GeneratedIds generated = parsed.statement() instanceof Insert insert && told
                ? GeneratedIds.of(insert, session.catalog(), session.variables().database())
                : GeneratedIds.ALL;
        boolean asksForId = generated == GeneratedIds.SOME
                || parsed.statement() instanceof Insert returns
                        && (returns.returning() != null || plan instanceof Plan.Rehearsal)
                || use.setsLastInsertId() && (parsed.statement() instanceof Query || plan instanceof Plan.Rehearsal);
        if (asksForId) {
            state = state.withVariable(
                    "last_insert_id",
                    Long.toUnsignedString(session.diagnostics().lastInsertId()));
        }
        Execution execution = new Execution(
                sql,
                values != null && parsed.parameters() > 0 ? parsed.text() : null,
                session.forNextStatement(state),
                transactionFor(parsed.statement()),
                session.catalog(),
                engine.keyConversion(session.variables()),
                parameters,
                status,
                use.leavesNothing() && !asksForId ? null : backend -> readBack(backend, use, asksForId));
        foundRows = -1;
        long idBefore = session.diagnostics().lastInsertId();
        lastInsertId = -1;
        boolean done = run(plan, execution, out);
        if (lastInsertId >= 0) {
            session.diagnostics().lastInsertId(lastInsertId);
        } else if (generated != GeneratedIds.ALL) {
            session.diagnostics().lastInsertId(idBefore);
        }
        return done;
    }

    /** What the statement and the triggers that it may fire name. */
    private VariableUse variableUse(Statement statement) {
        VariableUse use = VariableUse.in(statement);
        if (!(statement instanceof DataChange)) {
            return use;
        }
        for (Database.Program trigger : triggers(statement)) {
            StoredTrigger tree = BodyReach.tree(trigger);
            use = tree == null ? use : use.and(VariableUse.in(tree.body()));
        }
        return use;
    }

    /** The triggers of the tables that a statement names. */
    List<Database.Program> triggers(Statement statement) {
        Catalog catalog = engine.catalog();
        if (catalog.databases().values().stream()
                .allMatch(database -> database.programs().isEmpty())) {
            return List.of();
        }
        List<Database.Program> triggers = new ArrayList<>();
        for (HeldTables.Name name :
                HeldTables.named(statement, session.variables().database())) {
            Database database = catalog.database(name.database());
            if (database != null) {
                triggers.addAll(database.triggers(name.table()));
            }
        }
        return triggers;
    }

    /** With autocommit off, a SELECT without tables does not begin a transaction. */
    private Transaction transactionFor(Statement statement) {
        Transaction transaction = session.transaction();
        if (session.hints().slave() && transaction.active() && !Planner.locks(statement)) {
            return statement instanceof Query ? transaction.beside() : transaction;
        }
        boolean idle = transaction.transactional() && !transaction.active();
        return idle
                        && statement instanceof Query
                        && HeldTables.named(statement, "").isEmpty()
                ? transaction.beside()
                : transaction;
    }

    private boolean run(Plan plan, Execution execution, ResultWriter out) {
        Outcome outcome = isReadAtOnce(plan, execution.transaction())
                ? readAtOnce(plan, execution, out)
                : engine.executor().execute(plan, execution, out);
        remember(outcome, out.rows());
        return outcome.error() == null;
    }

    /** Whether {@code drds_consistent_reads} wants a snapshot for the query. */
    private boolean isReadAtOnce(Plan plan, Transaction transaction) {
        return session.variables().readsConsistently()
                && !transaction.transactional()
                && switch (plan) {
                    case Plan.Gather _, Plan.Residual _, Plan.IndexLookup _, Plan.Ship _, Plan.Staged _ -> true;
                    default -> false;
                };
    }

    /** Reads from several places as they all are at one moment. */
    private Outcome readAtOnce(Plan plan, Execution execution, ResultWriter out) {
        Transaction own = execution.transaction();
        if (own.keptForStatement() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("drds_consistent_reads with temporary tables outside of a transaction");
        }
        Transaction snapshot = own.beside();
        try {
            snapshot.begin(Characteristics.SNAPSHOT);
            snapshot.openSnapshots(execution.state());
            return engine.executor().execute(plan, execution.in(snapshot), out);
        } finally {
            snapshot.rollback();
            own.endStatement(null);
        }
    }

    private void remember(Outcome outcome, long rows) {
        Diagnostics diagnostics = session.diagnostics();
        List<Diagnostics.Condition> conditions = outcome.diagnostics().isEmpty()
                ? List.of()
                : outcome.diagnostics().stream()
                        .map(d -> new Diagnostics.Condition(d.level(), d.code(), d.message()))
                        .toList();
        diagnostics.warnings(conditions, outcome.warnings());
        if (outcome.error() != null) {
            diagnostics.error(outcome.error());
        } else if (outcome.affectedRows() < 0) {
            diagnostics.selected(foundRows < 0 ? rows : foundRows);
        } else {
            diagnostics.changed(outcome.affectedRows(), outcome.lastInsertId());
        }
    }

    // ---- user variables ----

    /** Reads what the statement left on the connection that it ran on. */
    private void readBack(Backend backend, VariableUse use, boolean asksForId) {
        if (asksForId) {
            String id = HomeConnection.query(backend, "SELECT LAST_INSERT_ID() LIMIT 1")
                    .text(0, 0);
            lastInsertId = Long.parseUnsignedLong(String.valueOf(id));
            if (backend.state().variables().containsKey("last_insert_id")) {
                backend.assume(backend.state().withVariable("last_insert_id", String.valueOf(id)));
            }
        }
        if (use.calculatesFoundRows()) {
            String rows =
                    HomeConnection.query(backend, "SELECT FOUND_ROWS() LIMIT 1").text(0, 0);
            foundRows = Long.parseLong(String.valueOf(rows));
        }
        if (!use.assigned().isEmpty()) {
            List<String> names = List.copyOf(use.assigned());
            MemoryResult row = HomeConnection.query(backend, UserVariableLiteral.query(names));
            UserVariableLiteral.literals(names, row).forEach(session.variables()::setUser);
        }
    }

    /**
     * Which user variables a statement names.
     *
     * @param assigned those it sets, in lower case
     */
    record VariableUse(boolean any, Set<String> assigned, boolean calculatesFoundRows, boolean setsLastInsertId) {
        /** What either of two names. */
        VariableUse and(VariableUse other) {
            Set<String> all = new LinkedHashSet<>(assigned);
            all.addAll(other.assigned);
            return new VariableUse(
                    any || other.any,
                    all,
                    calculatesFoundRows || other.calculatesFoundRows,
                    setsLastInsertId || other.setsLastInsertId);
        }

        boolean isNothing() {
            return !any && leavesNothing() && !setsLastInsertId;
        }

        boolean leavesNothing() {
            return assigned.isEmpty() && !calculatesFoundRows;
        }

        static VariableUse in(Node statement) {
            boolean[] seen = new boolean[3];
            Set<String> assigned = new LinkedHashSet<>();
            statement.walk(node -> {
                switch (node) {
                    case Expression.UserVariable variable -> seen[0] = true;
                    case SetStatement.UserVariable variable ->
                        assigned.add(variable.variable().name().toLowerCase(Locale.ROOT));
                    case Expression.Assignment assignment ->
                        assigned.add(assignment.variable().name().toLowerCase(Locale.ROOT));
                    case Into.Variables into ->
                        into.targets().forEach(target -> {
                            if (target instanceof Expression.UserVariable variable) {
                                assigned.add(variable.name().toLowerCase(Locale.ROOT));
                            }
                        });
                    case FunctionCall call ->
                        seen[2] |=
                                call.is("LAST_INSERT_ID") && !call.arguments().isEmpty();
                    case Select select -> seen[1] |= select.options().contains(Select.Option.SQL_CALC_FOUND_ROWS);
                    default -> {}
                }
            });
            return new VariableUse(seen[0], assigned, seen[1], seen[2]);
        }
    }

    // ---- metadata ----

    /** What preparing a statement tells: the home instance's word for queries and changes, else what DRDS knows. */
    PreparedStatements.Description describe(ParsedStatement parsed, List<ColumnDefinition> own) {
        return switch (parsed.statement()) {
            case LoadData load -> byCount(parsed, own);
            case DataChange.Call call when MessageStatements.are(call) -> byCount(parsed, own);
            case Query query when lacksDatabase(query) -> throw ErrorCode.NO_DATABASE_SELECTED.with();
            case DataChange change when lacksDatabase(change) -> throw ErrorCode.NO_DATABASE_SELECTED.with();
            case Query query -> atHome(parsed.text());
            case DataChange change -> atHome(parsed.text());
            case Unparsed unknown -> atHome(parsed.source());
            default -> byCount(parsed, own);
        };
    }

    /** Whether there is no current database where a table's name needs one; an instance's connection always has one. */
    private boolean lacksDatabase(Statement statement) {
        return session.variables().database() == null
                && HeldTables.named(statement, NO_DATABASE).stream()
                        .anyMatch(name -> name.database().equals(NO_DATABASE))
                && !hasCommonTables(statement);
    }

    private static boolean hasCommonTables(Statement statement) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= node instanceof With);
        return found[0];
    }

    private static PreparedStatements.Description byCount(ParsedStatement parsed, List<ColumnDefinition> own) {
        ColumnDefinition parameter = new ColumnDefinition(
                "def", "", "", "", "?", "", FieldType.BINARY_COLLATION, 0, FieldType.VAR_STRING, 0, 0);
        return new PreparedStatements.Description(Collections.nCopies(parsed.parameters(), parameter), own, 0);
    }

    private PreparedStatements.Description atHome(String sql) {
        SessionState state = session.state();
        try (HomeConnection connection = session.home().open(state)) {
            Backend backend = connection.backend();
            Prepared prepared = backend.prepare(sql);
            backend.forget(prepared);
            return new PreparedStatements.Description(prepared.parameters(), prepared.columns(), prepared.warnings());
        }
    }

    /** The columns of a table with their defaults, as COM_FIELD_LIST wants them. */
    List<ClientSession.FieldWithDefault> fieldList(String table, String wildcard) {
        String name = SqlText.identifier(table);
        MemoryResult columns = session.home().query(session.state(), "SELECT * FROM " + name + " LIMIT 0");
        MemoryResult shown = session.home()
                .query(
                        session.state(),
                        "SHOW COLUMNS FROM " + name
                                + (wildcard.isEmpty()
                                        ? ""
                                        : " LIKE "
                                                + SqlText.string(
                                                        wildcard,
                                                        session.variables().modes())));
        List<ClientSession.FieldWithDefault> fields = new ArrayList<>();
        for (ColumnDefinition column : columns.columns()) {
            for (int i = 0; i < shown.rows().size(); i++) {
                if (column.name().equals(shown.text(i, 0))) {
                    fields.add(new ClientSession.FieldWithDefault(
                            column, shown.rows().get(i)[4]));
                }
            }
        }
        return fields;
    }
}
