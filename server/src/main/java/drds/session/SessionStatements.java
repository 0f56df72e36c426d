package drds.session;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.AccountStatement;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.SessionStatement;
import drds.parser.SetStatement;
import drds.parser.SqlText;
import drds.planner.Plan;
import drds.session.operate.Trace;
import drds.transaction.Characteristics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** USE, KILL, SET, PREPARE and EXECUTE in SQL, and what operators type. */
final class SessionStatements {
    /** Statements prepared by PREPARE in one session. */
    private static final int PREPARED_LIMIT = 1000;

    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;
    private final Map<String, String> preparedTexts = new HashMap<>();

    SessionStatements(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    boolean run(ParsedStatement parsed, SessionStatement statement, ResultWriter out) {
        return switch (statement) {
            case SessionStatement.Use use ->
                dispatch.ok(() -> session.switchTo(use.schema().text()), out);
            case SessionStatement.Kill kill -> dispatch.ok(() -> kill(parsed, kill), out);
            case SessionStatement.Prepare prepare ->
                dispatch.ok(() -> prepare(parsed, prepare), "Statement prepared", out);
            case SessionStatement.Execute execute ->
                execute(textOf(execute.name().text()), execute.arguments(), parsed.source(), out);
            case SessionStatement.ExecuteImmediate execute ->
                execute(evaluate(execute.text().text(parsed.source())), execute.arguments(), parsed.source(), out);
            case SessionStatement.Deallocate deallocate ->
                dispatch.ok(() -> deallocate(deallocate.name().text()), out);
            case SessionStatement.Compound compound -> dispatch.programs().run(parsed, compound, out);
            case SessionStatement.Empty empty -> throw new SqlError(1065, "42000", "Query was empty");
        };
    }

    private void kill(ParsedStatement parsed, SessionStatement.Kill kill) {
        Expression target = kill.target();
        if (target == null) {
            throw ErrorCode.NOT_SUPPORTED.with("KILL USER");
        }
        String value = target instanceof Literal.IntegerLiteral number
                ? number.digits()
                : evaluate(target.text(parsed.source()));
        if (value.equalsIgnoreCase("ALL")) {
            engine.sessions().killAllBut(session);
            return;
        }
        if (OperatorShow.killPhysical(value, session.catalog(), engine)) {
            return;
        }
        long id;
        try {
            id = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw ErrorCode.NOT_SUPPORTED.with("KILL '" + value + "'");
        }
        engine.sessions().kill(id, kill.query());
    }

    // ---- SET ----

    boolean set(ParsedStatement parsed, SetStatement set, ResultWriter out) {
        return switch (set) {
            case SetStatement.SetVariables variables -> dispatch.ok(() -> setVariables(parsed, variables), out);
            case SetStatement.SetTransaction transaction -> dispatch.ok(() -> setTransaction(transaction), out);
            case SetStatement.SetForStatement forStatement -> setFor(parsed, forStatement, out);
        };
    }

    private void setVariables(ParsedStatement parsed, SetStatement.SetVariables variables) {
        boolean tables = variables.entries().stream().anyMatch(this::namesTables);
        if (!tables) {
            setVariables(parsed);
            return;
        }
        for (SetStatement.Entry entry : variables.entries()) {
            setVariables(dispatch.parse(
                    "SET " + (namesTables(entry) ? evaluated(entry, parsed) : entry.text(parsed.source()))));
        }
    }

    private boolean namesTables(SetStatement.Entry entry) {
        return !HeldTables.named(entry, session.variables().database()).isEmpty();
    }

    /** The assignment with the value that the expression, which reads tables, has now. */
    private String evaluated(SetStatement.Entry entry, ParsedStatement parsed) {
        String source = parsed.source();
        QuietAnswer answer = new QuietAnswer();
        switch (entry) {
            case SetStatement.UserVariable variable -> {
                String name = variable.variable().text(source);
                dispatch.planned()
                        .run(dispatch.parse("SELECT " + variable.value().text(source) + " INTO " + name), answer);
                return name + " = " + name;
            }
            case SetStatement.SystemVariable variable -> {
                dispatch.planned()
                        .run(dispatch.parse("SELECT " + variable.value().text(source)), answer);
                String value = answer.result().rows().isEmpty()
                        ? null
                        : answer.result().text(0, 0);
                String head =
                        source.substring(variable.start(), variable.value().start());
                return head
                        + (value == null
                                ? "NULL"
                                : SqlText.string(value, session.variables().modes()));
            }
            default -> throw new IllegalStateException("no value in " + entry);
        }
    }

    private void setVariables(ParsedStatement parsed) {
        new SetExecution(session.variables(), engine.home()).run(parsed, new SetExecution.Effects() {
            @Override
            public void autocommit(boolean on) {
                session.transaction().autocommit(on);
            }

            @Override
            public void lastInsertId(long value) {
                session.diagnostics().lastInsertId(value);
            }

            @Override
            public void flexible(boolean on) {
                session.transaction().flexible(on ? engine.flexible()::begin : null);
            }

            @Override
            public void password(AccountStatement.SetPassword change) {
                new AccountExecution(session, engine).change(change);
            }

            @Override
            public void warnings(MemoryResult shown, int count) {
                session.diagnostics().warnings(Diagnostics.conditions(shown), count);
            }

            @Override
            public void limitOfMoves(String name, long value) {
                engine.moves().settings().set(name, value);
            }

            @Override
            public void slowTimeOfNewSessions(long millis) {
                engine.slowLog().millisForNewSessions(millis);
            }

            @Override
            public void global(String sql) {
                engine.setGlobal(session.state().withoutUserVariables(), sql);
            }
        });
    }

    private void setTransaction(SetStatement.SetTransaction set) {
        if (set.scope() == null) {
            if (session.transaction().active()) {
                throw new SqlError(
                        1568,
                        "25001",
                        "Transaction characteristics can't be changed while a transaction is in progress");
            }
            session.nextTransaction(TransactionStatements.characteristics(set));
            return;
        }
        Characteristics characteristics = TransactionStatements.characteristics(set);
        StringBuilder sql = new StringBuilder();
        String scope = set.scope().name() + " ";
        if (characteristics.isolation() != null) {
            String value = characteristics.isolation().replace(' ', '-');
            sql.append(scope).append("transaction_isolation = '").append(value).append('\'');
        }
        if (characteristics.readOnly() != null) {
            sql.append(sql.isEmpty() ? "" : ", ")
                    .append(scope)
                    .append("transaction_read_only = ")
                    .append(characteristics.readOnly() ? 1 : 0);
        }
        setVariables(dispatch.parse("SET " + sql));
    }

    /**
     * MariaDB's SET STATEMENT: the variables hold for one statement, which is parsed before they do. Where that goes to one
     * instance, the whole goes there; otherwise the session has the variables for its time.
     */
    private boolean setFor(ParsedStatement parsed, SetStatement.SetForStatement set, ResultWriter out) {
        String source = parsed.source();
        String entries = source.substring(
                set.entries().getFirst().start(), set.entries().getLast().end());
        ParsedStatement inner = dispatch.parse(set.statement().text(source));
        if (inner.statement() instanceof Query || inner.statement() instanceof DataChange) {
            session.holdTables(inner.statement());
            if (dispatch.planned().plan(inner, null) instanceof Plan.Route route) {
                Plan.Route whole = new Plan.Route(
                        route.group(),
                        "SET STATEMENT " + entries + " FOR " + route.sql(),
                        route.write(),
                        route.names(),
                        route.reason());
                return dispatch.planned().run(whole, inner.text(), out);
            }
        }
        SessionVariables.Snapshot before = session.variables().snapshot();
        try {
            setVariables(dispatch.parse("SET " + entries));
            return dispatch.run(inner, out);
        } finally {
            session.variables().restore(before);
        }
    }

    // ---- PREPARE in SQL ----

    private void prepare(ParsedStatement parsed, SessionStatement.Prepare prepare) {
        String name = prepare.name().text().toLowerCase(Locale.ROOT);
        preparedTexts.remove(name);
        Expression text = prepare.text();
        String sql =
                text instanceof Literal.StringLiteral literal ? literal.value() : evaluate(text.text(parsed.source()));
        if (preparedTexts.size() >= PREPARED_LIMIT) {
            throw new SqlError(1461, "42000", "Can't create more than " + PREPARED_LIMIT + " prepared statements");
        }
        dispatch.describe(sql);
        preparedTexts.put(name, sql);
    }

    private String textOf(String name) {
        String text = preparedTexts.get(name.toLowerCase(Locale.ROOT));
        if (text == null) {
            throw ErrorCode.UNKNOWN_STATEMENT_HANDLER.with(name, "EXECUTE");
        }
        return text;
    }

    private void deallocate(String name) {
        if (preparedTexts.remove(name.toLowerCase(Locale.ROOT)) == null) {
            throw ErrorCode.UNKNOWN_STATEMENT_HANDLER.with(name, "DEALLOCATE PREPARE");
        }
    }

    /** Runs the text with its parameters' places filled by the arguments' own texts (variables and literals). */
    private boolean execute(String sql, List<Expression> arguments, String source, ResultWriter out) {
        ParsedStatement statement = dispatch.parse(sql);
        if (statement.parameters() != arguments.size()) {
            throw new SqlError(1210, "HY000", "Incorrect arguments to EXECUTE");
        }
        List<String> values =
                arguments.stream().map(argument -> value(argument, source)).toList();
        String text = Parameters.filledIn(statement, values);
        session.activity().statement(text);
        return dispatch.run(text, out);
    }

    /** A user variable's value stands for itself where it is known, so that it can route. */
    private String value(Expression argument, String source) {
        if (argument instanceof Expression.UserVariable variable) {
            String known = session.state().userVariables().get(variable.name().toLowerCase(Locale.ROOT));
            return known == null ? "NULL" : known;
        }
        return argument.text(source);
    }

    private String evaluate(String expression) {
        String value =
                engine.home().query(session.state(), "SELECT " + expression).text(0, 0);
        return value == null ? "NULL" : value;
    }

    void reset() {
        preparedTexts.clear();
    }

    // ---- operators' statements ----

    boolean operate(ParsedStatement parsed, OperatorStatement statement, ResultWriter out) {
        return switch (statement) {
            case OperatorStatement.TableMaintenance maintenance ->
                new TableMaintenanceExecution(session, engine).run(parsed, maintenance, out);
            case OperatorStatement.Flush flush ->
                dispatch.ok(() -> engine.onAllInstances(session.state().withoutUserVariables(), flushText(flush)), out);
            case OperatorStatement.Other other -> dispatch.runOther(parsed, other, out);
            case OperatorStatement.Trace trace -> trace(parsed, trace, out);
            case OperatorStatement.CreateCclRule create ->
                dispatch.ok(() -> new Throttling(session, engine).create(create), out);
            case OperatorStatement.DropCclRules drop ->
                dispatch.ok(() -> new Throttling(session, engine).drop(drop), out);
            case OperatorStatement.ClearSlow clear ->
                dispatch.ok(() -> engine.slowLog().clear(), out);
            case OperatorStatement.CheckGlobalIndex check ->
                dispatch.result(new GlobalIndexCheck(session).run(check), out);
            case OperatorStatement.RetryDeferred retry ->
                dispatch.ok(() -> new DeferredStatements(session, engine).retry(retry), out);
            case OperatorStatement.DiscardDeferred discard ->
                dispatch.ok(() -> new DeferredStatements(session, engine).discard(discard), out);
            case OperatorStatement.WaitForDeferred wait ->
                dispatch.ok(() -> new DeferredStatements(session, engine).await(wait.seconds()), out);
            case OperatorStatement.CheckTransactions check -> dispatch.result(check(parsed, check), out);
            case OperatorStatement.MoveShard move ->
                dispatch.result(new JobStatements(session, engine).move(move), out);
            case OperatorStatement.JobCommand command ->
                dispatch.ok(() -> new JobStatements(session, engine).command(command), out);
            case OperatorStatement.Rebalance rebalance ->
                dispatch.result(new JobStatements(session, engine).rebalance(rebalance), out);
            case OperatorStatement.AddStorage add ->
                dispatch.ok(() -> new JobStatements(session, engine).add(add), out);
            case OperatorStatement.DropStorage drop ->
                dispatch.ok(() -> engine.storages().drop(drop.name().text()), out);
            case OperatorStatement.DdlJob job -> throw ErrorCode.NOT_SUPPORTED.with(job.verb() + " DDL");
            case OperatorStatement.FlashbackTable flashback -> throw ErrorCode.NOT_SUPPORTED.with("FLASHBACK TABLE");
            case OperatorStatement.PurgeRecycleBin purge -> throw ErrorCode.NOT_SUPPORTED.with("PURGE");
        };
    }

    private MemoryResult check(ParsedStatement parsed, OperatorStatement.CheckTransactions check) {
        MemoryResult all = new DeferredStatements(session, engine).check();
        ShownTable shown = new ShownTable(all, session.variables().modes());
        return check.where() == null && check.orderBy() == null && check.limit() == null
                ? all
                : session.home()
                        .query(
                                session.state(),
                                shown.query(check.where(), check.orderBy(), check.limit(), parsed.source()));
    }

    /** Runs a statement and keeps for SHOW TRACE what went to instances for it. */
    private boolean trace(ParsedStatement parsed, OperatorStatement.Trace statement, ResultWriter out) {
        Trace trace = new Trace();
        session.watch().trace(trace);
        try {
            return dispatch.run(dispatch.parse(statement.statement().text(parsed.source())), out);
        } finally {
            session.watch().trace(null);
            session.trace(trace);
        }
    }

    /** FLUSH without locks is harmless on every instance; a read lock over all can't be held for a client. */
    private static String flushText(OperatorStatement.Flush flush) {
        if (flush.what().contains("LOCK") || flush.what().contains("EXPORT")) {
            throw ErrorCode.NOT_SUPPORTED.with("FLUSH " + flush.what());
        }
        if (!flush.tables().isEmpty()) {
            return "FLUSH TABLES";
        }
        return "FLUSH " + flush.what().replaceAll("[^A-Z_, ]", "");
    }
}
