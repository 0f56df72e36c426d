package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.catalog.Table;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import drds.rule.LevelRule;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the partitions of a table lie. */
final class Layout {
    private Layout() {}

    /**
     * The partitions of a new table: T neighbouring ones in each shard for DBPARTITION BY, one after the other over all shards
     * for PARTITION BY. They are called like the table, with two digits more where a shard has several.
     */
    static List<Partition> partitions(Database database, String table, Rule rule) {
        List<Shard> shards = database.shards();
        boolean levels = rule instanceof LevelRule;
        int perShard = rule instanceof LevelRule level
                ? level.tables()
                : (rule.partitions() + shards.size() - 1) / shards.size();
        String form = perShard > 1000 ? "%s_%04d" : perShard > 100 ? "%s_%03d" : "%s_%02d";
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < rule.partitions(); i++) {
            Shard shard = shards.get(levels ? i / perShard : i % shards.size());
            int inShard = levels ? i % perShard : i / shards.size();
            String name = perShard == 1 ? table : String.format(Locale.ROOT, form, table, inShard);
            partitions.add(new Partition(i, shard.group(), shard.schema(), name));
        }
        return List.copyOf(partitions);
    }

    /** A physical table. */
    record Place(String group, TableName name) {}

    /**
     * All physical tables that hold rows: the partitions, or the copies of a broadcast table, or the one single table.
     *
     * @param database the logical database's name
     */
    static List<Place> places(Catalog catalog, String database, Table table) {
        return places(catalog, new TableName(database, table.name()), table.kind(), table.partitions());
    }

    static List<Place> places(Catalog catalog, TableName name, @Nullable Kind kind, List<Partition> partitions) {
        List<Place> places = new ArrayList<>();
        if (kind == Kind.SHARDED) {
            partitions.forEach(partition ->
                    places.add(new Place(partition.group(), new TableName(partition.schema(), partition.table()))));
        } else if (kind == Kind.BROADCAST) {
            places.add(new Place(catalog.defaultGroup(), name));
            catalog.groups().keySet().stream()
                    .filter(group -> !group.equals(catalog.defaultGroup()))
                    .forEach(group -> places.add(new Place(group, name)));
        } else {
            places.add(new Place(catalog.defaultGroup(), name));
        }
        return places;
    }
}
