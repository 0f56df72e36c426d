package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Key;
import drds.catalog.Table.Partition;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.Layout.Place;
import drds.ddl.SchemaReader.Structure;
import drds.error.ErrorCode;
import drds.parser.SqlText;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes, keeps and drops the index tables of a sharded table in a change of its definition. Which there must be follows from the
 * table's keys: a unique key that lacks the shard key gets one by itself, others where the user asks for it.
 */
final class GlobalIndexes {
    /** What is left of a key's name in the name of its table: MySQL takes 64 characters. */
    private static final int NAME_KEPT = 40;

    private final Cluster cluster;
    private final DdlSession session;
    private final Job job;
    private final TableName name;
    private final List<Note> notes = new ArrayList<>();
    private int made;

    /** @param name the base table's */
    GlobalIndexes(Cluster cluster, DdlSession session, Job job, TableName name) {
        this.cluster = cluster;
        this.session = session;
        this.job = job;
        this.name = name;
    }

    /**
     * What a user asks for with GLOBAL INDEX.
     *
     * @param clause of its own, empty to have its key spread over all shards
     */
    record Wish(String name, boolean clustered, List<String> covering, String clause) {}

    /** The indexes of a table as it is now, and which of them are new and empty. */
    record Result(List<GlobalIndex> indexes, List<GlobalIndex> empty) {}

    /** Warnings about keys that hold within each partition only. */
    List<Note> notes() {
        return notes;
    }

    /**
     * Makes what is missing and puts what is no longer needed into {@code cleanup}.
     *
     * @param before the indexes that there are; those of keys that stayed the same stay
     * @param wishes by the key's name in lower case
     */
    Result make(
            List<GlobalIndex> before, Structure structure, Rule rule, Map<String, Wish> wishes, List<Cleanup> cleanup) {
        List<GlobalIndex> indexes = new ArrayList<>();
        List<GlobalIndex> empty = new ArrayList<>();
        Table shape = new Table("", Table.Kind.SHARDED, structure.columns(), structure.keys(), rule, List.of(), 0);
        for (Key key : structure.keys()) {
            GlobalIndex old = find(before, key);
            Wish wish = wishes.get(key.name().toLowerCase(Locale.ROOT));
            if (wish == null && old != null && !old.automatic()) {
                wish = new Wish(
                        key.name(),
                        old.clustered(),
                        old.covering(),
                        old.stored().rule() == null ? "" : clause(old));
            }
            if (old != null && isStill(old, key, shape, wish)) {
                indexes.add(old);
            } else if (wish != null) {
                GlobalIndex index = make(key, wish, shape);
                indexes.add(index);
                empty.add(index);
            } else if (key.unique() && !holdsShardKey(key, rule)) {
                GlobalIndex index = automatic(key, shape, old);
                if (index != null) {
                    indexes.add(index);
                    if (index.table() != null) {
                        empty.add(index);
                    }
                }
            }
        }
        before.stream()
                .filter(index -> !indexes.contains(index) && index.table() != null)
                .forEach(index -> places(index).forEach(place -> cleanup.add(drop(place))));
        return new Result(List.copyOf(indexes), List.copyOf(empty));
    }

    /** Of an index whose own clause was not the usual one. */
    private static String clause(GlobalIndex index) {
        Rule rule = index.stored().rule();
        return rule == null ? "" : rule.clause();
    }

    private static @Nullable GlobalIndex find(List<GlobalIndex> indexes, Key key) {
        return indexes.stream()
                .filter(index -> index.name().equalsIgnoreCase(key.name()))
                .findFirst()
                .orElse(null);
    }

    /** Whether nothing that the index holds has changed. */
    private static boolean isStill(GlobalIndex index, Key key, Table shape, @Nullable Wish wish) {
        boolean same = index.name().equals(key.name())
                && index.unique() == key.unique()
                && index.columns().equals(key.columns())
                && (wish == null) == index.automatic();
        if (!same || index.table() == null) {
            return same && numbered(key, shape);
        }
        if (!storedColumns(key, shape, index.covering(), index.clustered())
                .equals(index.stored().columns())) {
            return false;
        }
        return index.automatic()
                || wish == null
                || wish.clause().isEmpty()
                || wish.clause().equals(clause(index));
    }

