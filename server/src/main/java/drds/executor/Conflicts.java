package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.executor.StoredValues.Row;
import drds.rule.Rule;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds, and locks, the rows that have the value of a unique key which a new row wants, in whatever partition they lie. */
final class Conflicts {
    private final Execution execution;
    private final Table table;
    private final IndexEntries entries;
    private final StoredValues values;
    private final SessionState reading;

    /** @param entries whose columns hold {@link #columns} */
    Conflicts(Execution execution, Table table, IndexEntries entries) {
        this.execution = execution;
        this.table = table;
        this.entries = entries;
        this.values = new StoredValues(entries.columns(), execution.keys().collations());
        this.reading = execution.reading(execution.transaction()).state();
    }

    /**
     * A row that is in the way.
     *
     * @param key the number of the first unique key that it has in common, in the order in which MySQL looks
     */
    record Holder(Partition partition, Row row, int key) {}

    /** What must be known of a row to look for those in its way. */
    static List<String> columns(Table table) {
        List<String> columns = new ArrayList<>();
        unique(table).forEach(key -> columns.addAll(key.columns()));
        Table.Key identifying = table.identifyingKey();
        if (identifying != null) {
            columns.addAll(identifying.columns());
        }
        if (table.rule() != null) {
            columns.addAll(table.rule().columns());
        }
        return columns;
    }

    private static List<Table.Key> unique(Table table) {
        return table.keys().stream().filter(Table.Key::unique).toList();
    }

    /** In the order in which MySQL meets them. */
    List<Holder> find(Row row, Partition own) {
        List<Table.Key> keys = unique(table);
        if (keys.stream().anyMatch(Table.Key::prefixed)) {
            throw ErrorCode.NOT_SUPPORTED.with(
                    "such a change of '" + table.name() + "', which has a unique key made of prefixes or expressions");
        }
        Map<Integer, Partition> places = new TreeMap<>();
        places.put(own.index(), own);
        for (GlobalIndex index : table.globalIndexes()) {
            if (index.unique()) {
                holders(index, row).forEach(place -> places.put(place.index(), place));
            }
        }
        List<Holder> holders = new ArrayList<>();
        places.values().forEach(place -> holders.addAll(in(place, keys, row)));
        holders.sort(Comparator.comparingInt(Holder::key));
        return holders;
    }

    /** The partitions in which rows with a key's value may lie. */
    private List<Partition> holders(GlobalIndex index, Row row) {
        String condition = entries.condition(index.columns(), row);
        if (condition == null) {
            return List.of();
        }
        if (index.table() == null) {
            return table.partitions();
        }
        Partition place = entries.place(index, row);
        Rule rule = Objects.requireNonNull(table.rule());
        List<Column> shardKey = rule.columns().stream()
                .map(table::column)
                .map(Objects::requireNonNull)
                .toList();
        StoredValues asked = new StoredValues(shardKey, execution.keys().collations());
        return rows(place, "SELECT " + asked.items(), condition).stream()
                .map(read -> table.partitions()
                        .get(rule.partition(asked.read(read, 0).key())))
                .toList();
    }

    private List<byte[] @Nullable []> rows(Partition place, String select, String where) {
        Backend backend = execution.transaction().on(place.group(), true, reading);
        return new Work(backend)
                .rows(select + " FROM " + Names.quoted(place.schema(), place.table()) + " WHERE " + where
                        + " FOR UPDATE");
    }

    private List<Holder> in(Partition place, List<Table.Key> keys, Row row) {
        List<String> conditions = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String condition = entries.condition(keys.get(i).columns(), row);
            if (condition != null) {
                conditions.add("(" + condition + ")");
                numbers.add(i);
            }
        }
        if (conditions.isEmpty()) {
            return List.of();
        }
        List<Holder> holders = new ArrayList<>();
        String select = "SELECT " + values.items() + ", " + String.join(", ", conditions);
        for (byte[] @Nullable [] read : rows(place, select, String.join(" OR ", conditions))) {
            int first = Integer.MAX_VALUE;
            for (int i = numbers.size() - 1; i >= 0; i--) {
                byte[] met = read[values.count() + i];
                first = met != null && met[0] == '1' ? numbers.get(i) : first;
            }
            holders.add(new Holder(place, values.read(read, 0), first));
        }
        return holders;
    }

    /** A row as it is now; its identity has not changed. */
    Row read(Partition place, Row row) {
        List<byte[] @Nullable []> found = rows(place, "SELECT " + values.items(), entries.identityCondition(row));
        if (found.isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("ON DUPLICATE KEY UPDATE that changes the primary key of '"
                    + table.name() + "', which has global indexes");
        }
        return values.read(found.getFirst(), 0);
    }
}
