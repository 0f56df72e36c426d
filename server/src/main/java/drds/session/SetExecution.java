package drds.session;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.parser.AccountStatement;
import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.ParsedStatement;
import drds.parser.SetStatement;
import drds.parser.SqlText;
import drds.parser.VariableScope;
import drds.replication.MoveSettings;
import drds.session.operate.SlowLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs SET. The home instance judges and evaluates the assignments, all of one statement together, so a wrong name or value is
 * MySQL's own error and nothing has changed then; the values are read back and kept in the session's {@link SessionVariables}.
 */
final class SetExecution {
    private static final String XA = "XA";
    private static final String FLEXIBLE = "FLEXIBLE";

    private static final List<String> NAMES_VARIABLES = List.of(
            "character_set_client", "character_set_connection", "character_set_results", "collation_connection");

    private final SessionVariables variables;
    private final Home home;

    /** What a SET changes besides variables. */
    interface Effects {
        void autocommit(boolean on);

        void lastInsertId(long value);

        /** Whether changes of transactions are committed one by one. */
        void flexible(boolean on);

        /** @param shown the rows of SHOW WARNINGS */
        void warnings(MemoryResult shown, int count);

        void password(AccountStatement.SetPassword change);

        void slowTimeOfNewSessions(long millis);

        /** @param value negative for the default */
        void limitOfMoves(String name, long value);

        /** SET GLOBAL: on all instances. */
        void global(String sql);
    }

    SetExecution(SessionVariables variables, Home home) {
        this.variables = variables;
        this.home = home;
    }

    /** @param parsed a {@link SetStatement.SetVariables}, DRDS's own functions in it exchanged */
    void run(ParsedStatement parsed, Effects effects) {
        SetStatement.SetVariables statement = (SetStatement.SetVariables) parsed.statement();
        List<SetStatement.Entry> onHome = new ArrayList<>();
        List<Runnable> own = new ArrayList<>();
        for (SetStatement.Entry entry : statement.entries()) {
            if (!isOwn(entry, parsed, effects, own)) {
                onHome.add(entry);
            }
        }
        if (!onHome.isEmpty()) {
            runOnHome(onHome, parsed.source(), effects);
        }
        own.forEach(Runnable::run);
    }

