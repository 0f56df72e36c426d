package drds.session;

import drds.ddl.TriggerDefinition;
import drds.parser.Expression;
import drds.parser.Identifier;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SqlText;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes information_schema answer for the logical databases: a reference to one of its tables becomes a derived table of the
 * same name that leaves the physical schemas out, and PROCESSLIST one of DRDS's own sessions.
 */
final class InformationSchema {
    static final String NAME = "information_schema";

    /** The column with the schema's name, of the tables that have one. */
    private static final Map<String, String> SCHEMA_COLUMNS = Map.ofEntries(
            Map.entry("CHECK_CONSTRAINTS", "CONSTRAINT_SCHEMA"),
            Map.entry("COLUMNS", "TABLE_SCHEMA"),
            Map.entry("COLUMN_PRIVILEGES", "TABLE_SCHEMA"),
            Map.entry("EVENTS", "EVENT_SCHEMA"),
            Map.entry("KEY_COLUMN_USAGE", "TABLE_SCHEMA"),
            Map.entry("PARAMETERS", "SPECIFIC_SCHEMA"),
            Map.entry("PARTITIONS", "TABLE_SCHEMA"),
            Map.entry("REFERENTIAL_CONSTRAINTS", "CONSTRAINT_SCHEMA"),
            Map.entry("ROUTINES", "ROUTINE_SCHEMA"),
            Map.entry("SCHEMATA", "SCHEMA_NAME"),
            Map.entry("SCHEMA_PRIVILEGES", "TABLE_SCHEMA"),
            Map.entry("STATISTICS", "TABLE_SCHEMA"),
            Map.entry("TABLES", "TABLE_SCHEMA"),
            Map.entry("TABLE_CONSTRAINTS", "TABLE_SCHEMA"),
            Map.entry("TABLE_PRIVILEGES", "TABLE_SCHEMA"),
            Map.entry("TABLE_STATISTICS", "TABLE_SCHEMA"),
            Map.entry("INDEX_STATISTICS", "TABLE_SCHEMA"),
            Map.entry("TRIGGERS", "TRIGGER_SCHEMA"),
            Map.entry("VIEWS", "TABLE_SCHEMA"));

    private final Collection<String> hiddenSchemas;
    private final Supplier<List<ProcessRow>> processes;
    private final Supplier<TableSizes> sizes;
    private final ParserModes modes;

    /** @param sizes asked only by statements that name row counts or sizes */
    InformationSchema(
            Collection<String> hiddenSchemas,
            Supplier<List<ProcessRow>> processes,
            Supplier<TableSizes> sizes,
            ParserModes modes) {
        this.hiddenSchemas = hiddenSchemas;
        this.processes = processes;
        this.sizes = sizes;
        this.modes = modes;
    }

