package drds.program;

import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.FunctionCall;
import drds.parser.Identifier;
import drds.parser.Insert;
import drds.parser.Into;
import drds.parser.Limit;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.ParserModes;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SqlText;
import drds.parser.TextEdits;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a program as the session runs it: the values of local variables in the place of their names. A variable's name
 * wins over a column's, as in MySQL.
 */
final class StatementText {
    private final String source;
    private final Scope scope;
    private final ParserModes modes;
    private final String connectionCollation;
    private final TextEdits edits;
    private boolean fields;
    private final Map<String, Variable> used = new LinkedHashMap<>();

    StatementText(String source, Scope scope, ParserModes modes, String connectionCollation) {
        this.source = source;
        this.scope = scope;
        this.modes = modes;
        this.connectionCollation = connectionCollation;
        this.edits = new TextEdits(source);
    }

    /** The statement with values, without its INTO. */
    String withValues(Node statement) {
        if (statement instanceof Query query && query.into() instanceof Into.Variables into) {
            edits.remove(into.span());
        }
        replace(statement, null);
        return edits.render(statement.span());
    }

    /** The statement with values; its INTO names no local variables and stays. */
    String withValuesAndInto(Node statement) {
        replace(statement, null);
        return edits.render(statement.span());
    }

    /** The variables that a part of a program names, by name; fields of rows come as values in {@link #text}. */
    Map<String, Variable> variables(Node part) {
        part.walk(node -> {
            if (node instanceof Expression.ColumnReference column && column.schema() == null) {
                Variable variable = variable(column);
                if (variable != null && column.table() == null) {
                    used.put(variable.name(), variable);
                } else if (variable != null) {
                    fields = true;
                    edits.replace(column.span(), exact(variable.value()));
                }
            }
        });
        return used;
    }

    /** Whether {@link #variables} has met fields of rows. */
    boolean hasFields() {
        return fields;
    }

    /** The text of the part that {@link #variables} was asked for. */
    String text(Node part) {
        return edits.render(part.span());
    }

    private @Nullable Variable variable(Expression.ColumnReference column) {
        if (column.schema() != null) {
            return null;
        }
        Identifier table = column.table();
        return table == null
                ? scope.variable(column.column().text())
                : scope.field(table.text(), column.column().text());
    }

    private boolean replace(Node node, @Nullable Node parent) {
        switch (node) {
            case Expression.ColumnReference column -> {
                Variable variable = variable(column);
                if (variable == null) {
                    return false;
                }
                edits.replace(column.span(), literal(variable, column, parent));
                return true;
            }
            case Into.Variables into -> {
                return false;
            }
            case DataChange.ColumnValue assignment -> {
                return replace(assignment.value(), assignment);
            }
            case Insert insert -> {
                boolean[] changed = new boolean[1];
                insert.forEachChild(child -> {
                    boolean target = child instanceof Expression.ColumnReference;
                    changed[0] |= !target && replace(child, insert);
                });
                return changed[0];
            }
            case FunctionCall call
            when call.is("VALUES") || call.is("VALUE") -> {
                return false;
            }
            case Select.ExpressionItem item -> {
                boolean changed = replace(item.expression(), item);
                if (changed && item.alias() == null) {
                    edits.insert(
                            item.expressionSpan().end(),
                            " AS "
                                    + SqlText.identifier(heading(
                                            item.expression(),
                                            item.expressionSpan().of(source))));
                }
                return changed;
            }
            default -> {
                boolean[] changed = new boolean[1];
                node.forEachChild(child -> changed[0] |= replace(child, node));
                return changed[0];
            }
        }
    }

    private String heading(Expression expression, String text) {
        return expression instanceof Expression.ColumnReference column && column.table() == null
                ? column.column().text()
                : text.strip();
    }

    private String literal(Variable variable, Expression.ColumnReference column, @Nullable Node parent) {
        Value value = variable.value();
        if (parent instanceof Limit) {
            return value.text();
        }
        String literal = switch (value.form()) {
            case NULL -> "NULL";
            case INTEGER ->
                parent instanceof Select.ExpressionItem && variable.isBigInteger()
                        ? "CAST(" + value.text() + " AS SIGNED)"
                        : value.literal();
            case UNSIGNED -> isCompared(parent) ? value.text() : "CAST(" + value.text() + " AS UNSIGNED)";
            case DECIMAL, DOUBLE, TEMPORAL, BYTES -> value.literal();
            case STRING -> string(value, column, parent);
        };
        // A number alone would be a column's position.
        return parent instanceof OrderBy.Item || parent instanceof Select.GroupBy ? "(" + literal + "+0)" : literal;
    }

    private static boolean isCompared(@Nullable Node parent) {
        return switch (parent) {
            case Expression.Binary binary -> binary.operator().isComparison();
            case Expression.InList list -> true;
            case Expression.Between between -> true;
            case Expression.Row row -> true;
            case DataChange.ColumnValue assignment -> true;
            case null, default -> false;
        };
    }

    /** Beside a column, or as the value of one, its collation doesn't count; elsewhere it does where it isn't the session's. */
    private String string(Value value, Expression.ColumnReference self, @Nullable Node parent) {
        String collation = value.collation();
        boolean plain = collation == null
                || collation.equals(connectionCollation)
                || parent instanceof Expression.Row
                || parent instanceof DataChange.ColumnValue
                || parent instanceof Expression.Binary binary
                        && binary.operator().isComparison()
                        && besideColumn(binary, self)
                || parent instanceof Expression.InList list && list.value() instanceof Expression.ColumnReference
                || parent instanceof Expression.Between between && between.value() instanceof Expression.ColumnReference
                || parent instanceof Expression.Like like && like.value() instanceof Expression.ColumnReference;
        String text = isSimple(value.text())
                ? "'" + value.text().replace("'", "''") + "'"
                : collation == null || collation.startsWith("utf8")
                        ? SqlText.string(value.text(), modes)
                        : value.literal();
        return plain ? text : "(" + value.literal() + " COLLATE " + collation + ")";
    }

    private boolean besideColumn(Expression.Binary binary, Expression.ColumnReference self) {
        Expression other = binary.left().span().equals(self.span()) ? binary.right() : binary.left();
        return binary.operator() != BinaryOperator.SOUNDS_LIKE
                && other instanceof Expression.ColumnReference column
                && variable(column) == null;
    }

    private static boolean isSimple(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\');
    }

    /** The value as SQL, whatever stands around it. */
    static String exact(Value value) {
        return switch (value.form()) {
            case UNSIGNED -> "CAST(" + value.text() + " AS UNSIGNED)";
            case STRING ->
                value.collation() == null
                        ? value.literal()
                        : "(" + value.literal() + " COLLATE " + value.collation() + ")";
            default -> value.literal();
        };
    }
}
