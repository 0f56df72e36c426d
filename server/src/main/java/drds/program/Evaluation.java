package drds.program;

import drds.parser.Expression;
import drds.parser.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a program's expressions and assigns their values. The home instance does it, in a block that declares the variables
 * with their own types, so that conversions, warnings and errors are its own; what reads tables goes through the session first.
 */
final class Evaluation {
    private final ProgramHost host;

    Evaluation(ProgramHost host) {
        this.host = host;
    }

    /** SET variable = expression. @param scope in which the expression's names mean something */
    void assign(Variable target, Expression expression, String source, Scope scope) {
        OptionalLong number = new Arithmetic(scope).value(expression);
        if (number.isPresent() && target.takes(number.getAsLong())) {
            target.set(Value.integer(number.getAsLong()));
            return;
        }
        if (host.isSessions(expression)) {
            assign(List.of(target), List.of(sessions(expression, source, scope)));
            return;
        }
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        Map<String, Variable> variables = text.variables(expression);
        Variable sameName = variables.get(target.name());
        if (sameName != null && sameName != target) {
            assign(List.of(target), List.of(value(expression, source, scope)));
            return;
        }
        variables.remove(target.name());
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        declare(variables.values(), block);
        if (sameName != null) {
            declare(List.of(target), block);
        } else {
            declareEmpty(target, block);
        }
        String name = SqlText.identifier(target.name());
        block.append("SET ")
                .append(name)
                .append(" = ")
                .append(host.withOwnValues("DO ", text.text(expression)))
                .append("; SELECT ")
                .append(Value.columns(name, target.isFloat()))
                .append("; END");
        ProgramHost.Answer answer = run(block.toString());
        target.set(Value.read(answer.columns().getFirst(), answer.rows().getFirst(), 0));
    }

    private ProgramHost.Answer run(String block) {
        ProgramHost.Answer answer = host.onHome(block);
        if (!answer.warnings().isEmpty()) {
            host.conditions(answer.warnings());
        }
        return answer;
    }

    static void declare(Collection<Variable> variables, StringBuilder block) {
        for (Variable variable : variables) {
            if (variable.value().isNull()) {
                declareEmpty(variable, block);
                continue;
            }
            block.append("DECLARE ")
                    .append(SqlText.identifier(variable.name()))
                    .append(' ')
                    .append(variable.type())
                    .append(" DEFAULT ")
                    .append(variable.value().literal())
                    .append("; ");
        }
    }

    private static void declareEmpty(Variable variable, StringBuilder block) {
        block.append("DECLARE ")
                .append(SqlText.identifier(variable.name()))
                .append(' ')
                .append(variable.type())
                .append("; ");
    }

