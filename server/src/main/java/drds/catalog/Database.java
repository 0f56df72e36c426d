package drds.catalog;

import java.util.List;
import java.util.Map;
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
     */
    public record View(String name, List<String> columns, String query) {}

    public @Nullable Table table(String name) {
        return tables.get(name);
    }
}