    private static boolean numbered(Key key, Table shape) {
        return key.columns().stream().anyMatch(column -> {
            Column definition = shape.column(column);
            return definition != null && definition.autoIncrement();
        });
    }

    /** Equal values of the key then lie in one partition, where the instance keeps it. */
    static boolean holdsShardKey(Key key, Rule rule) {
        return !key.prefixed()
                && rule.columns().stream()
                        .allMatch(column -> key.columns().stream().anyMatch(column::equalsIgnoreCase));
    }

    private @Nullable GlobalIndex automatic(Key key, Table shape, @Nullable GlobalIndex old) {
        String why = null;
        if (!session.autoGlobalIndex() && old == null) {
            why = "auto_global_index is off";
        } else if (key.prefixed()) {
            why = "it is made of prefixes or expressions";
        } else if (shape.identifyingKey() == null) {
            why = "the table has no primary key";
        }
        if (why != null) {
            notes.add(new Note(
                    "Warning",
                    ErrorCode.NOT_SUPPORTED.number(),
                    "Key '" + key.name() + "' of '" + name.table()
                            + "' lacks the shard key and is unique within each partition only: " + why));
            return null;
        }
        if (numbered(key, shape)) {
            return new GlobalIndex(key.name(), true, true, false, key.columns(), List.of(), null);
        }
        return make(key, null, shape);
    }

