package drds.catalog;

import java.util.Collections;
import java.util.List;
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
 */
public record Database(
        String name,
        String characterSet,
        String collation,
        List<Shard> shards,
        Map<String, Table> tables,
        Map<String, View> views) {

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

    public @Nullable Table table(String name) {
        return tables.get(name);
    }

    /** With this table, new or in the place of the one with its name. */
    public Database withTable(Table table) {
        Map<String, Table> changed = new TreeMap<>(tables);
        changed.put(table.name(), table);
        return new Database(name, characterSet, collation, shards, Collections.unmodifiableMap(changed), views);
    }

    public Database withoutTable(String table) {
        Map<String, Table> changed = new TreeMap<>(tables);
        changed.remove(table);
        return new Database(name, characterSet, collation, shards, Collections.unmodifiableMap(changed), views);
    }

    public Database withView(View view) {
        Map<String, View> changed = new TreeMap<>(views);
        changed.put(view.name(), view);
        return new Database(name, characterSet, collation, shards, tables, Collections.unmodifiableMap(changed));
    }

    public Database withoutView(String view) {
        Map<String, View> changed = new TreeMap<>(views);
        changed.remove(view);
        return new Database(name, characterSet, collation, shards, tables, Collections.unmodifiableMap(changed));
    }

    public Database withCharacterSet(String newCharacterSet, String newCollation) {
        return new Database(name, newCharacterSet, newCollation, shards, tables, views);
    }
}
