package drds.session;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.executor.PlacedInsert;
import drds.executor.Sequencer;
import drds.mysql.StatementCharset;
import drds.parser.Insert;
import drds.parser.InsertLexer;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.RowTexts;
import drds.parser.SqlText;
import drds.parser.TimeFunctions;
import drds.planner.Plan;
import drds.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Places the rows of an INSERT whose head is known without parsing or planning it, and learns the heads of those that aren't. */
final class InsertShortcut {
    private final Session session;
    private final Dispatch dispatch;
    private final InsertShapes shapes;
    private final Sequencer sequencer;
    private final int batchBytes;
    private ParserModes modes;
    private InsertLexer lexer;
    private @Nullable InsertShape lastShape;
    private RowTexts lastRows = new RowTexts();

    InsertShortcut(Session session, Dispatch dispatch, InsertShapes shapes, Sequencer sequencer, int batchBytes) {
        this.session = session;
        this.dispatch = dispatch;
        this.shapes = shapes;
        this.sequencer = sequencer;
        this.batchBytes = batchBytes;
        this.modes = session.variables().modes();
        this.lexer = new InsertLexer(modes);
    }

    /** Whether it is worth a look: INSERT or REPLACE, by the first letter. */
    static boolean mayTake(byte[] bytes) {
        return bytes.length > 0 && mayTake((char) bytes[0]);
    }

    static boolean mayTake(String sql) {
        return !sql.isEmpty() && mayTake(sql.charAt(0));
    }

    private static boolean mayTake(char first) {
        return switch (first | 0x20) {
            case 'i', 'r' -> true;
            default -> false;
        };
    }

    /** Where the statement's rows go; null if it has to be parsed and planned. */
    @Nullable
    PlacedInsert place(byte[] bytes) {
        SessionVariables variables = session.variables();
        if (session.temporary().any() || !variables.charset().sameInUtf8(bytes)) {
            return null;
        }
        if (modes != variables.modes()) {
            modes = variables.modes();
            lexer = new InsertLexer(modes);
        }
        int head = lexer.headEnd(bytes, 0, bytes.length);
        if (head < 0) {
            return null;
        }
        String name = variables.database();
        String database = name == null ? "" : name;
        Catalog catalog = session.catalog();
        InsertShape shape = shapes.find(bytes, head, database, modes, catalog);
        if (shape == null) {
            shape = learn(bytes, head, name, catalog);
            if (shape == null) {
                return null;
            }
            shapes.remember(bytes, head, database, modes, catalog, shape);
        }
        if (!(shape instanceof InsertShape.Placing placing)
                || variables.charset() != StatementCharset.UTF8 && !placing.isAscii()) {
            return null;
        }
        session.holdTables(placing.tables());
        return session.catalog() == catalog ? placed(placing, bytes, head) : null;
    }

    private @Nullable PlacedInsert placed(InsertShape.Placing shape, byte[] bytes, int head) {
        RowTexts rows = shape == lastShape ? lastRows : shape.newRows();
        rows.begin(bytes);
        try {
            boolean read =
                    LongWork.run(bytes.length, () -> lexer.rows(bytes, head, bytes.length, shape.columns(), rows));
            return read ? shape.place(rows, session, session.variables().zeroIsAValue(), sequencer, batchBytes) : null;
        } finally {
            // An idle session keeps no text.
            rows.end();
            lastShape = shape;
            lastRows = rows;
        }
    }

    // ---- learning ----

    /** Null if nothing can be said because this statement fails, or can't be read. */
    private @Nullable InsertShape learn(byte[] bytes, int head, @Nullable String database, Catalog catalog) {
        int columns = lexer.valuesOfRow(bytes, head, bytes.length);
        if (columns < 1) {
            return null;
        }
        String text = new String(bytes, 0, head, StandardCharsets.UTF_8);
        // Two rows, so that the plan doesn't depend on the values of one.
        String row = "(" + "NULL,".repeat(columns - 1) + "NULL)";
        String rows = row + "," + row;
        ParsedStatement parsed;
        Plan plan;
        try {
            parsed = session.parse(text + rows);
            if (!(parsed.statement() instanceof Insert insert) || !isPlain(parsed, insert)) {
                return new InsertShape.Unknown();
            }
            plan = dispatch.planned().plan(parsed, null);
        } catch (SqlError e) {
            return null;
        }
        Set<HeldTables.Name> tables = HeldTables.named(parsed.statement(), database);
        if (session.catalog() != catalog) {
            return null;
        }
        return switch (plan) {
            case Plan.Route route
            when route.sql().endsWith(rows) -> home(insert(parsed), route, rows, columns, catalog, database, tables);
            case Plan.InsertRows insert -> sharded(insert, tables);
            default -> new InsertShape.Unknown();
        };
    }

