package drds.session;

import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.parser.AccountStatement;
import drds.parser.DataChange;
import drds.parser.DataDefinition;
import drds.parser.Delete;
import drds.parser.ExplainStatement;
import drds.parser.Insert;
import drds.parser.LoadData;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.ProgramStatement;
import drds.parser.Query;
import drds.parser.SessionStatement;
import drds.parser.SetStatement;
import drds.parser.ShowStatement;
import drds.parser.Statement;
import drds.parser.TransactionStatement;
import drds.parser.Unparsed;
import drds.parser.Update;
import drds.session.operate.StatementHints;
import java.util.List;

/** Takes a statement's text to whoever runs its kind. */
final class Dispatch {
    private final Session session;
    private final Engine engine;
    private final PlannedStatements planned;
    private final TransactionStatements transactions;
    private final ShowStatements shows;
    private final SessionStatements own;
    private final ExplainExecution explains;
    private final SessionPrograms programs;
    private final HintedStatements hinted;

    Dispatch(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
        this.planned = new PlannedStatements(session, engine);
        this.transactions = new TransactionStatements(session);
        this.shows = new ShowStatements(session, engine);
        this.explains = new ExplainExecution(session, engine, planned);
        this.own = new SessionStatements(session, engine, this);
        this.programs = new SessionPrograms(session, engine, this);
        this.hinted = new HintedStatements(session, engine, this);
    }

    ParsedStatement parse(String sql) {
        return session.parse(sql);
    }

    SessionPrograms programs() {
        return programs;
    }

    PlannedStatements planned() {
        return planned;
    }

    /** Statements that only the home instance knows, of those that do no harm there. */
    boolean runOther(ParsedStatement parsed, OperatorStatement.Other other, ResultWriter out) {
        if (!other.words().startsWith("HELP")) {
            throw ErrorCode.NOT_SUPPORTED.with(other.words());
        }
        return result(engine.home().query(session.state(), parsed.text()), out);
    }

    /** Runs one statement. @return false if it failed and the client knows already */
    boolean run(String sql, ResultWriter out) {
        return run(parse(sql), out);
    }

    boolean run(ParsedStatement original, ResultWriter out) {
        return StatementHints.standIn(original)
                ? hinted.run(StatementHints.of(original), parse(StatementHints.without(original)), out)
                : runWithoutHints(original, out);
    }

    private boolean runWithoutHints(ParsedStatement original, ResultWriter out) {
        ParsedStatement parsed = withOwnValues(original);
        StoredFunctions functions = new StoredFunctions(session, engine, programs, parsed);
        if (isFlexible(parsed.statement()) && functions.anyWrites()) {
            throw ErrorCode.NOT_FLEXIBLE.with("it calls a function that changes rows");
        }
        return functions.any() ? runWith(functions, out) : runOwn(parsed, out);
    }

    /** What functions change is part of what the statement does. */
    private boolean runWith(StoredFunctions functions, ResultWriter out) {
        if (!functions.anyWrites()) {
            return runReplaced(functions, out);
        }
        try {
            return session.transaction().atomically(() -> {
                if (!runReplaced(functions, out)) {
                    throw new Failed();
                }
                return true;
            });
        } catch (Failed told) {
            return false;
        }
    }

    private boolean runReplaced(StoredFunctions functions, ResultWriter out) {
        if (!functions.onlyComputes()) {
            return runOwn(functions.replaced(), out);
        }
        programs.show(functions.block(), out);
        return true;
    }

    /** The client has the error already. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed() {
            super("the statement failed", null, false, false);
        }
    }

    private boolean runOwn(ParsedStatement original, ResultWriter out) {
        ParsedStatement parsed = original;
        session.diagnostics().begin(keepsDiagnostics(parsed.statement()));
        if (mayAsk(parsed.statement()) && SequenceValues.occurIn(parsed.statement())) {
            MemoryResult several = session.sequenceValues().several(parsed);
            if (several != null) {
                return result(several, out);
            }
            parsed = parse(session.sequenceValues().replaceIn(parsed, false));
        }
        return runPlain(parsed, out);
    }

    private boolean runPlain(ParsedStatement parsed, ResultWriter out) {
        Statement statement = parsed.statement();
        if (mayAsk(statement) && UserLocks.occurIn(statement)) {
            return runWithLocks(parsed, out);
        }
        if (MessageStatements.are(statement)) {
            return new MessageStatements(session, engine, this).run(parsed, out);
        }
        if (isFlexible(statement)) {
            return new FlexibleChange(session, engine, this).run(parsed, out);
        }
        return switch (statement) {
            case Query query -> planned.run(parsed, out);
            case LoadData load -> new LoadDataExecution(session, this).run(parsed, load, out);
            case DataChange.Call call when programs.knows(call) -> programs.call(parsed, call, null, out);
            case DataChange change -> planned.run(parsed, out);
            case DataDefinition definition ->
                new DefinitionExecution(session, engine, this).run(parsed, definition, out);
            case AccountStatement account -> new AccountExecution(session, engine).run(account, out);
            case SetStatement set -> own.set(parsed, set, out);
            case ShowStatement show -> shows.run(parsed, show, out);
            case ExplainStatement explain -> explains.run(parsed, explain, out);
            case TransactionStatement transaction -> transactions.run(parsed, transaction, out);
            case SessionStatement sessionStatement -> own.run(parsed, sessionStatement, out);
            case OperatorStatement operator -> own.operate(parsed, operator, out);
            case Unparsed unknown -> planned.run(parsed, out);
        };
    }

    /** Whether the statement is a change that is committed at once, in a transaction that isn't. */
    private boolean isFlexible(Statement statement) {
        return session.transaction().isFlexible()
                && (statement instanceof Insert || statement instanceof Update || statement instanceof Delete);
    }

