package drds.session;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.parser.ParserModes;
import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Row counts and sizes of sharded tables, as the instances' statistics have them: sums over the partitions, which one query on
 * each instance tells.
 *
 * @param columns all columns of information_schema.TABLES in their order
 * @param sums by database and table; in the order of {@link #SUMMED}
 * @param nextNumbers what AUTO_INCREMENT columns of tables in several places get next
 */
record TableSizes(List<String> columns, Map<Name, long[]> sums, Map<Name, Long> nextNumbers) {
    private static final List<String> SUMMED = List.of("TABLE_ROWS", "DATA_LENGTH", "INDEX_LENGTH", "DATA_FREE");
    private static final String AVERAGE = "AVG_ROW_LENGTH";
    private static final String NEXT_NUMBER = "AUTO_INCREMENT";
    private static final Pattern ASKING = Pattern.compile(
            "TABLE_ROWS|DATA_LENGTH|INDEX_LENGTH|DATA_FREE|AVG_ROW_LENGTH|AUTO_INCREMENT|\\*|\\bTABLE\\s",
            Pattern.CASE_INSENSITIVE);

    record Name(String database, String table) {}

    private record Physical(String group, String schema, String table) {}

    /** Whether a statement with information_schema.TABLES in it may show what is summed here. */
    static boolean mayBeAsked(String statement) {
        return ASKING.matcher(statement).find();
    }

    /** @param numbers the next numbers of a database's tables */
    static TableSizes read(
            Catalog catalog,
            Backends backends,
            Collection<String> databases,
            Function<String, Map<String, Long>> numbers) {
        Map<Name, Long> nextNumbers = new HashMap<>();
        Map<Physical, Name> partitions = new HashMap<>();
        Map<String, Set<String>> schemas = new TreeMap<>();
        for (String name : databases) {
            Database database = catalog.database(name);
            if (database == null) {
                continue;
            }
            Map<String, Long> ofDatabase = numbered(database) ? numbers.apply(name) : Map.of();
            for (Table table : database.tables().values()) {
                Long next = ofDatabase.get(table.name());
                if (next != null && isNumbered(table)) {
                    nextNumbers.put(new Name(name, table.name()), next);
                }
                for (Partition partition : table.partitions()) {
                    partitions.put(
                            new Physical(partition.group(), partition.schema(), partition.table()),
                            new Name(name, table.name()));
                    schemas.computeIfAbsent(partition.group(), group -> new TreeSet<>())
                            .add(partition.schema());
                }
            }
        }
        Map<Name, long[]> sums = new HashMap<>();
        schemas.forEach((group, names) -> add(backends, group, names, partitions, sums));
        return new TableSizes(columns(catalog, backends), sums, nextNumbers);
    }

    private static boolean numbered(Database database) {
        return database.tables().values().stream().anyMatch(TableSizes::isNumbered);
    }

    private static boolean isNumbered(Table table) {
        return !table.isAtHome() && table.autoIncrementColumn() != null;
    }

    private static void add(
            Backends backends,
            String group,
            Set<String> schemas,
            Map<Physical, Name> partitions,
            Map<Name, long[]> sums) {
        String sql = "SELECT TABLE_SCHEMA, TABLE_NAME, "
                + SUMMED.stream().map(column -> "IFNULL(" + column + ", 0)").collect(Collectors.joining(", "))
                + " FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ("
                + schemas.stream().map(TableSizes::literal).collect(Collectors.joining(", ")) + ")";
        for (byte[] @Nullable [] row : rows(backends, group, sql)) {
            Name name = partitions.get(new Physical(group, text(row[0]), text(row[1])));
            if (name != null) {
                long[] sum = sums.computeIfAbsent(name, key -> new long[SUMMED.size()]);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += Long.parseLong(text(row[i + 2]));
                }
            }
        }
    }

    private static List<String> columns(Catalog catalog, Backends backends) {
        String sql = "SELECT COLUMN_NAME FROM information_schema.COLUMNS"
                + " WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'TABLES' ORDER BY ORDINAL_POSITION";
        return rows(backends, catalog.defaultGroup(), sql).stream()
                .map(row -> text(row[0]))
                .toList();
    }

    private static List<byte[] @Nullable []> rows(Backends backends, String group, String sql) {
        return Work.on(
                backends,
                group,
                SessionState.INITIAL.withVariable("character_set_results", "'utf8mb4'"),
                work -> work.rows(sql));
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    private static String literal(String text) {
        return SqlText.string(text, ParserModes.of(""));
    }

    /** information_schema.TABLES with the sums in the place of the faces' own numbers, up to its WHERE. */
    String select(ParserModes modes) {
        List<String> items = new ArrayList<>();
        for (String column : columns) {
            boolean known = column.equals(NEXT_NUMBER) ? !nextNumbers.isEmpty() : !sums.isEmpty();
            items.add(isChanged(column) && known ? exchanged(column, modes) : SqlText.identifier(column));
        }
        return "SELECT " + String.join(", ", items) + " FROM information_schema.TABLES";
    }

    private static boolean isChanged(String column) {
        return SUMMED.contains(column) || column.equals(AVERAGE) || column.equals(NEXT_NUMBER);
    }

    private String exchanged(String column, ParserModes modes) {
        StringBuilder sql = new StringBuilder("CAST(CASE");
        Map<Name, Long> values = new HashMap<>(nextNumbers);
        if (!column.equals(NEXT_NUMBER)) {
            values.clear();
            sums.forEach((name, sum) -> values.put(name, value(column, sum)));
        }
        values.forEach((name, value) -> sql.append(" WHEN TABLE_SCHEMA = ")
                .append(SqlText.string(name.database(), modes))
                .append(" AND TABLE_NAME = ")
                .append(SqlText.string(name.table(), modes))
                .append(" THEN ")
                .append(value));
        return sql.append(" ELSE ")
                .append(column)
                .append(" END AS UNSIGNED) AS ")
                .append(column)
                .toString();
    }

    private static long value(String column, long[] sum) {
        if (column.equals(AVERAGE)) {
            return sum[0] == 0 ? 0 : sum[1] / sum[0];
        }
        return sum[SUMMED.indexOf(column)];
    }

    /** The rows of SHOW TABLE STATUS with the sums in them. */
    MemoryResult in(String database, MemoryResult status) {
        List<byte[] @Nullable []> rows = new ArrayList<>();
        for (int i = 0; i < status.rows().size(); i++) {
            byte[] @Nullable [] row = status.rows().get(i);
            Name name = new Name(database, String.valueOf(status.text(i, 0)));
            long[] sum = sums.get(name);
            byte[] @Nullable [] summed = sum == null ? row : exchanged(status, row, sum);
            Long next = nextNumbers.get(name);
            rows.add(next == null ? summed : withNext(status, summed, next));
        }
        return new MemoryResult(status.columns(), rows);
    }

    private static byte[] @Nullable [] withNext(MemoryResult status, byte[] @Nullable [] row, long next) {
        byte[] @Nullable [] changed = row.clone();
        for (int i = 0; i < changed.length; i++) {
            if (status.columns().get(i).name().equalsIgnoreCase(NEXT_NUMBER)) {
                changed[i] = Long.toString(next).getBytes(StandardCharsets.UTF_8);
            }
        }
        return changed;
    }

    private static byte[] @Nullable [] exchanged(MemoryResult status, byte[] @Nullable [] row, long[] sum) {
        byte[] @Nullable [] changed = row.clone();
        for (int i = 0; i < changed.length; i++) {
            String heading = status.columns().get(i).name().toUpperCase(Locale.ROOT);
            String column = heading.equals("ROWS") ? "TABLE_ROWS" : heading;
            if (isChanged(column) && !column.equals(NEXT_NUMBER)) {
                changed[i] = Long.toString(value(column, sum)).getBytes(StandardCharsets.UTF_8);
            }
        }
        return changed;
    }
}
