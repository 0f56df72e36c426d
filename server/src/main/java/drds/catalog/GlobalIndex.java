package drds.catalog;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What DRDS keeps of a key over all partitions of a sharded table, where an instance can keep it within each partition alone.
 * Every partition has the key as well.
 *
 * @param name the key's name in the logical table; of a primary key {@code PRIMARY}
 * @param automatic whether DRDS made it by itself for a unique key that lacks the shard key
 * @param clustered whether it holds the whole rows
 * @param columns the key's columns, as written
 * @param covering what it holds beside the key, the primary key and the shard key
 * @param table the index table: one row for each row of the base, spread by the key. Its database is {@link #SCHEMA}: its face
 *     lies there on the default Group, its partitions lie in the shards of the base. Null for a key that holds the
 *     AUTO_INCREMENT column: generated numbers differ by themselves, given ones are looked for
 */
public record GlobalIndex(
        String name,
        boolean unique,
        boolean automatic,
        boolean clustered,
        List<String> columns,
        List<String> covering,
        @Nullable Table table) {
    /** The schema of the index tables' faces; no client sees it. */
    public static final String SCHEMA = "drds";

    public GlobalIndex {
        columns = List.copyOf(columns);
        covering = List.copyOf(covering);
    }

    /** The index table of an index that has one. */
    public Table stored() {
        if (table == null) {
            throw new IllegalStateException("no rows are stored for " + name);
        }
        return table;
    }

    public GlobalIndex withTable(Table stored) {
        return new GlobalIndex(name, unique, automatic, clustered, columns, covering, stored);
    }

    /** Whether entries, or what must be checked, depend on one of these columns. */
    public boolean depends(List<String> changed) {
        for (String column : changed) {
            if (table == null ? contains(columns, column) : table.column(column) != null) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(List<String> names, String name) {
        return names.stream().anyMatch(one -> one.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
    }
}