    private static Insert insert(ParsedStatement parsed) {
        return (Insert) parsed.statement();
    }

    private boolean isPlain(ParsedStatement parsed, Insert insert) {
        return insert.source() instanceof Insert.Rows rows
                && rows.alias() == null
                && rows.rows().size() == 2
                && insert.onDuplicateKey() == null
                && insert.returning() == null
                && insert.partitions().isEmpty()
                && dispatch.planned().triggers(insert).isEmpty()
                && parsed.hints().isEmpty()
                && !parsed.conditionalComments()
                && dispatch.withOwnValues(parsed) == parsed;
    }

    private static InsertShape home(
            Insert insert,
            Plan.Route route,
            String rows,
            int columns,
            Catalog catalog,
            @Nullable String database,
            Collection<HeldTables.Name> tables) {
        String schema = insert.table().schema() == null
                ? database
                : insert.table().schema().text();
        Database home = schema == null ? null : catalog.database(schema);
        Table table = home == null ? null : home.table(insert.table().name().text());
        if (table == null
                || table.kind() != Table.Kind.SINGLE
                || !route.names().renamings().isEmpty()) {
            return new InsertShape.Unknown();
        }
        String head = route.sql().substring(0, route.sql().length() - rows.length());
        Table.Column numbered = table.autoIncrementColumn();
        int number = numbered == null ? -1 : GeneratedIds.indexOf(numbered, insert, table);
        return new InsertShape.Home(tables, route.group(), head.getBytes(StandardCharsets.UTF_8), columns, number);
    }

    private static int indexOf(List<String> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private static InsertShape sharded(Plan.InsertRows plan, Collection<HeldTables.Name> tables) {
        Table table = plan.table();
        Rule rule = table.rule();
        // What is kept in global indexes has to be found in each row, and what is in its way.
        if (table.kind() != Table.Kind.SHARDED
                || !table.globalIndexes().isEmpty()
                || rule == null
                || !plan.tail().isBlank()
                || !areKnown(plan, table)) {
            return new InsertShape.Unknown();
        }
        List<String> columns = new ArrayList<>(plan.columns());
        Table.Column numbered = table.autoIncrementColumn();
        int number = -1;
        if (numbered != null) {
            number = indexOf(columns, numbered.name());
            if (number < 0) {
                number = columns.size();
                columns.add(numbered.name());
            }
        }
        List<Integer> keys = new ArrayList<>();
        for (String name : rule.columns()) {
            Table.Column column = table.column(name);
            int index = indexOf(columns, name);
            if (column == null || column.generated() || index < 0) {
                return new InsertShape.Unknown();
            }
            keys.add(index);
        }
        List<byte[]> heads = table.partitions().stream()
                .map(partition -> head(plan.head(), partition, columns))
                .toList();
        boolean asksTime = table.columns().stream()
                .map(Table.Column::defaultExpression)
                .anyMatch(text -> text != null && TimeFunctions.mayBeIn(text));
        return new InsertShape.Sharded(
                tables, plan.database(), table, rule, heads, plan.columns().size(), keys, number, asksTime);
    }

    /** Whether each column is one of the table's, and stands there once. */
    private static boolean areKnown(Plan.InsertRows plan, Table table) {
        Set<String> seen = new HashSet<>();
        return plan.columns().stream()
                .allMatch(name -> table.column(name) != null && seen.add(name.toLowerCase(Locale.ROOT)));
    }

    private static byte[] head(String head, Table.Partition partition, List<String> columns) {
        String names =
                String.join(", ", columns.stream().map(SqlText::identifier).toList());
        String text = head + SqlText.qualified(partition.schema(), partition.table()) + " (" + names + ") VALUES ";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