    private boolean isOwn(SetStatement.Entry entry, ParsedStatement parsed, Effects effects, List<Runnable> own) {
        if (entry instanceof SetStatement.Password password) {
            own.add(() -> effects.password(password.change()));
            return true;
        }
        if (!(entry instanceof SetStatement.SystemVariable variable) || variable.component() != null) {
            return false;
        }
        VariableScope scope = variable.scope();
        if (variable.name().is(SessionVariables.SLOW_SQL_TIME)) {
            own.add(slowTime(variable, parsed.source(), effects));
            return true;
        }
        if (scope != null && scope != VariableScope.SESSION && isOfMoves(variable)) {
            own.add(limitOfMoves(variable, parsed.source(), effects));
            return true;
        }
        if (scope != null && scope != VariableScope.SESSION) {
            own.add(() -> effects.global("SET " + entry.text(parsed.source())));
            return true;
        }
        String name = SessionVariables.canonical(variable.name().text());
        switch (name) {
            case "autocommit" -> {
                boolean on = isOn(variable, parsed.source());
                own.add(() -> effects.autocommit(on));
                return true;
            }
            case "last_insert_id" -> {
                long value = Long.parseUnsignedLong(evaluate(variable.value().text(parsed.source())));
                own.add(() -> effects.lastInsertId(value));
                return true;
            }
            case SessionVariables.AUTO_GLOBAL_INDEX -> {
                String on = isOn(variable, parsed.source()) ? "1" : "0";
                own.add(() -> variables.set(SessionVariables.AUTO_GLOBAL_INDEX, on, on));
                return true;
            }
            case SessionVariables.CONSISTENT_READS -> {
                boolean byDefault = variable.value() instanceof Expression.DefaultValue;
                String on = !byDefault && isOn(variable, parsed.source()) ? "1" : "0";
                own.add(() -> variables.set(SessionVariables.CONSISTENT_READS, on, on));
                return true;
            }
            case SessionVariables.POLICY -> {
                String text = variable.value() instanceof Expression.DefaultValue
                        ? XA
                        : evaluate(quoted(variable.value(), parsed.source())).toUpperCase(Locale.ROOT);
                if (!text.equals(XA) && !text.equals(FLEXIBLE)) {
                    throw ErrorCode.WRONG_VALUE_FOR_VARIABLE.with(SessionVariables.POLICY, text);
                }
                own.add(() -> {
                    effects.flexible(text.equals(FLEXIBLE));
                    variables.set(SessionVariables.POLICY, "'" + text + "'", text);
                });
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private static boolean isOfMoves(SetStatement.SystemVariable variable) {
        return MoveSettings.NAMES.stream().anyMatch(name -> variable.name().is(name));
    }

    /** SET GLOBAL move_...: how fast this server's jobs may move data. */
    private Runnable limitOfMoves(SetStatement.SystemVariable variable, String source, Effects effects) {
        String name = variable.name().text().toLowerCase(Locale.ROOT);
        boolean standard = variable.value() instanceof Expression.DefaultValue;
        String value = standard ? "-1" : evaluate(variable.value().text(source));
        if (!standard && !(value.matches("[0-9]{1,15}") && MoveSettings.accepts(name, Long.parseLong(value)))) {
            throw new SqlError(1231, "42000", "Variable '" + name + "' can't be set to the value of '" + value + "'");
        }
        return () -> effects.limitOfMoves(name, Long.parseLong(value));
    }

    private Runnable slowTime(SetStatement.SystemVariable variable, String source, Effects effects) {
        String millis = variable.value() instanceof Expression.DefaultValue
                ? Long.toString(SlowLog.STANDARD_MILLIS)
                : evaluate(variable.value().text(source));
        if (!millis.matches("[0-9]{1,9}")) {
            throw new SqlError(
                    1231,
                    "42000",
                    "Variable '" + SessionVariables.SLOW_SQL_TIME + "' can't be set to the value of '" + millis + "'");
        }
        return variable.scope() == VariableScope.GLOBAL
                ? () -> effects.slowTimeOfNewSessions(Long.parseLong(millis))
                : () -> variables.set(SessionVariables.SLOW_SQL_TIME, millis, millis);
    }

    private boolean isOn(SetStatement.SystemVariable variable, String source) {
        if (variable.value() instanceof Expression.DefaultValue) {
            return true;
        }
        String text = wordOrValue(variable.value(), source);
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "1", "ON", "TRUE" -> true;
            case "0", "OFF", "FALSE" -> false;
            default ->
                throw new SqlError(
                        1231,
                        "42000",
                        "Variable '" + variable.name().text() + "' can't be set to the value of '" + text + "'");
        };
    }

    /** The words need no instance to be understood: clients send this statement around each of their transactions. */
    private String wordOrValue(Expression value, String source) {
        String word = value.text(source).toUpperCase(Locale.ROOT);
        return switch (word) {
            case "ON", "OFF", "TRUE", "FALSE" -> word;
            default -> evaluate(quoted(value, source));
        };
    }

    /** A bare word is its own value, as in {@code SET autocommit = ON}. */
    private String quoted(Expression value, String source) {
        return switch (value) {
            case Expression.Keyword word -> SqlText.string(word.word(), variables.modes());
            case Expression.ColumnReference word -> SqlText.string(word.text(source), variables.modes());
            default -> value.text(source);
        };
    }

    private String evaluate(String expression) {
        if (expression.length() < 18 && expression.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return expression;
        }
        MemoryResult result = home.query(variables.state(), "SELECT " + expression);
        String text = result.text(0, 0);
        return text == null ? "NULL" : text;
    }

    private void runOnHome(List<SetStatement.Entry> entries, String source, Effects effects) {
        List<String> texts = new ArrayList<>();
        Set<String> system = new LinkedHashSet<>();
        Set<String> defaults = new LinkedHashSet<>();
        Set<String> user = new LinkedHashSet<>();
        for (SetStatement.Entry entry : entries) {
            texts.add(entry.text(source));
            switch (entry) {
                case SetStatement.SystemVariable variable -> {
                    String name = SessionVariables.canonical(variable.name().text());
                    system.add(name);
                    boolean back = variable.value() instanceof Expression.DefaultValue
                            || (name.equals("timestamp") && isZero(variable.value()));
                    if (back) {
                        defaults.add(name);
                    } else {
                        defaults.remove(name);
                    }
                }
                case SetStatement.UserVariable variable ->
                    user.add(variable.variable().name().toLowerCase(Locale.ROOT));
                case SetStatement.Password password -> throw new IllegalStateException("a password is DRDS's own");
                case SetStatement.Names names -> system.addAll(NAMES_VARIABLES);
                case SetStatement.CharacterSet set -> system.addAll(NAMES_VARIABLES);
            }
        }
        // Setting one of the character sets or the collation can change its neighbours.
        if (system.contains("character_set_connection") || system.contains("collation_connection")) {
            system.addAll(List.of("character_set_connection", "collation_connection"));
        }
        try (HomeConnection connection = home.open(variables.state())) {
            int warnings = connection.command("SET " + String.join(", ", texts)).warnings();
            if (warnings > 0) {
                effects.warnings(connection.query("SHOW WARNINGS"), warnings);
            }
            readBack(connection, List.copyOf(system), defaults, List.copyOf(user));
        }
    }

    private static boolean isZero(Expression value) {
        return value instanceof Literal.IntegerLiteral number && number.value().signum() == 0;
    }

    private void readBack(HomeConnection connection, List<String> system, Set<String> defaults, List<String> user) {
        if (!user.isEmpty()) {
            Map<String, @Nullable String> literals =
                    UserVariableLiteral.literals(user, connection.query(UserVariableLiteral.query(user)));
            literals.forEach(variables::setUser);
        }
        if (system.isEmpty()) {
            connection.use(variables.state());
            return;
        }
        List<String> items = system.stream()
                .map(name -> "@@session." + SqlText.identifier(name))
                .toList();
        MemoryResult values = connection.query("SELECT " + String.join(", ", items) + " LIMIT 1");
        List<String> back = new ArrayList<>();
        for (int i = 0; i < system.size(); i++) {
            String name = system.get(i);
            if (SessionVariables.isKeptHere(name)) {
                back.add(SqlText.identifier(name) + " = DEFAULT");
            }
            String text = values.text(0, i);
            boolean isDefault = defaults.contains(name);
            variables.set(name, isDefault ? null : literal(values.columns().get(i), text), text);
        }
        if (!back.isEmpty()) {
            connection.command("SET " + String.join(", ", back));
        }
        connection.use(variables.state());
    }

    private String literal(ColumnDefinition column, @Nullable String text) {
        if (text == null) {
            return "NULL";
        }
        return switch (column.type()) {
            case FieldType.TINY,
                    FieldType.SHORT,
                    FieldType.INT24,
                    FieldType.LONG,
                    FieldType.LONGLONG,
                    FieldType.DECIMAL,
                    FieldType.NEWDECIMAL,
                    FieldType.FLOAT,
                    FieldType.DOUBLE -> text;
            default -> SqlText.string(text, variables.modes());
        };
    }
}
