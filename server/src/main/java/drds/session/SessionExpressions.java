package drds.session;

import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Identifier;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.TextEdits;
import drds.parser.VariableScope;
import java.util.Locale;
import java.util.Set;

/**
 * Puts the values that only DRDS knows (LAST_INSERT_ID(), CONNECTION_ID(), {@code @@autocommit}, ...) into a statement's text
 * in place of the functions and variables; columns of a select list keep their names.
 */
final class SessionExpressions {
    private final SessionFacts facts;
    private final ParserModes modes;

    SessionExpressions(SessionFacts facts, ParserModes modes) {
        this.facts = facts;
        this.modes = modes;
    }

    /** Whether the tree has anything that {@link #replaceIn} would exchange. */
    static boolean occurIn(Statement statement, Set<String> kept) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= isOwn(node, kept));
        return found[0];
    }

    private static boolean isOwn(Node node, Set<String> kept) {
        return switch (node) {
            case FunctionCall call -> call.schema() == null && call.arguments().isEmpty() && isOwnFunction(call.name());
            case Expression.SystemVariable variable -> isSession(variable) && isOwnVariable(variable.name(), kept);
            default -> false;
        };
    }

    /** Where the instance's own answer is the right one: its connections are in autocommit, and know their database. */
    private boolean isSameOnInstances(Node node) {
        return switch (node) {
            case FunctionCall call -> facts.database() != null && (call.is("DATABASE") || call.is("SCHEMA"));
            case Expression.SystemVariable variable ->
                facts.autocommit() && variable.name().is("autocommit");
            default -> false;
        };
    }

    private static boolean isSession(Expression.SystemVariable variable) {
        return variable.component() == null
                && (variable.scope() == null
                        || variable.scope() == VariableScope.SESSION
                        || isServerWide(variable.name()));
    }

    private static boolean isOwnFunction(Identifier name) {
        return switch (name.text().toUpperCase(Locale.ROOT)) {
            case "LAST_INSERT_ID", "CONNECTION_ID", "FOUND_ROWS", "ROW_COUNT" -> true;
            // A connection that had a current database can't be without one again.
            case "DATABASE", "SCHEMA" -> true;
            case "USER", "SESSION_USER", "SYSTEM_USER", "CURRENT_USER" -> true;
            default -> false;
        };
    }

    private static boolean isOwnVariable(Identifier name, Set<String> kept) {
        return switch (name.text().toLowerCase(Locale.ROOT)) {
            case "autocommit", "in_transaction", "last_insert_id", "identity", "warning_count", "error_count" -> true;
            default -> isServerWide(name) || kept.contains(SessionVariables.canonical(name.text()));
        };
    }

    private static boolean isServerWide(Identifier name) {
        return switch (name.text().toLowerCase(Locale.ROOT)) {
            case "port", "hostname", "server_id", "version_comment" -> true;
            default -> false;
        };
    }

    /** The text with all of them exchanged; the same text if there are none. */
    String replaceIn(ParsedStatement parsed) {
        TextEdits edits = new TextEdits(parsed.source());
        replace(parsed.statement(), parsed.source(), edits, false);
        return edits.isEmpty() ? parsed.source() : edits.render();
    }

    /** @return whether anything below the node, and outside deeper select lists, was exchanged */
    private boolean replace(Node node, String source, TextEdits edits, boolean typed) {
        if (isOwn(node, facts.kept().keySet()) && !isSameOnInstances(node)) {
            edits.replace(node.span(), valueOf(node, typed));
            return true;
        }
        boolean[] changed = new boolean[1];
        if (node instanceof Select.ExpressionItem item) {
            changed[0] = replace(item.expression(), source, edits, true);
            if (changed[0] && item.alias() == null) {
                edits.insert(
                        item.expressionSpan().end(),
                        " AS " + SqlText.identifier(heading(item.expressionSpan(), source)));
            }
            return changed[0];
        }
        node.forEachChild(child -> changed[0] |= replace(child, source, edits, typed && !(child instanceof Statement)));
        return changed[0];
    }

    private static String heading(Span expression, String source) {
        return expression.of(source).strip();
    }

    private String valueOf(Node node, boolean typed) {
        return switch (node) {
            case FunctionCall call -> functionValue(call.name().text().toUpperCase(Locale.ROOT), typed);
            case Expression.SystemVariable variable ->
                variableValue(variable.name().text().toLowerCase(Locale.ROOT), typed);
            default -> throw new IllegalStateException("not exchanged: " + node);
        };
    }

    private String functionValue(String name, boolean typed) {
        return switch (name) {
            case "LAST_INSERT_ID" -> unsigned(facts.lastInsertId(), typed);
            case "CONNECTION_ID" ->
                typed ? "CAST(" + facts.connectionId() + " AS UNSIGNED)" : "" + facts.connectionId();
            case "FOUND_ROWS" -> signed(facts.foundRows(), typed);
            case "ROW_COUNT" -> signed(facts.rowCount(), typed);
            case "DATABASE", "SCHEMA" -> "CAST(NULL AS CHAR(64))";
            case "CURRENT_USER" -> text(facts.currentUser());
            default -> text(facts.user());
        };
    }

    private String variableValue(String name, boolean typed) {
        return switch (name) {
            // Off in every session, and of the same type.
            case "autocommit" -> typed ? "@@session.sql_log_off" : "0";
            case "in_transaction" -> unsigned(facts.inTransaction() ? 1 : 0, typed);
            case "warning_count" -> unsigned(facts.warningCount(), typed);
            case "error_count" -> unsigned(facts.errorCount(), typed);
            case "port" -> unsigned(facts.server().port(), typed);
            case "server_id" -> unsigned(facts.server().serverId(), typed);
            case "hostname" -> text(facts.server().hostname());
            case "version_comment" -> text(facts.server().versionComment());
            case "last_insert_id", "identity" -> unsigned(facts.lastInsertId(), typed);
            default -> facts.kept().getOrDefault(SessionVariables.canonical(name), "NULL");
        };
    }

    /** {@code n|0} has the type of MySQL's own functions, BIGINT UNSIGNED; a bare number would be an INT. */
    private static String unsigned(long value, boolean typed) {
        String digits = Long.toUnsignedString(value);
        return typed ? "(" + digits + "|0)" : digits;
    }

    private static String signed(long value, boolean typed) {
        return typed ? "CAST((" + value + ")|0 AS SIGNED)" : value < 0 ? "(" + value + ")" : Long.toString(value);
    }

    private String text(String value) {
        return "CONVERT(" + SqlText.string(value, modes) + " USING utf8mb3)";
    }
}