    /** The values that rows or the session gave go to variables, all as one statement. */
    void assign(List<Variable> targets, List<Value> values) {
        List<Variable> left = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Variable target = targets.get(i);
            Value value = values.get(i);
            boolean plain =
                    value.isNull() || value.form() == Value.Form.INTEGER && target.takes(Long.parseLong(value.text()));
            if (plain) {
                target.set(value);
            } else {
                left.add(target);
                literals.add(StatementText.exact(value));
            }
        }
        if (left.isEmpty()) {
            return;
        }
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        List<String> names = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (Variable target : left) {
            declareEmpty(target, block);
            String name = SqlText.identifier(target.name());
            names.add(name);
            columns.add(Value.columns(name, target.isFloat()));
        }
        if (left.size() == 1) {
            block.append("SET ").append(names.getFirst()).append(" = ").append(literals.getFirst());
        } else {
            block.append("SELECT ")
                    .append(String.join(", ", literals))
                    .append(" INTO ")
                    .append(String.join(", ", names));
        }
        block.append("; SELECT ").append(String.join(", ", columns)).append("; END");
        ProgramHost.Answer answer = run(block.toString());
        for (int i = 0; i < left.size(); i++) {
            left.get(i)
                    .set(Value.read(
                            answer.columns().get(i * Value.COLUMNS),
                            answer.rows().getFirst(),
                            i * Value.COLUMNS));
        }
    }

    /** SET {@literal @}name = expression: what the home instance makes of it, of the type that such a variable has then. */
    void assignUser(String name, Expression expression, String source, Scope scope) {
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        Map<String, Variable> variables = text.variables(expression);
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        declare(variables.values(), block);
        // Under a name of its own: the connection's other variables stay what its state says.
        block.append("SET @`drds value` = ")
                .append(host.withOwnValues("DO ", text.text(expression)))
                .append("; SELECT ")
                .append(Value.columns("@`drds value`", false))
                .append("; END");
        ProgramHost.Answer answer = run(block.toString());
        Value value = Value.read(answer.columns().getFirst(), answer.rows().getFirst(), 0);
        host.setUserVariable(name, value.isNull() ? null : StatementText.exact(value));
    }

    /** A condition's truth; NULL is false. */
    boolean truth(Expression condition, String source, Scope scope) {
        OptionalLong number = new Arithmetic(scope).value(condition);
        if (number.isPresent()) {
            return number.getAsLong() != 0;
        }
        Value value = value(condition, "IF((", "), 1, 0)", source, scope);
        return value.text().equals("1");
    }

    /** An expression's value, of the type that the expression has. */
    Value value(Expression expression, String source, Scope scope) {
        OptionalLong number = new Arithmetic(scope).value(expression);
        return number.isPresent() ? Value.integer(number.getAsLong()) : value(expression, "", "", source, scope);
    }

    /** Whether a CASE's operand equals the value of one of its branches. */
    boolean equal(Expression operand, Expression when, String source, Scope scope) {
        OptionalLong left = new Arithmetic(scope).value(operand);
        OptionalLong right = new Arithmetic(scope).value(when);
        if (left.isPresent() && right.isPresent()) {
            return left.getAsLong() == right.getAsLong();
        }
        if (host.isSessions(operand) || host.isSessions(when)) {
            String texts = "SELECT IF(("
                    + new StatementText(source, scope, host.modes(), host.connectionCollation()).withValues(operand)
                    + ") = ("
                    + new StatementText(source, scope, host.modes(), host.connectionCollation()).withValues(when)
                    + "), 1, 0)";
            return single(texts).text().equals("1");
        }
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        Map<String, Variable> variables = text.variables(operand);
        text.variables(when);
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        declare(variables.values(), block);
        block.append("SELECT IF((")
                .append(host.withOwnValues("DO ", text.text(operand)))
                .append(") = (")
                .append(host.withOwnValues("DO ", text.text(when)))
                .append("), 1, 0); END");
        ProgramHost.Answer answer = run(block.toString());
        return Value.of(answer.columns().getFirst(), answer.rows().getFirst()[0])
                .text()
                .equals("1");
    }

    private Value value(Expression expression, String before, String behind, String source, Scope scope) {
        if (host.isSessions(expression)) {
            StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
            return single("SELECT " + before + text.withValues(expression) + behind);
        }
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        Map<String, Variable> variables = text.variables(expression);
        String own = host.withOwnValues("DO ", text.text(expression));
        StringBuilder block = new StringBuilder("BEGIN NOT ATOMIC ");
        declare(variables.values(), block);
        String item = before + own + behind;

        block.append("SELECT ").append(item).append("; END");
        ProgramHost.Answer answer = run(block.toString());
        return Value.of(answer.columns().getFirst(), answer.rows().getFirst()[0]);
    }

    private Value sessions(Expression expression, String source, Scope scope) {
        StatementText text = new StatementText(source, scope, host.modes(), host.connectionCollation());
        return single("SELECT " + text.withValues(expression));
    }

    private Value single(String query) {
        try (CursorRows rows = host.rows(query)) {
            byte @Nullable [] @Nullable [] row = rows.next();
            return row == null ? Value.NULL : Value.of(rows.columns().getFirst(), row[0]);
        }
    }
}
