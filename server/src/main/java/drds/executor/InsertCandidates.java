package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Partition;
import drds.mysql.TextRow;
import drds.planner.Plan;
import drds.planner.Plan.Input;
import drds.transaction.Work;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows that an INSERT brings, tried out in a table without keys: they tell how many numbers must be generated and which rows
 * of the table can have the same unique keys.
 */
final class InsertCandidates {
    /** Of more candidates the keys aren't listed: the whole table is copied. */
    private static final int MOST = 5000;

    private final Execution execution;
    private final Backend scratch;
    private final RehearsedTable target;
    private final Table table;
    private final String name;

    InsertCandidates(Execution execution, Backend scratch, RehearsedTable target) {
        this.execution = execution;
        this.scratch = scratch;
        this.target = target;
        this.table = target.table();
        this.name = Names.quoted(target.database(), "drds candidates");
    }

    /**
     * Evaluates the rows. What is wrong with them the statement itself will tell.
     *
     * @param state the statement's
     * @return how many numbers they want
     */
    long read(Plan.Candidates candidates, SessionState state) {
        scratch.use(state);
        Work work = new Work(scratch);
        work.execute("CREATE TEMPORARY TABLE " + name + " AS SELECT " + names(target.stored()) + " FROM "
                + target.name() + " LIMIT 0");
        work.execute("INSERT IGNORE INTO " + name + " ("
                + candidates.columns().stream().map(Names::quoted).collect(Collectors.joining(", ")) + ") "
                + candidates.source());
        Column numbered = table.autoIncrementColumn();
        return numbered == null
                ? 0
                : number("SELECT COUNT(*) FROM " + name + " WHERE " + Names.quoted(numbered.name()) + " = 0");
    }

    /** The greatest number that a row gives itself, 0 if there is none. */
    long greatestNumber() {
        Column numbered = table.autoIncrementColumn();
        return numbered == null ? 0 : number("SELECT MAX(" + Names.quoted(numbered.name()) + ") FROM " + name);
    }

    private long number(String query) {
        byte[] count = new Work(scratch).column(query).getFirst();
        return count == null ? 0 : Long.parseLong(new String(count, StandardCharsets.US_ASCII));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(column -> Names.quoted(column.name())).collect(Collectors.joining(", "));
    }

    /** Where the rows are that have a unique key in common with one that comes. */
    List<Input.Source> meeting() {
        List<Table.Key> unique = table.keys().stream().filter(Table.Key::unique).toList();
        boolean listed = unique.stream().allMatch(this::isListed) && number("SELECT COUNT(*) FROM " + name) <= MOST;
        Map<Integer, List<String>> conditions = new TreeMap<>();
        for (Table.Key key : unique) {
            if (listed) {
                conditionsOf(key)
                        .forEach((place, condition) -> conditions
                                .computeIfAbsent(place, p -> new ArrayList<>())
                                .add(condition));
            }
        }
        List<Input.Source> sources = new ArrayList<>();
        for (int place : everyPlace()) {
            String where = listed && conditions.containsKey(place) ? String.join(" OR ", conditions.get(place)) : null;
            if (!listed || where != null) {
                sources.add(source(place, where));
            }
        }
        return sources;
    }

    /** Whether the key's values can be read from the candidates. */
    private boolean isListed(Table.Key key) {
        return !key.prefixed()
                && key.columns().stream().allMatch(column -> {
                    Column definition = table.column(column);
                    return definition != null && !definition.generated();
                });
    }

    private List<Integer> everyPlace() {
        return table.kind() == Table.Kind.SHARDED
                ? table.partitions().stream().map(Partition::index).toList()
                : List.of(RowPlaces.NO_PARTITION);
    }

    private Input.Source source(int place, @Nullable String where) {
        if (place == RowPlaces.NO_PARTITION) {
            return new Input.Source(execution.catalog().defaultGroup(), place, target.name(), where);
        }
        Partition partition = table.partitions().get(place);
        return new Input.Source(partition.group(), place, Names.quoted(partition.schema(), partition.table()), where);
    }

    /** The condition for each place: for all places where the key does not tell the place. */
    private Map<Integer, String> conditionsOf(Table.Key key) {
        List<Column> columns = target.stored().stream()
                .filter(column -> key.columns().stream().anyMatch(column.name()::equalsIgnoreCase))
                .toList();
        RowPlaces places = new RowPlaces(table, execution.keys().collations());
        boolean placed = columns.containsAll(places.columns());
        List<String> items = new ArrayList<>(placed ? places.items("") : List.of());
        int first = items.size();
        columns.forEach(column -> items.add(StoredValues.literalItem(column, Names.quoted(column.name()))));
        Map<Integer, List<String>> values = new TreeMap<>();
        var rows = scratch.query("SELECT DISTINCT " + String.join(", ", items) + " FROM " + name);
        TextRow view = new TextRow();
        for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
            try {
                view.reset(row, items.size());
                String value = values(view, first, columns);
                if (value == null) {
                    continue;
                }
                List<Integer> where = placed ? List.of(places.place(view, 0)) : everyPlace();
                where.forEach(place ->
                        values.computeIfAbsent(place, p -> new ArrayList<>()).add(value));
            } finally {
                row.release();
            }
        }
        Map<Integer, String> conditions = new TreeMap<>();
        values.forEach((place, list) ->
                conditions.put(place, "(" + names(columns) + ") IN (" + String.join(", ", list) + ")"));
        return conditions;
    }

    /** The key's values as SQL; null if one is NULL, which equals nothing. */
    private static @Nullable String values(TextRow view, int first, List<Column> columns) {
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            byte[] value = view.bytes(first + i);
            if (value == null) {
                return null;
            }
            literals.add(StoredValues.literal(columns.get(i), new String(value, StandardCharsets.UTF_8)));
        }
        String list = String.join(", ", literals);
        return literals.size() == 1 ? list : "(" + list + ")";
    }
}
