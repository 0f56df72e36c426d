package drds.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One logical database. Every Group's instance has a schema of the same name: on the default Group it is the home schema
 * (single tables, broadcast tables, faces, views); on the others it holds the broadcast tables.
 *
 * @param shards in the order of their numbers
 * @param tables by name (case-sensitive)
 * @param views by name
 * @param programs stored procedures and functions by {@link Program#key}
 */
public record Database(
        String name,
        String characterSet,
        String collation,
        List<Shard> shards,
        Map<String, Table> tables,
        Map<String, View> views,
        Map<String, Program> programs) {

    /** A database without programs. */
    public Database(
            String name,
            String characterSet,
            String collation,
            List<Shard> shards,
            Map<String, Table> tables,
            Map<String, View> views) {
        this(name, characterSet, collation, shards, tables, views, Map.of());
    }

    /** A physical schema on a Group, such as {@code shop_0003}. */
    public record Shard(int index, String schema, String group) {}

    /**
     * @param columns the names given after the view's name, empty if none
     * @param query the text of the SELECT, as the user wrote it, its tables qualified with their logical database
     * @param hidden a table that it reads and that a temporary table of the session hides from statements, though not from views;
     *     null in the catalog that all share
     */
    public record View(
            String name,
            List<String> columns,
            String query,
            @Nullable Table hidden) {
        public View(String name, List<String> columns, String query) {
            this(name, columns, query, null);
        }
    }

    /**
     * A stored procedure or function, as the home instance has it.
     *
     * @param kind PROCEDURE, FUNCTION or TRIGGER
     * @param text its CREATE statement
     * @param sqlMode of its body
     * @param characterSetClient in which it was written
     * @param collationConnection of its literals
     * @param everywhere whether each Group's instance has it in the schema of the database's name, so that any statement can call
     *     it where it runs
     * @param homeTables of a function that reaches tables ({@code database/table}) and nothing else but its arguments: where all of
     *     them are single the home instance alone gives its value; null for others
     * @param table of a trigger, else empty
     */
    public record Program(
            String kind,
            String name,
            String text,
            String sqlMode,
            String characterSetClient,
            String collationConnection,
            boolean everywhere,
            @Nullable List<String> homeTables,
            String table) {
        public static String key(String kind, String name) {
            return kind + " " + name.toLowerCase(Locale.ROOT);
        }
    }

    /** @param kind PROCEDURE or FUNCTION */
    public @Nullable Program program(String kind, String name) {
        return programs.isEmpty() ? null : programs.get(Program.key(kind, name));
    }

    /** The triggers of a table. */
    public List<Program> triggers(String table) {
        return programs.isEmpty()
                ? List.of()
                : programs.values().stream()
                        .filter(program -> program.kind().equals("TRIGGER")
                                && program.table().equals(table))
                        .toList();
    }

    public @Nullable Table table(String name) {
        return tables.get(name);
    }

    /** With this table, new or in the place of the one with its name. */
    public Database withTable(Table table) {
        Map<String, Table> changed = new TreeMap<>(tables);
        changed.put(table.name(), table);
        return new Database(
                name, characterSet, collation, shards, Collections.unmodifiableMap(changed), views, programs);
    }

    public Database withoutTable(String table) {
        Map<String, Table> changed = new TreeMap<>(tables);
        changed.remove(table);
        return new Database(
                name, characterSet, collation, shards, Collections.unmodifiableMap(changed), views, programs);
    }

    public Database withView(View view) {
        Map<String, View> changed = new TreeMap<>(views);
        changed.put(view.name(), view);
        return new Database(
                name, characterSet, collation, shards, tables, Collections.unmodifiableMap(changed), programs);
    }

    public Database withoutView(String view) {
        Map<String, View> changed = new TreeMap<>(views);
        changed.remove(view);
        return new Database(
                name, characterSet, collation, shards, tables, Collections.unmodifiableMap(changed), programs);
    }

    /** With its shards elsewhere. */
    public Database withShards(List<Shard> places) {
        return new Database(name, characterSet, collation, List.copyOf(places), tables, views, programs);
    }

    public Database withCharacterSet(String newCharacterSet, String newCollation) {
        return new Database(name, newCharacterSet, newCollation, shards, tables, views, programs);
    }

    public Database withProgram(Program program) {
        Map<String, Program> changed = new TreeMap<>(programs);
        changed.put(Program.key(program.kind(), program.name()), program);
        return new Database(name, characterSet, collation, shards, tables, views, Collections.unmodifiableMap(changed));
    }

    public Database withoutProgram(String kind, String program) {
        Map<String, Program> changed = new TreeMap<>(programs);
        changed.remove(Program.key(kind, program));
        return new Database(name, characterSet, collation, shards, tables, views, Collections.unmodifiableMap(changed));
    }
}
