package drds.program;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.parser.Expression;
import drds.parser.Identifier;
import drds.parser.ProgramStatement;
import drds.parser.ProgramStatement.Block;
import drds.parser.ProgramStatement.Branch;
import drds.parser.ProgramStatement.Case;
import drds.parser.ProgramStatement.Close;
import drds.parser.ProgramStatement.Fetch;
import drds.parser.ProgramStatement.ForRange;
import drds.parser.ProgramStatement.ForRows;
import drds.parser.ProgramStatement.GetDiagnostics;
import drds.parser.ProgramStatement.If;
import drds.parser.ProgramStatement.Iterate;
import drds.parser.ProgramStatement.Leave;
import drds.parser.ProgramStatement.Loop;
import drds.parser.ProgramStatement.Open;
import drds.parser.ProgramStatement.Return;
import drds.parser.ProgramStatement.Signal;
import drds.parser.ProgramStatement.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the body of one program: its blocks, branches, loops and handlers. */
final class Interpreter {
    private final ProgramHost host;
    private final String source;
    private final Evaluation evaluation;
    private final SqlStatements statements;
    private final Conditions conditions;
    /** What a function returns; null in a procedure. */
    private final @Nullable Variable result;

    /** @param calls runs CALL inside the program */
    Interpreter(ProgramHost host, String source, @Nullable Variable result, Calls calls, ResultWriter out) {
        this.host = host;
        this.source = source;
        this.result = result;
        this.evaluation = new Evaluation(host);
        this.conditions = new Conditions(host, evaluation, source);
        this.statements = new SqlStatements(host, source, evaluation, calls, out);
    }

    /** @throws SqlError what no handler has taken */
    Flow run(ProgramStatement body, Scope scope) {
        try {
            return execute(body, scope);
        } catch (Unhandled unhandled) {
            throw unhandled.error();
        }
    }

    private Flow execute(ProgramStatement statement, Scope scope) {
        host.checkKilled();
        return switch (statement) {
            case Block block -> block(block, scope);
            case If branches -> ifStatement(branches, scope);
            case Case branches -> caseStatement(branches, scope);
            case Loop loop -> loop(loop, scope);
            case ForRange loop -> forRange(loop, scope);
            case ForRows loop -> forRows(loop, scope);
            case Leave leave -> new Flow.Leave(label(leave.label()));
            case Iterate iterate -> new Flow.Iterate(label(iterate.label()));
            case Return returned -> returned(returned, scope);
            case Sql sql -> simple(scope, () -> statements.run(sql.statement(), scope));
            case Open open -> simple(scope, () -> open(open, scope));
            case Fetch fetch -> simple(scope, () -> fetch(fetch, scope));
            case Close close ->
                simple(scope, () -> opened(close.cursor(), scope).close());
            case Signal signal -> simple(scope, () -> conditions.signal(signal, scope));
            case GetDiagnostics get -> simple(scope, () -> conditions.get(get, scope));
        };
    }

