package drds.program;

import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.ProgramStatement;
import drds.parser.QualifiedName;
import drds.parser.SqlText;
import drds.parser.StoredProgram;
import drds.parser.StoredProgram.Mode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls of procedures and functions, from a client and from programs. One serves one statement of the client. */
public final class Calls {
    private static final int LONGEST_NAME = 64;

    private final ProgramHost host;
    private final Evaluation evaluation;
    private final Deque<String> running = new ArrayDeque<>();
    private long affectedRows;

    public Calls(ProgramHost host) {
        this.host = host;
        this.evaluation = new Evaluation(host);
    }

    /** How many rows all statements have changed, or read into variables. */
    public long affectedRows() {
        return affectedRows;
    }

    void changed(long rows) {
        affectedRows += Math.max(0, rows);
    }

    /** What a client's CALL leaves in the parameters that give something back. */
    public record Returned(List<ColumnDefinition> columns, byte[] @Nullable [] row) {}

    /**
     * A client's CALL: results go to {@code out}, but not the OK at the end.
     *
     * @param marks by argument: whether it stands for a question mark, whose value goes back to the client
     * @return the values for those marks that are OUT or INOUT; null without any
     */
    public @Nullable Returned call(DataChange.Call call, String source, boolean[] marks, ResultWriter out) {
        return run(call, source, Scope.outermost(), marks, out);
    }

    /** A block, or another statement of programs, that the client has sent by itself: results go to {@code out}, but not the OK. */
    public void block(ProgramStatement body, String source, ResultWriter out) {
        switch (new Interpreter(host, source, null, this, out).run(body, Scope.outermost())) {
            case Flow.Leave leave -> throw ErrorCode.NO_SUCH_LABEL.with("LEAVE", leave.label());
            case Flow.Iterate iterate -> throw ErrorCode.NO_SUCH_LABEL.with("ITERATE", iterate.label());
            default -> {}
        }
    }

    void run(DataChange.Call call, String source, Scope scope, ResultWriter out) {
        host.clearConditions();
        run(call, source, scope, new boolean[call.arguments().size()], out);
    }

