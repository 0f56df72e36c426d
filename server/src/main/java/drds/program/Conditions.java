package drds.program;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.Expression;
import drds.parser.ProgramStatement;
import drds.parser.ProgramStatement.ConditionValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SIGNAL, RESIGNAL and GET DIAGNOSTICS, and which conditions handlers are at work for. */
final class Conditions {
    private static final int SIGNAL_EXCEPTION = 1644;
    private static final int SIGNAL_NOT_FOUND = 1643;
    private static final int SIGNAL_WARNING = 1642;

    private final ProgramHost host;
    private final Evaluation evaluation;
    private final String source;
    /** The innermost handler's condition first, with all that the diagnostics area had when it began. */
    private final Deque<Handling> handling = new ArrayDeque<>();

    private record Handling(Raised raised, List<Raised> area) {}

    Conditions(ProgramHost host, Evaluation evaluation, String source) {
        this.host = host;
        this.evaluation = evaluation;
        this.source = source;
    }

    /** What the statement that has just run had to tell. */
    List<Raised> fresh() {
        return host.fresh();
    }

    /** The condition of an error, with all that a SIGNAL has said of it; the diagnostics area has it from now on. */
    Raised raised(SqlError error) {
        for (Raised known : host.conditions().reversed()) {
            if (known.isError()
                    && known.number() == error.number()
                    && known.message().equals(error.message())) {
                return known.items().isEmpty() ? Raised.of(error) : known;
            }
        }
        List<Raised> all = new ArrayList<>(host.conditions());
        Raised raised = Raised.of(error);
        all.add(raised);
        host.conditions(all);
        return raised;
    }

    void push(Raised raised) {
        handling.push(new Handling(raised, host.conditions()));
    }

    /** The handler has run: what it was there for is done with, unless its statements have told something since. */
    void pop() {
        Handling done = handling.pop();
        if (host.conditions().equals(done.area())) {
            host.conditions(List.of());
        }
    }

    // ---- SIGNAL and RESIGNAL ----

    void signal(ProgramStatement.Signal signal, Scope scope) {
        Handling handled = handling.peek();
        if (signal.again() && handled == null) {
            throw ErrorCode.RESIGNAL_WITHOUT_HANDLER.with();
        }
        Map<String, String> items = items(signal, scope);
        ConditionValue condition = signal.condition();
        Raised raised = condition == null && handled != null
                ? again(handled.raised(), items)
                : fresh(scope.resolved(java.util.Objects.requireNonNull(condition)), items);
        List<Raised> area = new ArrayList<>();
        if (signal.again() && handled != null) {
            area.addAll(handled.area());
            if (condition == null) {
                area.remove(handled.raised());
            }
        }
        area.add(raised);
        host.conditions(area);
        if (raised.isError() || raised.state().startsWith("02")) {
            throw raised.error();
        }
    }

    private Map<String, String> items(ProgramStatement.Signal signal, Scope scope) {
        Map<String, String> items = new HashMap<>();
        for (ProgramStatement.SignalItem item : signal.items()) {
            Value value = evaluation.value(item.value(), source, scope);
            if (value.isNull()) {
                throw ErrorCode.WRONG_VALUE_FOR_VARIABLE.with(item.name(), "NULL");
            }
            items.put(item.name(), value.text());
        }
        return items;
    }

    private static Raised again(Raised handled, Map<String, String> items) {
        Map<String, String> all = new HashMap<>(handled.items());
        all.putAll(items);
        return new Raised(
                handled.level(),
                number(items, handled.number()),
                handled.state(),
                items.getOrDefault("MESSAGE_TEXT", handled.message()),
                all);
    }

    private static Raised fresh(ConditionValue condition, Map<String, String> items) {
        String state = condition instanceof ProgramStatement.SqlState known ? known.state() : "HY000";
        String kind = state.substring(0, 2);
        int number = kind.equals("01") ? SIGNAL_WARNING : kind.equals("02") ? SIGNAL_NOT_FOUND : SIGNAL_EXCEPTION;
        String text = kind.equals("01")
                ? "Unhandled user-defined warning condition"
                : kind.equals("02")
                        ? "Unhandled user-defined not found condition"
                        : "Unhandled user-defined exception condition";
        return new Raised(
                kind.equals("01") ? "Warning" : "Error",
                number(items, number),
                state,
                items.getOrDefault("MESSAGE_TEXT", text),
                items);
    }

    private static int number(Map<String, String> items, int otherwise) {
        String number = items.get("MYSQL_ERRNO");
        return number == null ? otherwise : Integer.parseInt(number);
    }

    // ---- GET DIAGNOSTICS ----

    void get(ProgramStatement.GetDiagnostics get, Scope scope) {
        Handling handled = handling.peek();
        if (get.stacked() && handled == null) {
            throw ErrorCode.NO_STACKED_DIAGNOSTICS.with();
        }
        List<Raised> area = get.stacked() && handled != null ? handled.area() : host.conditions();
        Expression number = get.condition();
        if (number == null) {
            for (ProgramStatement.DiagnosticsItem item : get.items()) {
                boolean count = item.name().equals("NUMBER");
                store(item.target(), Value.integer(count ? area.size() : host.rowCount()), count, scope);
            }
            return;
        }
        Raised raised = condition(evaluation.value(number, source, scope), area);
        for (ProgramStatement.DiagnosticsItem item : get.items()) {
            store(item.target(), item(item.name(), raised), item.name().equals("MYSQL_ERRNO"), scope);
        }
    }

    private static Raised condition(Value number, List<Raised> area) {
        int index = number.isNull() ? 0 : Integer.parseInt(number.text());
        if (index < 1 || index > area.size()) {
            throw ErrorCode.INVALID_CONDITION_NUMBER.with();
        }
        return area.get(index - 1);
    }

    private static Value item(String name, Raised raised) {
        return switch (name) {
            case "MYSQL_ERRNO" -> Value.integer(raised.number());
            case "RETURNED_SQLSTATE" -> Value.string(raised.state());
            case "MESSAGE_TEXT" -> Value.string(raised.message());
            case "CLASS_ORIGIN", "SUBCLASS_ORIGIN" ->
                Value.string(raised.items().getOrDefault(name, "ISO 9075"));
            case "ROW_NUMBER" -> Value.integer(0);
            default -> Value.string(raised.items().getOrDefault(name, ""));
        };
    }

    private void store(Expression target, Value value, boolean unsigned, Scope scope) {
        @Nullable
        Variable variable = target instanceof Expression.ColumnReference local
                ? SqlStatements.variable(local.column().text(), scope)
                : null;
        if (variable != null) {
            evaluation.assign(List.of(variable), List.of(value));
        } else if (target instanceof Expression.UserVariable user) {
            host.setUserVariable(
                    user.name(), unsigned ? "CAST(" + value.text() + " AS UNSIGNED)" : StatementText.exact(value));
        }
    }
}
