package drds.executor;

import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.executor.StoredValues.Row;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a table's global indexes: where they lie and the statements that write them. A row is given by its values in
 * {@link #columns}, which hold all that the indexes hold.
 */
final class IndexEntries {
    private final Table table;
    private final List<GlobalIndex> indexes;
    private final List<Column> columns;
    private final int batchBytes;

    /**
     * @param indexes those that are written
     * @param further columns that the caller wants to know as well
     */
    IndexEntries(Table table, List<GlobalIndex> indexes, List<String> further, int batchBytes) {
        this.table = table;
        this.indexes = indexes.stream().filter(index -> index.table() != null).toList();
        this.batchBytes = batchBytes;
        Map<String, Column> found = new LinkedHashMap<>();
        this.indexes.forEach(index ->
                index.stored().columns().forEach(column -> found.put(lower(column.name()), base(column))));
        further.forEach(name -> {
            Column column = table.column(name);
            if (column != null) {
                found.putIfAbsent(lower(name), column);
            }
        });
        this.columns = List.copyOf(found.values());
    }

    private Column base(Column column) {
        Column base = table.column(column.name());
        if (base == null) {
            throw new IllegalStateException(
                    "an index of " + table.name() + " holds what isn't there: " + column.name());
        }
        return base;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The base table's columns that a row is given in. */
    List<Column> columns() {
        return columns;
    }

    /** Where a column stands among {@link #columns}. */
    int position(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw new IllegalStateException("not read: " + column);
    }

    List<KeyValue> key(Rule rule, Row row) {
        return rule.columns().stream()
                .map(column -> row.key().get(position(column)))
                .toList();
    }

    // ---- writing ----

    /** The statements that add the entries of new rows. */
    List<Writes.Write> insert(List<Row> rows) {
        List<Writes.Write> writes = new ArrayList<>();
        for (GlobalIndex index : indexes) {
            Map<Integer, List<Row>> byPartition = new TreeMap<>();
            rows.forEach(row -> byPartition
                    .computeIfAbsent(partition(index, row), number -> new ArrayList<>())
                    .add(row));
            byPartition.forEach((number, some) -> insert(index, number, some, writes));
        }
        return writes;
    }

    private void insert(GlobalIndex index, int number, List<Row> rows, List<Writes.Write> writes) {
        Partition partition = index.stored().partitions().get(number);
        List<Integer> positions = positions(index);
        String head = "INSERT INTO " + Names.quoted(partition.schema(), partition.table()) + " ("
                + String.join(
                        ", ",
                        index.stored().columns().stream()
                                .map(column -> Names.quoted(column.name()))
                                .toList())
                + ") VALUES ";
        StringBuilder sql = new StringBuilder(head);
        for (Row row : rows) {
            if (sql.length() > head.length() && sql.length() >= batchBytes) {
                writes.add(new Writes.Write(partition.group(), sql.toString(), true));
                sql = new StringBuilder(head);
            }
            sql.append(sql.length() > head.length() ? ",(" : "(");
            for (int i = 0; i < positions.size(); i++) {
                sql.append(i == 0 ? "" : ",").append(row.literals().get(positions.get(i)));
            }
            sql.append(')');
        }
        writes.add(new Writes.Write(partition.group(), sql.toString(), true));
    }

    private List<Integer> positions(GlobalIndex index) {
        return index.stored().columns().stream()
                .map(column -> position(column.name()))
                .toList();
    }

    private int partition(GlobalIndex index, Row row) {
        Rule rule = index.stored().rule();
        if (rule == null) {
            throw new IllegalStateException("an index without a rule: " + index.name());
        }
        return rule.partition(key(rule, row));
    }

    /** The statements that take the entries of a row away, one for each index; each must find one. */
    List<Writes.Write> delete(Row row) {
        List<Writes.Write> writes = new ArrayList<>();
        indexes.forEach(index -> writes.add(delete(index, row)));
        return writes;
    }

    private Writes.Write delete(GlobalIndex index, Row row) {
        Partition partition = index.stored().partitions().get(partition(index, row));
        List<String> conditions = new ArrayList<>();
        for (String column : identity()) {
            conditions.add(condition(column, row));
        }
        return new Writes.Write(
                partition.group(),
                "DELETE FROM " + Names.quoted(partition.schema(), partition.table()) + " WHERE "
                        + String.join(" AND ", conditions) + " LIMIT 1",
                true);
    }

    /** What an entry must be changed to when a row changes: the old entries away, the new ones in, of the indexes that differ. */
    List<Writes.Write> change(Row before, Row after) {
        List<Writes.Write> writes = new ArrayList<>();
        for (GlobalIndex index : indexes) {
            boolean same = positions(index).stream()
                    .allMatch(at ->
                            before.literals().get(at).equals(after.literals().get(at)));
            if (!same) {
                writes.add(delete(index, before));
                insert(index, partition(index, after), List.of(after), writes);
            }
        }
        return writes;
    }

    /** @throws drds.error.SqlError if a deletion has found nothing */
    void check(List<Writes.Write> writes, Writes.Total total) {
        for (int i = 0; i < writes.size(); i++) {
            if (total.answers().get(i).affectedRows() == 0) {
                throw ErrorCode.INDEX_DISAGREES.with("of '" + table.name() + "'");
            }
        }
    }

    // ---- finding rows ----

    /** The columns that tell a row from all others: those of the identifying key, and the shard key's. */
    List<String> identity() {
        List<String> names = new ArrayList<>();
        Table.Key key = table.identifyingKey();
        if (key != null) {
            names.addAll(key.columns());
        }
        if (table.rule() != null) {
            for (String column : table.rule().columns()) {
                if (names.stream().noneMatch(column::equalsIgnoreCase)) {
                    names.add(column);
                }
            }
        }
        return names;
    }

    /** A column with the value that a row has. */
    String condition(String column, Row row) {
        int at = position(column);
        KeyValue value = row.key().get(at);
        String name = Names.quoted(column);
        if (value instanceof KeyValue.Null) {
            return name + " IS NULL";
        }
        return name + " = " + comparable(columns.get(at), value, row.literals().get(at));
    }

    /** A literal that is compared as what the column holds: {@code varchar_column = 5} would compare numbers. */
    private static String comparable(Column column, KeyValue value, String literal) {
        boolean text = column.characterSet() != null
                && !column.dataType().equals("enum")
                && !column.dataType().equals("set");
        return switch (value) {
            case KeyValue.Text(var characters, var weight) when text -> "_utf8mb4 X'" + hex(characters) + "'";
            case KeyValue.Int(var number) -> number.toString();
            case KeyValue.Other(var canonical) when column.dataType().equals("decimal") -> canonical;
            default -> literal;
        };
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** All the conditions of a key; null where one of its columns is NULL, which is equal to nothing. */
    @Nullable
    String condition(List<String> key, Row row) {
        List<String> conditions = new ArrayList<>();
        for (String column : key) {
            if (row.key().get(position(column)) instanceof KeyValue.Null) {
                return null;
            }
            conditions.add(condition(column, row));
        }
        return String.join(" AND ", conditions);
    }

    /** The row itself, in its partition. */
    String identityCondition(Row row) {
        return String.join(
                " AND ",
                identity().stream().map(column -> condition(column, row)).toList());
    }

    /** The partition of an index in which an entry with this key lies. */
    Partition place(GlobalIndex index, Row row) {
        return index.stored().partitions().get(partition(index, row));
    }
}
