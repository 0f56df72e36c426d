package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.planner.Plan.Input;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a table that a statement changes: it has all that the face has, and beside it stands what it was before. Gives the
 * SQL that finds what has changed.
 */
final class RehearsedTable implements Copy {
    private final Input input;
    private final int number;
    private final boolean onFace;
    private final Table table;
    private final List<Column> stored;
    private final List<LoadedColumn> loaded;
    private final List<Column> identity;
    private final List<Column> placing;
    private final String name;
    private final String fresh;
    private final String before;
    private @Nullable String definition;

    /**
     * @param number tells the tables of a statement apart
     * @param onFace whether the face itself holds the copy, until its transaction is rolled back
     */
    RehearsedTable(Input input, int number, boolean onFace) {
        this.onFace = onFace;
        this.input = input;
        this.number = number;
        this.table = input.table();
        this.stored = columns(input.columns());
        this.loaded = stored.stream().map(LoadedColumn::of).toList();
        this.identity = columns(identifying());
        this.placing = columns(placingColumns());
        this.name = Names.quoted(input.database(), table.name());
        this.fresh = Names.quoted(input.database(), "drds new " + number);
        this.before = Names.quoted(input.database(), "drds before " + number);
    }

    /** The same table, with rows to copy from other places. */
    RehearsedTable from(List<Input.Source> sources) {
        var same = new RehearsedTable(new Input(input.database(), table, input.columns(), sources), number, onFace);
        same.definition = definition;
        return same;
    }

    private List<Column> columns(Iterable<String> names) {
        List<Column> columns = new ArrayList<>();
        for (String wanted : names) {
            Column column = table.column(wanted);
            if (column == null) {
                throw new IllegalStateException("no column " + wanted + " in " + table.name());
            }
            columns.add(column);
        }
        return columns;
    }

    /** The columns of the primary key or of a unique key without NULL; none if the table has neither. */
    private List<String> identifying() {
        for (Table.Key key : table.keys()) {
            boolean whole = key.primary() || key.unique() && !key.prefixed();
            if (whole && columns(key.columns()).stream().noneMatch(Column::nullable)) {
                return key.columns();
            }
        }
        return List.of();
    }

    /** The columns whose change makes a row another one in its place: those of the rule and of the unique keys. */
    private Set<String> placingColumns() {
        Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Rule rule = table.rule();
        if (rule != null) {
            columns.addAll(rule.columns());
        }
        for (Table.Key key : table.keys()) {
            if (key.unique()) {
                columns.addAll(key.columns());
            }
        }
        identity.forEach(column -> columns.remove(column.name()));
        return columns;
    }

    String name() {
        return name;
    }

    /** The table of its rows before the statement. */
    String before() {
        return before;
    }

    Table table() {
        return table;
    }

    String database() {
        return input.database();
    }

    List<Column> identity() {
        return identity;
    }

    List<Column> stored() {
        return stored;
    }

    @Override
    public Input input() {
        return input;
    }

    @Override
    public Lock lock() {
        return Lock.UPDATE;
    }

    @Override
    public List<LoadedColumn> columns() {
        return loaded;
    }

    /** The copy is made by this definition, since none can be made LIKE the face. */
    void define(String body) {
        definition = body;
    }

    /** A temporary table may not be made LIKE a table of its own name, but it may be renamed to it. */
    @Override
    public List<String> beforeLoading() {
        String like = definition == null ? " LIKE " + name : definition;
        if (onFace) {
            return List.of("CREATE TEMPORARY TABLE " + before + like, "START TRANSACTION");
        }
        if (definition != null) {
            return List.of(
                    "CREATE TEMPORARY TABLE " + before + definition, "CREATE TEMPORARY TABLE " + name + definition);
        }
        if (table.kind() == Table.Kind.TEMPORARY) {
            // It has no face: it was made from its definition.
            return List.of("CREATE TEMPORARY TABLE " + before + " LIKE " + name);
        }
        return List.of(
                "CREATE TEMPORARY TABLE " + before + " LIKE " + name,
                "CREATE TEMPORARY TABLE " + fresh + " LIKE " + name,
                "ALTER TABLE " + fresh + " RENAME TO " + name);
    }

    @Override
    public List<String> afterLoading() {
        return List.of();
    }

    /** Keeps what the table is now, to compare with later. */
    String remember() {
        return "INSERT INTO " + before + " (" + names() + ") SELECT " + names() + " FROM " + name;
    }

    private String names() {
        return stored.stream().map(column -> Names.quoted(column.name())).collect(Collectors.joining(", "));
    }

    @Override
    public String insertHead() {
        return "INSERT INTO " + name + " (" + names() + ") VALUES ";
    }