    /** Whether a query names tables of information_schema that need a filter. */
    static boolean occursIn(Node statement, @Nullable String currentDatabase) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= isFiltered(nameOf(node), currentDatabase));
        return found[0];
    }

    private static @Nullable QualifiedName nameOf(Node node) {
        return switch (node) {
            case TableReference.TableName table -> table.name();
            case Query.TableQuery table -> table.table();
            default -> null;
        };
    }

    private static boolean isFiltered(@Nullable QualifiedName name, @Nullable String currentDatabase) {
        if (name == null || !isInformationSchema(name.schema(), currentDatabase)) {
            return false;
        }
        String table = name.name().text().toUpperCase(Locale.ROOT);
        return SCHEMA_COLUMNS.containsKey(table) || table.equals("PROCESSLIST");
    }

    private static boolean isInformationSchema(@Nullable Identifier schema, @Nullable String currentDatabase) {
        return schema == null ? NAME.equalsIgnoreCase(currentDatabase) : schema.is(NAME);
    }

    /** The text with the references exchanged. */
    String replaceIn(ParsedStatement parsed, @Nullable String currentDatabase) {
        TextEdits edits = new TextEdits(parsed.source());
        parsed.statement().walk(node -> {
            switch (node) {
                case TableReference.TableName table
                when isFiltered(table.name(), currentDatabase) -> {
                    edits.replace(table.name().span(), filtered(table.name().name(), parsed.source()));
                    if (table.alias() == null) {
                        edits.insert(
                                table.aliasPosition(),
                                " AS " + SqlText.identifier(table.name().name().text()));
                    }
                }
                case Query.TableQuery table
                when isFiltered(table.table(), currentDatabase) ->
                    edits.replace(
                            table.table().span(),
                            filtered(table.table().name(), parsed.source()) + " AS "
                                    + SqlText.identifier(table.table().name().text()));
                case Expression.ColumnReference column
                when column.schema() != null
                        && column.table() != null
                        && column.schema().is(NAME) ->
                    edits.replace(column.qualifier(), column.table().text(parsed.source()));
                case Select select
                when select.from() != null && occursIn(select.from(), currentDatabase) ->
                    select.items().forEach(item -> keepName(item, edits));
                default -> {}
            }
        });
        return edits.isEmpty() ? parsed.source() : edits.render();
    }

    /** A column of a derived table would have the table's own name for it, not the one in the statement. */
    private static void keepName(Select.Item item, TextEdits edits) {
        if (item instanceof Select.ExpressionItem column
                && column.alias() == null
                && column.expression() instanceof Expression.ColumnReference reference) {
            edits.insert(
                    column.end(), " AS " + SqlText.identifier(reference.column().text()));
        }
    }

    /** The derived table in parentheses, without alias. */
    private String filtered(Identifier table, String statement) {
        String name = table.text().toUpperCase(Locale.ROOT);
        if (name.equals("PROCESSLIST")) {
            return ProcessRow.asDerivedTable(processes.get(), modes);
        }
        if (name.equals("TABLES") && TableSizes.mayBeAsked(statement)) {
            return "(" + sizes.get().select(modes) + " WHERE " + visible("TABLE_SCHEMA") + ")";
        }
        String items = name.equals("TRIGGERS") ? triggerColumns() : "*";
        return "(SELECT " + items + " FROM information_schema." + SqlText.identifier(table.text()) + " WHERE "
                + visible(SCHEMA_COLUMNS.getOrDefault(name, "TABLE_SCHEMA")) + ")";
    }

    /** All columns of TRIGGERS, the texts as their users wrote them. */
    private String triggerColumns() {
        String guard = SqlText.string(TriggerDefinition.GUARD, modes);
        String end = SqlText.string(TriggerDefinition.GUARD_END, modes);
        String text = "IF(LEFT(ACTION_STATEMENT, " + TriggerDefinition.GUARD.length() + ") = " + guard
                + ", SUBSTR(ACTION_STATEMENT, " + (TriggerDefinition.GUARD.length() + 1)
                + ", CHAR_LENGTH(ACTION_STATEMENT) - " + TriggerDefinition.GUARD.length() + " - CHAR_LENGTH(" + end
                + ")), ACTION_STATEMENT) AS ACTION_STATEMENT";
        return "TRIGGER_CATALOG, TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_CATALOG,"
                + " EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, ACTION_ORDER, ACTION_CONDITION, " + text
                + ", ACTION_ORIENTATION, ACTION_TIMING, ACTION_REFERENCE_OLD_TABLE, ACTION_REFERENCE_NEW_TABLE,"
                + " ACTION_REFERENCE_OLD_ROW, ACTION_REFERENCE_NEW_ROW, CREATED, SQL_MODE, DEFINER,"
                + " CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION";
    }

    /** A condition that leaves the physical schemas out. */
    String visible(String schemaColumn) {
        return schemaColumn
                + hiddenSchemas.stream()
                        .map(schema -> SqlText.string(schema, modes))
                        .collect(Collectors.joining(", ", " NOT IN (", ")"));
    }
}