    private Flow all(List<ProgramStatement> body, Scope scope) {
        for (ProgramStatement statement : body) {
            Flow flow = execute(statement, scope);
            if (!(flow instanceof Flow.Next)) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private static String label(Identifier label) {
        return label.text().toLowerCase(Locale.ROOT);
    }

    private static boolean isLabel(@Nullable Identifier label, String wanted) {
        return label != null && label(label).equals(wanted);
    }

    // ---- conditions and handlers ----

    /** Runs a statement that has no others inside; its error or warning may find a handler. */
    private Flow simple(Scope scope, Runnable statement) {
        try {
            statement.run();
        } catch (SqlError error) {
            return handled(error, scope);
        }
        return warned(scope);
    }

    /** The last warning that has a handler is handled. */
    private Flow warned(Scope scope) {
        List<Raised> raised = conditions.fresh();
        Scope.Found found = null;
        Raised taken = null;
        for (Raised one : raised) {
            Scope.Found handler = one.isError() ? null : scope.handler(one);
            if (handler != null) {
                found = handler;
                taken = one;
            }
        }
        return found == null || taken == null ? Flow.NEXT : handle(found, taken);
    }

    private Flow handled(SqlError error, Scope scope) {
        host.checkKilled();
        Raised raised = conditions.raised(error);
        Scope.Found found = scope.handler(raised);
        if (found == null) {
            throw new Unhandled(error);
        }
        return handle(found, raised);
    }

    private Flow handle(Scope.Found found, Raised raised) {
        conditions.push(raised);
        try {
            Flow flow = execute(found.handler().body(), found.scope().ofHandler());
            if (!(flow instanceof Flow.Next)) {
                return flow;
            }
        } finally {
            conditions.pop();
        }
        return found.handler().exit() ? new Flow.Exit(found.scope()) : Flow.NEXT;
    }

    /** What an expression of a construct came to: its value, or where its error's handler went on. */
    private sealed interface Tested {
        record Value(boolean truth) implements Tested {}

        record Left(Flow flow) implements Tested {}
    }

    private Tested test(Scope scope, BooleanSupplier condition) {
        boolean truth;
        try {
            truth = condition.getAsBoolean();
        } catch (SqlError error) {
            return new Tested.Left(handled(error, scope));
        }
        Flow flow = warned(scope);
        return flow instanceof Flow.Next ? new Tested.Value(truth) : new Tested.Left(flow);
    }

    private Tested test(Expression condition, Scope scope) {
        return test(scope, () -> {
            host.clearConditions();
            return evaluation.truth(condition, source, scope);
        });
    }

    // ---- blocks and branches ----

    private Flow block(Block block, Scope outer) {
        Scope scope = outer.inner();
        try {
            for (ProgramStatement.Declaration declaration : block.declarations()) {
                Flow flow = declare(declaration, scope);
                if (!(flow instanceof Flow.Next)) {
                    return flow instanceof Flow.Exit exit && exit.scope() == scope ? Flow.NEXT : flow;
                }
            }
            Flow flow = all(block.body(), scope);
            return switch (flow) {
                case Flow.Exit exit when exit.scope() == scope -> Flow.NEXT;
                case Flow.Leave leave when isLabel(block.label(), leave.label()) -> Flow.NEXT;
                default -> flow;
            };
        } finally {
            scope.leave();
        }
    }

    private Flow declare(ProgramStatement.Declaration declaration, Scope scope) {
        switch (declaration) {
            case ProgramStatement.Variables variables -> {
                return simple(scope, () -> variables(variables, scope));
            }
            case ProgramStatement.NamedCondition condition ->
                scope.declare(condition.name().text(), condition.value());
            case ProgramStatement.Cursor cursor -> scope.declare(cursor);
            case ProgramStatement.Handler handler -> scope.declare(handler);
        }
        return Flow.NEXT;
    }

    private void variables(ProgramStatement.Variables declared, Scope scope) {
        host.clearConditions();
        List<Variable> variables = new ArrayList<>();
        for (Identifier name : declared.names()) {
            variables.add(scope.declare(name.text(), declared.type().of(source)));
        }
        Expression value = declared.value();
        if (value != null) {
            variables.forEach(variable -> evaluation.assign(variable, value, source, scope));
        }
    }

    private Flow ifStatement(If statement, Scope scope) {
        for (Branch branch : statement.branches()) {
            switch (test(branch.when(), scope)) {
                case Tested.Left left -> {
                    return left.flow();
                }
                case Tested.Value value -> {
                    if (value.truth()) {
                        return all(branch.body(), scope);
                    }
                }
            }
        }
        return all(statement.otherwise(), scope);
    }

    private Flow caseStatement(Case statement, Scope scope) {
        Scope inner = scope;
        for (Branch branch : statement.branches()) {
            Expression operand = statement.operand();
            Tested tested = operand == null
                    ? test(branch.when(), inner)
                    : test(scope, () -> {
                        host.clearConditions();
                        return evaluation.equal(operand, branch.when(), source, scope);
                    });
            switch (tested) {
                case Tested.Left left -> {
                    return left.flow();
                }
                case Tested.Value value -> {
                    if (value.truth()) {
                        return all(branch.body(), scope);
                    }
                }
            }
        }
        List<ProgramStatement> otherwise = statement.otherwise();
        return otherwise == null
                ? simple(scope, () -> {
                    throw ErrorCode.CASE_NOT_FOUND.with();
                })
                : all(otherwise, scope);
    }

    // ---- loops ----

    private Flow loop(Loop loop, Scope scope) {
        while (true) {
            host.checkKilled();
            Expression whilst = loop.whilst();
            if (whilst != null) {
                switch (test(whilst, scope)) {
                    case Tested.Left left -> {
                        return left.flow();
                    }
                    case Tested.Value value -> {
                        if (!value.truth()) {
                            return Flow.NEXT;
                        }
                    }
                }
            }
            Flow ended = ofRound(all(loop.body(), scope), loop.label());
            if (ended != null) {
                return ended;
            }
            Expression until = loop.until();
            if (until != null) {
                switch (test(until, scope)) {
                    case Tested.Left left -> {
                        return left.flow();
                    }
                    case Tested.Value value -> {
                        if (value.truth()) {
                            return Flow.NEXT;
                        }
                    }
                }
            }
        }
    }

    /** Null if the loop goes on. */
    private static @Nullable Flow ofRound(Flow flow, @Nullable Identifier label) {
        return switch (flow) {
            case Flow.Next next -> null;
            case Flow.Iterate iterate when isLabel(label, iterate.label()) -> null;
            case Flow.Leave leave when isLabel(label, leave.label()) -> Flow.NEXT;
            default -> flow;
        };
    }

    private Flow forRange(ForRange loop, Scope outer) {
        Scope scope = outer.inner();
        Variable low = scope.declare("drds low", "BIGINT");
        Variable high = scope.declare("drds high", "BIGINT");
        Flow begun = simple(outer, () -> {
            evaluation.assign(low, loop.low(), source, outer);
            evaluation.assign(high, loop.high(), source, outer);
        });
        if (!(begun instanceof Flow.Next)
                || low.value().isNull()
                || high.value().isNull()) {
            return begun;
        }
        Variable counter = scope.declare(loop.variable().text(), "BIGINT");
        long first = Long.parseLong(low.value().text());
        long last = Long.parseLong(high.value().text());
        counter.set(Value.integer(loop.reverse() ? last : first));
        while (!counter.value().isNull()) {
            long now = Long.parseLong(counter.value().text());
            if (loop.reverse() ? now < first : now > last) {
                return Flow.NEXT;
            }
            host.checkKilled();
            Flow ended = ofRound(all(loop.body(), scope), loop.label());
            if (ended != null) {
                return ended;
            }
            counter.set(Value.integer(Long.parseLong(counter.value().text()) + (loop.reverse() ? -1 : 1)));
        }
        return Flow.NEXT;
    }

    private Flow forRows(ForRows loop, Scope outer) {
        Scope scope = outer.inner();
        List<CursorRows> opened = new ArrayList<>();
        Flow begun = simple(outer, () -> opened.add(rowsOf(loop, outer)));
        if (!(begun instanceof Flow.Next) || opened.isEmpty()) {
            return begun;
        }
        try (CursorRows rows = opened.getFirst()) {
            while (true) {
                host.checkKilled();
                byte @Nullable [] @Nullable [] row = rows.next();
                if (row == null) {
                    return Flow.NEXT;
                }
                scope.declareRow(loop.variable().text(), fields(rows, row));
                Flow ended = ofRound(all(loop.body(), scope), loop.label());
                if (ended != null) {
                    return ended;
                }
            }
        }
    }

    private CursorRows rowsOf(ForRows loop, Scope scope) {
        Identifier cursor = loop.cursor();
        if (cursor == null) {
            return host.rows(statements.text(java.util.Objects.requireNonNull(loop.query()), scope));
        }
        Scope.OpenCursor declared = cursor(cursor, scope);
        return host.rows(statements.text(declared.declaration.query(), parameters(declared, loop.arguments(), scope)));
    }

    private static Map<String, Variable> fields(CursorRows rows, byte[] @Nullable [] row) {
        Map<String, Variable> fields = new HashMap<>();
        for (int i = 0; i < row.length; i++) {
            String name = rows.columns().get(i).name();
            Variable field = new Variable(name, "");
            field.set(Value.of(rows.columns().get(i), row[i]));
            fields.put(name.toLowerCase(Locale.ROOT), field);
        }
        return fields;
    }

    // ---- cursors ----

    private void open(Open open, Scope scope) {
        host.clearConditions();
        Scope.OpenCursor cursor = cursor(open.cursor(), scope);
        if (cursor.rows != null) {
            throw ErrorCode.CURSOR_ALREADY_OPEN.with();
        }
        Scope seen = parameters(cursor, open.arguments(), scope);
        cursor.rows = host.rows(statements.text(cursor.declaration.query(), seen));
    }

    /** The cursor's parameters with the values of its arguments, in the scope of its declaration. */
    private Scope parameters(Scope.OpenCursor cursor, List<Expression> arguments, Scope scope) {
        var parameters = cursor.declaration.parameters();
        if (parameters.size() != arguments.size()) {
            throw ErrorCode.CURSOR_PARAMETERS.with(cursor.declaration.name().text());
        }
        Scope inner = cursor.scope.inner();
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Variable variable = new Variable(
                    parameters.get(i).name().text(), parameters.get(i).type().of(source));
            evaluation.assign(variable, arguments.get(i), source, scope);
            variables.add(variable);
        }
        variables.forEach(
                variable -> inner.declare(variable.name(), variable.type()).set(variable.value()));
        return inner;
    }

    private static Scope.OpenCursor cursor(Identifier name, Scope scope) {
        Scope.OpenCursor cursor = scope.cursor(name.text());
        if (cursor == null) {
            throw new IllegalStateException("no cursor " + name.text() + ", which MySQL has seen");
        }
        return cursor;
    }

    private static Scope.OpenCursor opened(Identifier name, Scope scope) {
        Scope.OpenCursor cursor = cursor(name, scope);
        if (cursor.rows == null) {
            throw ErrorCode.CURSOR_NOT_OPEN.with();
        }
        return cursor;
    }

    private void fetch(Fetch fetch, Scope scope) {
        host.clearConditions();
        CursorRows rows = java.util.Objects.requireNonNull(opened(fetch.cursor(), scope).rows);
        if (rows.columns().size() != fetch.targets().size()) {
            throw ErrorCode.WRONG_NUMBER_OF_FETCH.with();
        }
        byte @Nullable [] @Nullable [] row = rows.next();
        if (row == null) {
            throw ErrorCode.FETCH_NO_DATA.with();
        }
        List<Variable> targets = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            targets.add(SqlStatements.variable(fetch.targets().get(i).text(), scope));
            values.add(Value.of(rows.columns().get(i), row[i]));
        }
        evaluation.assign(targets, values);
    }

    // ---- functions ----

    private Flow returned(Return statement, Scope scope) {
        Variable target = result;
        if (target == null) {
            throw ErrorCode.RETURN_OUTSIDE_FUNCTION.with();
        }
        Supplier<Flow> value = () -> {
            host.clearConditions();
            evaluation.assign(target, statement.value(), source, scope);
            return new Flow.Return();
        };
        try {
            return value.get();
        } catch (SqlError error) {
            return handled(error, scope);
        }
    }
}
