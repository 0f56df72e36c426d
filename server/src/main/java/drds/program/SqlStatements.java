package drds.program;

import drds.error.ErrorCode;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Into;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.SetStatement;
import drds.parser.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statements of a program that are SQL: they go through the session, with the variables' values in their texts. */
final class SqlStatements {
    private static final Pattern HINT = Pattern.compile("/[*!][+]?TDDL:", Pattern.CASE_INSENSITIVE);

    private final ProgramHost host;
    private final String source;
    private final Evaluation evaluation;
    private final Calls calls;
    private final ResultWriter out;

    SqlStatements(ProgramHost host, String source, Evaluation evaluation, Calls calls, ResultWriter out) {
        this.host = host;
        this.source = source;
        this.evaluation = evaluation;
        this.calls = calls;
        this.out = out;
    }

    void run(Statement statement, Scope scope) {
        switch (statement) {
            case SetStatement.SetVariables set -> set(set, scope);
            case DataChange.Call call -> calls.run(call, source, scope, out);
            case Query query
            when query.into() instanceof Into.Variables into && hasLocal(into) -> into(query, into, scope);
            case Query query when query.into() == null && !host.isSessions(query) -> withoutTables(query, scope);
            default -> pass(statement, scope);
        }
    }

    /** A query that only computes: the home instance knows the variables' types, which the columns have. */
    private void withoutTables(Query query, Scope scope) {
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        var variables = text.variables(query);
        if (text.hasFields()) {
            pass(query, scope);
            return;
        }
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        Evaluation.declare(variables.values(), block);
        block.append(host.withOwnValues("", text.text(query))).append("; END");
        ProgramAnswer answer = new ProgramAnswer(out);
        host.show(block.toString(), answer);
    }

    private void pass(Statement statement, Scope scope) {
        ProgramAnswer answer = new ProgramAnswer(out);
        try {
            host.run(hints(statement) + text(statement, scope), answer);
            calls.changed(answer.affectedRows());
        } finally {
            answer.endRows(host.status());
        }
    }

    /** DRDS's hint that stands before a statement, which the statement's tree doesn't have; empty for none. */
    private String hints(Node statement) {
        String before = source.substring(0, statement.span().start()).stripTrailing();
        int start = before.endsWith("*/") ? Math.max(before.lastIndexOf("/*"), before.lastIndexOf("/!")) : -1;
        return start >= 0 && HINT.matcher(before).region(start, before.length()).lookingAt()
                ? before.substring(start) + " "
                : "";
    }

    /** A part of the program with the values of its variables. */
    String text(Node part, Scope scope) {
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        return part instanceof Query query && query.into() instanceof Into.Variables into && !hasLocal(into)
                ? text.withValuesAndInto(part)
                : text.withValues(part);
    }

    static Variable variable(String name, Scope scope) {
        Variable variable = scope.variable(name);
        if (variable == null) {
            throw ErrorCode.UNDECLARED_VARIABLE.with(name);
        }
        return variable;
    }

    // ---- SET ----

    private void set(SetStatement.SetVariables set, Scope scope) {
        host.clearConditions();
        for (SetStatement.Entry entry : set.entries()) {
            Variable local = local(entry, scope);
            if (local != null && entry instanceof SetStatement.SystemVariable assignment) {
                assign(local, assignment.value(), scope);
            } else if (entry instanceof SetStatement.UserVariable user && !host.isSessions(user.value())) {
                evaluation.assignUser(user.variable().name(), user.value(), source, scope);
            } else {
                StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
                host.run("SET " + text.withValues(entry), new ProgramAnswer(out));
            }
        }
    }

    private void assign(Variable local, Expression value, Scope scope) {
        evaluation.assign(local, value, source, scope);
    }

    private static @Nullable Variable local(SetStatement.Entry entry, Scope scope) {
        return entry instanceof SetStatement.SystemVariable variable
                        && variable.scope() == null
                        && variable.component() == null
                ? scope.variable(variable.name().text())
                : null;
    }

    // ---- SELECT ... INTO ----

    private static boolean hasLocal(Into.Variables into) {
        return into.targets().stream().anyMatch(target -> target instanceof Expression.ColumnReference);
    }

    private void into(Query query, Into.Variables into, Scope scope) {
        try (CursorRows rows = host.rows(text(query, scope))) {
            if (rows.columns().size() != into.targets().size()) {
                throw ErrorCode.DIFFERENT_COLUMN_COUNT.with();
            }
            byte @Nullable [] @Nullable [] row = rows.next();
            if (row == null) {
                host.conditions(
                        List.of(Raised.of(ErrorCode.FETCH_NO_DATA.with()).asWarning()));
                return;
            }
            store(into, rows, row, scope);
            if (rows.next() != null) {
                throw ErrorCode.TOO_MANY_ROWS.with();
            }
        }
        host.rowCount(1);
        calls.changed(1);
    }

    private void store(Into.Variables into, CursorRows rows, byte[] @Nullable [] row, Scope scope) {
        List<Variable> targets = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            Value value = Value.of(rows.columns().get(i), row[i]);
            switch (into.targets().get(i)) {
                case Expression.ColumnReference local -> {
                    targets.add(variable(local.column().text(), scope));
                    values.add(value);
                }
                case Expression.UserVariable user ->
                    host.setUserVariable(user.name(), value.isNull() ? null : StatementText.exact(value));
                default -> throw new IllegalStateException("rows go to variables only");
            }
        }
        evaluation.assign(targets, values);
    }
}