    // ---- what has changed ----

    /**
     * The rows that are gone or, with other {@link #placing} columns, other rows now. Columns: the old row's place, the new
     * row's place, whether there is no new one, whether there is no old one, whether values of unique keys have changed, the old
     * row's identity. Of a table without an identity: the row's place and all stored columns.
     */
    String gone(RowPlaces places) {
        if (identity.isEmpty()) {
            return "SELECT " + exactly("", places) + " FROM " + before + " EXCEPT ALL SELECT " + exactly("", places)
                    + " FROM " + name;
        }
        return "SELECT " + items(Stream.concat(placeItems(places), loaded(identity, "b."))) + " FROM " + before
                + " b LEFT JOIN " + name + " a ON " + sameIdentity() + " WHERE " + first("a.") + " IS NULL"
                + (placing.isEmpty() ? "" : " OR " + different(placing));
    }

    /** The rows that have other values than before, with the columns of {@link #gone} and then all stored ones. */
    String changed(RowPlaces places) {
        return "SELECT " + items(Stream.concat(placeItems(places), loaded(stored, "a."))) + " FROM " + before
                + " b JOIN " + name + " a ON " + sameIdentity() + " WHERE " + different(stored);
    }

    /** The rows that weren't there or were in another place, with the columns as for {@link #changed}. */
    String come(RowPlaces places) {
        if (identity.isEmpty()) {
            return "SELECT " + exactly("", places) + " FROM " + name + " EXCEPT ALL SELECT " + exactly("", places)
                    + " FROM " + before;
        }
        return "SELECT " + items(Stream.concat(placeItems(places), loaded(stored, "a."))) + " FROM " + name
                + " a LEFT JOIN " + before + " b ON " + sameIdentity() + " WHERE " + first("b.") + " IS NULL"
                + (placing.isEmpty() ? "" : " OR " + different(placing));
    }

    /** Rows as they were whose entries in global indexes go. @param held all that the indexes hold of a row */
    String entriesGone(StoredValues values, List<Column> held) {
        return "SELECT " + values.items("b.") + " FROM " + before + " b LEFT JOIN " + name + " a ON " + sameIdentity()
                + " WHERE " + first("a.") + " IS NULL OR " + different(held);
    }

    /** Rows as they are whose entries come. */
    String entriesCome(StoredValues values, List<Column> held) {
        return "SELECT " + values.items("a.") + " FROM " + name + " a LEFT JOIN " + before + " b ON " + sameIdentity()
                + " WHERE " + first("b.") + " IS NULL OR " + different(held);
    }

    private Stream<String> placeItems(RowPlaces places) {
        List<Column> unique =
                placing.stream().filter(column -> !places.decides(column)).toList();
        return Stream.of(
                        places.items("b.").stream(),
                        places.items("a.").stream(),
                        Stream.of(first("a.") + " IS NULL", first("b.") + " IS NULL"),
                        Stream.of(unique.isEmpty() ? "0" : different(unique)))
                .flatMap(items -> items);
    }

    private String first(String qualifier) {
        return qualifier + Names.quoted(identity.getFirst().name());
    }

    private static Stream<String> loaded(List<Column> columns, String qualifier) {
        return columns.stream().map(column -> LoadedColumn.of(column, qualifier).selectItem());
    }

    private static String items(Stream<String> items) {
        return items.collect(Collectors.joining(", "));
    }

    /** All columns so that only equal bytes are equal. */
    private String exactly(String qualifier, RowPlaces places) {
        return items(Stream.concat(
                places.items(qualifier).stream(), stored.stream().map(column -> {
                    String item = LoadedColumn.of(column, qualifier).selectItem();
                    return column.characterSet() == null ? item : "CAST(" + item + " AS BINARY)";
                })));
    }

    private String sameIdentity() {
        return identity.stream()
                .map(column -> "a." + Names.quoted(column.name()) + " = b." + Names.quoted(column.name()))
                .collect(Collectors.joining(" AND "));
    }

    private static String different(List<Column> columns) {
        return columns.stream().map(RehearsedTable::same).collect(Collectors.joining(" AND ", "NOT (", ")"));
    }

    private static String same(Column column) {
        String quoted = Names.quoted(column.name());
        return column.characterSet() == null
                ? "a." + quoted + " <=> b." + quoted
                : "BINARY a." + quoted + " <=> BINARY b." + quoted;
    }

    /** The AUTO_INCREMENT column's greatest new number; null without such a column. */
    @Nullable
    String greatestNumber() {
        Column column = table.autoIncrementColumn();
        return column == null ? null : "SELECT MAX(" + Names.quoted(column.name()) + ") FROM " + name;
    }
}