    private @Nullable Returned run(
            DataChange.Call call, String source, Scope scope, boolean[] marks, ResultWriter out) {
        ProgramHost.Found found = found("PROCEDURE", call.procedure());
        StoredProgram program = tree(found);
        String name = found.database() + "." + found.program().name();
        List<StoredProgram.Parameter> parameters = program.parameters();
        List<Expression> arguments = call.arguments();
        if (parameters.size() != arguments.size()) {
            throw ErrorCode.WRONG_NUMBER_OF_ARGUMENTS.with("PROCEDURE", name, parameters.size(), arguments.size());
        }
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            StoredProgram.Parameter parameter = parameters.get(i);
            if (parameter.mode() != Mode.IN && !marks[i] && !isVariable(arguments.get(i), scope)) {
                throw ErrorCode.NOT_A_VARIABLE.with(i + 1, name);
            }
            variables.add(new Variable(parameter.name().text(), parameter.type().of(program.source())));
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).mode() != Mode.OUT) {
                evaluation.assign(variables.get(i), arguments.get(i), source, scope);
            }
        }
        Scope declared = Scope.outermost();
        List<Variable> own = new ArrayList<>();
        for (Variable variable : variables) {
            Variable seen = declared.declare(variable.name(), variable.type());
            seen.set(variable.value());
            own.add(seen);
        }
        run(found, program, declared, null, out);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).mode() != Mode.IN && !marks[i]) {
                giveBack(own.get(i), arguments.get(i), scope);
            }
        }
        return returned(found, parameters, own, marks);
    }

    private static boolean isVariable(Expression argument, Scope scope) {
        return switch (argument) {
            case Expression.UserVariable user -> true;
            case Expression.ColumnReference local ->
                local.table() == null && scope.variable(local.column().text()) != null;
            default -> false;
        };
    }

    private void giveBack(Variable variable, Expression argument, Scope scope) {
        Value value = variable.value();
        if (argument instanceof Expression.UserVariable user) {
            host.setUserVariable(user.name(), value.isNull() ? null : StatementText.exact(value));
        } else if (argument instanceof Expression.ColumnReference local) {
            evaluation.assign(List.of(SqlStatements.variable(local.column().text(), scope)), List.of(value));
        }
    }

    private @Nullable Returned returned(
            ProgramHost.Found found,
            List<StoredProgram.Parameter> parameters,
            List<Variable> variables,
            boolean[] marks) {
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < marks.length; i++) {
            if (marks[i] && parameters.get(i).mode() != Mode.IN) {
                Variable variable = variables.get(i);
                String name = SqlText.identifier(variable.name());
                block.append("DECLARE ").append(name).append(' ').append(variable.type());
                if (!variable.value().isNull()) {
                    block.append(" DEFAULT ").append(variable.value().literal());
                }
                block.append("; ");
                names.add(name + " AS " + name);
            }
        }
        if (names.isEmpty()) {
            return null;
        }
        ProgramHost.Answer answer = host.onHome(block + "SELECT " + String.join(", ", names) + "; END");
        return new Returned(
                answer.columns().stream()
                        .map(column -> asParameter(column, found))
                        .toList(),
                answer.rows().getFirst());
    }

    /** A parameter belongs to its procedure, and its text has no fixed length. */
    private static ColumnDefinition asParameter(ColumnDefinition column, ProgramHost.Found found) {
        String procedure = found.program().name();
        return new ColumnDefinition(
                column.catalog(),
                found.database(),
                procedure,
                procedure,
                column.name(),
                column.name(),
                column.collation(),
                column.length(),
                column.type() == FieldType.STRING ? FieldType.VAR_STRING : column.type(),
                column.flags(),
                column.decimals());
    }

    // ---- functions ----

    /**
     * Runs a stored function.
     *
     * @param heading how its call is written, which errors about its value tell
     * @param arguments constants, whose texts are of {@code source}
     */
    public FunctionValue function(
            QualifiedName name, String heading, List<Expression> arguments, String source, ResultWriter out) {
        ProgramHost.Found found = found("FUNCTION", name);
        StoredProgram program = tree(found);
        if (program.parameters().size() != arguments.size()) {
            throw ErrorCode.WRONG_NUMBER_OF_ARGUMENTS.with(
                    "FUNCTION",
                    found.database() + "." + found.program().name(),
                    program.parameters().size(),
                    arguments.size());
        }
        Scope scope = Scope.outermost();
        for (int i = 0; i < arguments.size(); i++) {
            StoredProgram.Parameter parameter = program.parameters().get(i);
            Variable variable =
                    scope.declare(parameter.name().text(), parameter.type().of(program.source()));
            evaluation.assign(variable, arguments.get(i), source, Scope.outermost());
        }
        String type = Objects.requireNonNull(program.returns()).of(program.source());
        Variable result = new Variable(heading.length() > LONGEST_NAME ? "result" : heading, type);
        run(found, program, scope, result, out);
        return new FunctionValue(type, StatementText.exact(result.value()));
    }

    /** @param type as DECLARE takes it @param literal the value as SQL of about that type */
    public record FunctionValue(String type, String literal) {}

    private void run(
            ProgramHost.Found found, StoredProgram program, Scope scope, @Nullable Variable result, ResultWriter out) {
        String name = found.program().kind() + " " + found.database() + "."
                + found.program().name();
        long depth = running.stream().filter(name::equals).count();
        if (result != null && depth > 0) {
            throw ErrorCode.RECURSIVE_FUNCTION.with();
        }
        if (depth > host.recursionLimit()) {
            throw ErrorCode.RECURSION_LIMIT.with(
                    host.recursionLimit(), found.program().name());
        }
        running.push(name);
        try (ProgramHost.Entered entered = host.enter(found)) {
            Flow flow = new Interpreter(host, program.source(), result, this, out).run(program.body(), scope);
            if (result != null && !(flow instanceof Flow.Return)) {
                throw ErrorCode.NO_RETURN.with(found.program().name());
            }
        } finally {
            running.pop();
        }
    }

    private ProgramHost.Found found(String kind, QualifiedName name) {
        ProgramHost.Found found = host.find(kind, name);
        if (found == null) {
            throw ErrorCode.NO_SUCH_ROUTINE.with(kind, host.fullName(name));
        }
        return found;
    }

    private static StoredProgram tree(ProgramHost.Found found) {
        StoredProgram tree = found.tree();
        if (tree == null) {
            throw ErrorCode.NOT_SUPPORTED.with("a statement or type in the body of " + found.database() + "."
                    + found.program().name());
        }
        return tree;
    }
}
