package drds.analyzer;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.parser.ConditionalComments;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.ParserModes;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.SetStatement;
import drds.parser.SpecialFunction;
import drds.parser.SqlParser;
import drds.parser.StoredProgram;
import drds.parser.StoredTrigger;
import drds.parser.TableReference;
import drds.parser.Update;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What triggers that fire, or stored functions that a statement calls, reach: their own bodies and the programs that those call. */
public final class BodyReach {
    /**
     * What happens to a table that is written.
     *
     * @param allRows whether rows that are there already matter
     * @param columns those that every INSERT names; null if one names none
     */
    public record Written(boolean allRows, @Nullable Set<String> columns) {
        private static Written both(Written one, Written other) {
            Set<String> columns = null;
            if (one.columns != null && other.columns != null) {
                columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
                columns.addAll(one.columns);
                columns.addAll(other.columns);
            }
            return new Written(one.allRows || other.allRows, columns);
        }
    }

    private final Catalog catalog;
    private final Set<String> read = new TreeSet<>();
    private final Map<String, Written> written = new TreeMap<>();
    private final Set<String> assigned = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> seen = new HashSet<>();
    private @Nullable String obstacle;
    private boolean namesUserVariables;

    public BodyReach(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The tables that are only read, as {@code database/table}. */
    public Set<String> read() {
        Set<String> only = new TreeSet<>(read);
        only.removeAll(written.keySet());
        return only;
    }

    public boolean reads(String name) {
        return read.contains(name);
    }

    public Map<String, Written> written() {
        return written;
    }

    /** The columns of NEW that are set. */
    public Set<String> assigned() {
        return assigned;
    }

    /** Whether one of them names a user variable. */
    public boolean namesUserVariables() {
        return namesUserVariables;
    }

    /** Why no instance can run them as they stand; null if one can. */
    public @Nullable String obstacle() {
        return obstacle;
    }

    /** The trigger's tree; null if its text has something that DRDS can't read. */
    public static @Nullable StoredTrigger tree(Program trigger) {
        ParserModes modes = ParserModes.of(trigger.sqlMode());
        return new SqlParser(modes).trigger(ConditionalComments.unwrap(trigger.text(), modes));
    }

    /** Adds what one more trigger reaches. */
    public void add(Program trigger, String database) {
        StoredTrigger tree = tree(trigger);
        if (tree == null) {
            obstacle = "has a statement that DRDS can't read";
            return;
        }
        add(tree.body(), database);
    }

    private void add(Node body, String database) {
        body.walk(node -> visit(node, database));
    }

    private void visit(Node node, String database) {
        switch (node) {
            case Insert insert -> {
                boolean meets = insert.replace() || insert.ignore() || insert.onDuplicateKey() != null;
                write(insert.table(), database, new Written(meets, columns(insert)));
            }
            case Update update -> changed(update.tables(), database);
            case Delete delete ->
                delete.forEachChild(child -> {
                    if (child instanceof TableReference || child instanceof Delete.Target) {
                        changed(child, database);
                    }
                });
            case TableReference.TableName table -> read.add(name(table.name(), database));
            case Query.TableQuery table -> read.add(name(table.table(), database));
            case SetStatement.SystemVariable variable
            when variable.component() != null && variable.component().is("NEW") ->
                assigned.add(variable.name().text());
            case SpecialFunction.SequenceValue sequence -> obstacle = "uses a sequence";
            case Expression.UserVariable variable -> namesUserVariables = true;
            case FunctionCall call -> call(call, database);
            case DataChange.Call call -> program("PROCEDURE", call.procedure(), database);
            default -> {}
        }
    }

    private static @Nullable Set<String> columns(Insert insert) {
        Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (insert.source() instanceof Insert.Assignments set) {
            set.values().forEach(value -> {
                if (value.column() instanceof Expression.ColumnReference column) {
                    columns.add(column.column().text());
                }
            });
            return columns;
        }
        insert.columns().forEach(column -> columns.add(column.column().text()));
        return insert.columns().isEmpty() ? null : columns;
    }

    /** Every table that such a statement names may be the one that it changes. */
    private void changed(Node part, String database) {
        part.walk(node -> {
            switch (node) {
                case TableReference.TableName table -> write(table.name(), database, new Written(true, Set.of()));
                case Delete.Target target -> write(target.name(), database, new Written(true, Set.of()));
                default -> {}
            }
        });
    }

    private void write(QualifiedName table, String database, Written how) {
        written.merge(name(table, database), how, Written::both);
    }

    private static String name(QualifiedName name, String database) {
        return (name.schema() == null ? database : name.schema().text()) + "/"
                + name.name().text();
    }

    /** Adds what a function that is called reaches. @param database the current one */
    public void call(FunctionCall call, String database) {
        if (call.schema() == null && ProgramReach.isSessionsOwn(call)) {
            obstacle = "calls " + call.name().text() + "(), which only the session knows";
            return;
        }
        Program function = StoredFunctionCalls.function(call, catalog, database);
        if (function != null && !function.everywhere()) {
            program("FUNCTION", new QualifiedName(call.span(), call.schema(), call.name()), database);
        }
    }

    private void program(String kind, QualifiedName name, String database) {
        String schema = name.schema() == null ? database : name.schema().text();
        Database known = catalog.database(schema);
        Program program = known == null ? null : known.program(kind, name.name().text());
        if (program == null || !seen.add(kind + " " + schema + " " + program.name())) {
            return;
        }
        ParserModes modes = ParserModes.of(program.sqlMode());
        StoredProgram tree = new SqlParser(modes).program(ConditionalComments.unwrap(program.text(), modes));
        if (tree == null) {
            obstacle = "calls " + program.name() + ", which DRDS can't read";
            return;
        }
        add(tree.body(), schema);
    }
}