    private GlobalIndex make(Key key, @Nullable Wish wish, Table shape) {
        if (key.prefixed() || shape.identifyingKey() == null) {
            throw ErrorCode.NOT_SUPPORTED.with("a global index "
                    + (key.prefixed() ? "of prefixes or expressions" : "of a table without a primary key"));
        }
        Database database = cluster.catalog().database(name.schema());
        if (database == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(name.schema());
        }
        List<String> covering = wish == null ? List.of() : wish.covering();
        boolean clustered = wish != null && wish.clustered();
        covering.forEach(column -> {
            if (shape.column(column) == null) {
                throw ErrorCode.KEY_COLUMN_MISSING.with(column);
            }
        });
        List<Column> columns = storedColumns(key, shape, covering, clustered);
        String quoted = key.columns().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
        int shards = database.shards().size();
        String clause = wish == null || wish.clause().isEmpty()
                ? "PARTITION BY KEY (" + quoted + ") PARTITIONS " + shards
                : wish.clause();
        Rule rule = TableCreation.rule(cluster, clause, columns, List.of(), shards);
        for (String column : rule.columns()) {
            if (key.unique() && key.columns().stream().noneMatch(column::equalsIgnoreCase)) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "a unique global index that is not spread by its own columns (" + column + ")");
            }
        }
        String physical = physicalName(key.name());
        List<Partition> partitions = Layout.partitions(database, physical, rule);
        Table table = new Table(
                physical,
                Table.Kind.SHARDED,
                columns,
                List.of(key),
                rule,
                partitions,
                cluster.catalog().version() + 1);
        GlobalIndex index =
                new GlobalIndex(key.name(), key.unique(), wish == null, clustered, key.columns(), covering, table);
        create(index, shape);
        return index;
    }

    private String physicalName(String key) {
        String kept = key.length() > NAME_KEPT ? key.substring(0, NAME_KEPT) : key;
        return kept + "$" + job.number() + "_" + made++;
    }

    /** The key's columns, the primary key's, the shard key's, then what the index covers: as plain columns. */
    private static List<Column> storedColumns(Key key, Table shape, List<String> covering, boolean clustered) {
        Set<String> names = new LinkedHashSet<>();
        key.columns().forEach(column -> names.add(column.toLowerCase(Locale.ROOT)));
        Key identifying = shape.identifyingKey();
        if (identifying != null) {
            identifying.columns().forEach(column -> names.add(column.toLowerCase(Locale.ROOT)));
        }
        if (shape.rule() != null) {
            names.addAll(shape.rule().columns());
        }
        covering.forEach(column -> names.add(column.toLowerCase(Locale.ROOT)));
        if (clustered) {
            shape.columns().forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
        }
        List<Column> columns = new ArrayList<>();
        for (String column : names) {
            Column definition = shape.column(column);
            if (definition != null) {
                columns.add(plain(definition));
            }
        }
        return List.copyOf(columns);
    }

    private static Column plain(Column column) {
        return new Column(
                column.name(),
                column.type(),
                column.dataType(),
                column.characterSet(),
                column.collation(),
                column.nullable(),
                null,
                false,
                false,
                false,
                null);
    }

    private void create(GlobalIndex index, Table shape) {
        List<Action> actions = new ArrayList<>();
        for (Place place : places(index)) {
            actions.add(Action.plain(
                    place.group(), definition(index, shape, place.name()), new Undo.DropTable(place.name())));
        }
        job.step("index " + index.name(), actions);
    }

    private static String definition(GlobalIndex index, Table shape, TableName place) {
        List<String> lines = new ArrayList<>();
        for (Column column : index.stored().columns()) {
            String characters = column.characterSet() == null || column.collation() == null
                    ? ""
                    : " CHARACTER SET " + column.characterSet() + " COLLATE " + column.collation();
            lines.add(SqlText.identifier(column.name()) + " " + column.type() + characters
                    + (column.nullable() ? " NULL" : " NOT NULL" + zeroDefault(column)));
        }
        String columns = list(index.columns());
        boolean primary = index.name().equals("PRIMARY");
        lines.add(
                primary
                        ? "PRIMARY KEY (" + columns + ")"
                        : (index.unique() ? "UNIQUE KEY " : "KEY ") + SqlText.identifier(index.name()) + " (" + columns
                                + ")");
        Key identifying = shape.identifyingKey();
        if (!primary && identifying != null) {
            lines.add("KEY `drds row` (" + list(identifying.columns()) + ")");
        }
        return "CREATE TABLE " + place.quoted() + " (" + String.join(", ", lines) + ") ENGINE = InnoDB";
    }

    /** Else the first TIMESTAMP of a table would be set to the time by every change. */
    private static String zeroDefault(Column column) {
        return column.dataType().equals("timestamp") ? " DEFAULT 0" : "";
    }

    private static String list(List<String> columns) {
        return columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    }

    /** The face and the partitions. */
    private List<Place> places(GlobalIndex index) {
        return places(index, cluster.home());
    }

    static List<Place> places(GlobalIndex index, String home) {
        List<Place> places = new ArrayList<>();
        Table table = index.stored();
        places.add(new Place(home, new TableName(GlobalIndex.SCHEMA, table.name())));
        table.partitions()
                .forEach(partition ->
                        places.add(new Place(partition.group(), new TableName(partition.schema(), partition.table()))));
        return places;
    }

    private static Cleanup drop(Place place) {
        return new Cleanup(place.group(), "DROP TABLE IF EXISTS " + place.name().quoted());
    }

    /** Fills new indexes from the rows that there are; the table's lock is held. */
    void fill(Table table, List<GlobalIndex> empty) {
        for (GlobalIndex index : empty) {
            String columns = index.stored().columns().stream()
                    .map(column -> SqlText.identifier(column.name()))
                    .collect(Collectors.joining(", "));
            String sql = "INSERT INTO "
                    + SqlText.qualified(GlobalIndex.SCHEMA, index.stored().name()) + " (" + columns + ") SELECT "
                    + columns + " FROM " + name.quoted();
            session.inserter().fill(withIndexTables(cluster.catalog(), name.schema(), table), sql);
        }
    }

    /** The catalog in which a table stands as given, with its index tables in a database of their own. */
    private static Catalog withIndexTables(Catalog catalog, String schema, Table table) {
        Database database = catalog.database(schema);
        if (database == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(schema);
        }
        TreeMap<String, Table> tables = new TreeMap<>();
        table.storedIndexes().forEach(index -> tables.put(index.stored().name(), index.stored()));
        return catalog.withDatabase(database.withTable(table))
                .withDatabase(new Database(
                        GlobalIndex.SCHEMA,
                        database.characterSet(),
                        database.collation(),
                        database.shards(),
                        tables,
                        new TreeMap<>()));
    }
}