    /** Runs a statement of the binary protocol. */
    boolean runPrepared(ParsedStatement original, ParameterValues values, ResultWriter out) {
        if (StatementHints.standIn(original)) {
            ParsedStatement plain = parse(StatementHints.without(original));
            return hinted.run(StatementHints.of(original), parse(Parameters.filledIn(plain, values.literals())), out);
        }
        if (MessageStatements.are(original.statement()) || isFlexible(original.statement())) {
            return run(parse(Parameters.filledIn(original, values.literals())), out);
        }
        ParsedStatement parsed = withOwnValues(original);
        boolean plannable = switch (parsed.statement()) {
            case Query query -> true;
            case LoadData load -> false;
            case DataChange change -> true;
            default -> false;
        };
        if (plannable && new StoredFunctions(session, engine, programs, parsed).anyAhead()) {
            return run(parse(Parameters.filledIn(original, values.literals())), out);
        }
        if (plannable && SequenceValues.occurIn(parsed.statement())) {
            parsed = parse(session.sequenceValues().replaceIn(parsed, false));
        }
        if (plannable) {
            session.diagnostics().begin(keepsDiagnostics(parsed.statement()));
            if (parsed.statement() instanceof DataChange.Call call && programs.knows(call)) {
                return programs.call(parsed, call, values, out);
            }
            if (UserLocks.occurIn(parsed.statement())) {
                return runWithLocks(parse(Parameters.filledIn(parsed, values.literals())), out);
            }
            return planned.run(parsed, values, out);
        }
        return run(parse(Parameters.filledIn(original, values.literals())), out);
    }

    /** What preparing a statement tells. */
    PreparedStatements.Description describe(String sql) {
        ParsedStatement original = parse(sql);
        if (StatementHints.standIn(original)) {
            return hinted.describe(StatementHints.of(original), StatementHints.without(original));
        }
        ParsedStatement parsed = withFilters(original);
        if (mayAsk(parsed.statement()) && SequenceValues.occurIn(parsed.statement())) {
            parsed = parse(session.sequenceValues().replaceIn(parsed, true));
        }
        List<ColumnDefinition> own = switch (parsed.statement()) {
            case ShowStatement show -> shows.answer(parsed, show).columns();
            default -> List.of();
        };
        return planned.describe(parsed, own);
    }

    List<ClientSession.FieldWithDefault> fieldList(String table, String wildcard) {
        return planned.fieldList(table, wildcard);
    }

    private boolean runWithLocks(ParsedStatement parsed, ResultWriter out) {
        MemoryResult result = session.locks().run(session, parsed.statement(), parsed.text());
        return result.columns().isEmpty() ? ok(() -> {}, out) : result(result, out);
    }

    /** Statements that name no table leave the conditions of the one before, unless they have some of their own. */
    private boolean keepsDiagnostics(Statement statement) {
        return switch (statement) {
            case ShowStatement show ->
                show.kind() == ShowStatement.Kind.WARNINGS || show.kind() == ShowStatement.Kind.ERRORS;
            case SetStatement.SetVariables set -> true;
            case SessionStatement.Compound compound -> compound.body() instanceof ProgramStatement.GetDiagnostics;
            case Query query -> HeldTables.named(query, "").isEmpty();
            case DataChange.Do expressions -> HeldTables.named(expressions, "").isEmpty();
            default -> false;
        };
    }

    /** The statement with the values that only DRDS knows in the place of the functions that ask for them. */
    ParsedStatement withOwnValues(ParsedStatement parsed) {
        Statement statement = parsed.statement();
        if (!mayAsk(statement)) {
            return parsed;
        }
        ParsedStatement result = parsed;
        if (SessionExpressions.occurIn(statement, session.variables().kept().keySet())) {
            String text =
                    new SessionExpressions(session.facts(), session.variables().modes()).replaceIn(result);
            result = parse(text);
        }
        return withFilters(result);
    }

    /** The statement with information_schema's tables showing the logical databases only. */
    private ParsedStatement withFilters(ParsedStatement parsed) {
        String database = session.variables().database();
        if (!InformationSchema.occursIn(parsed.statement(), database)) {
            return parsed;
        }
        return parse(engine.informationSchema(session).replaceIn(parsed, database));
    }

    private static boolean mayAsk(Statement statement) {
        return switch (statement) {
            case Query q -> true;
            case DataChange d -> true;
            case SetStatement s -> true;
            case SessionStatement s -> true;
            case ExplainStatement e -> true;
            case ShowStatement s -> true;
            default -> false;
        };
    }

    /** Runs something that answers OK. */
    boolean ok(Runnable task, ResultWriter out) {
        return ok(task, "", out);
    }

    boolean ok(Runnable task, String info, ResultWriter out) {
        task.run();
        session.diagnostics().noRows();
        out.ok(0, 0, session.status(), session.diagnostics().ofStatement(), info);
        return true;
    }

    /** A result that DRDS made. */
    boolean result(MemoryResult result, ResultWriter out) {
        session.diagnostics().selected(result.rows().size());
        result.writeTo(out, session.status());
        return true;
    }
}
