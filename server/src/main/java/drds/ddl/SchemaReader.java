package drds.ddl;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads tables' columns and keys from an instance's information_schema, all tables in one question. */
final class SchemaReader {
    /** What a table consists of. */
    record Structure(List<Column> columns, List<Table.Key> keys) {}

    private final Work work;
    private final boolean mariaDb;

    SchemaReader(Work work) {
        this.work = work;
        this.mariaDb = text(work.rows("SELECT VERSION()").getFirst()[0]).contains("MariaDB");
    }

    /** By table name; tables that don't exist (and views) are absent. */
    Map<String, Structure> read(String schema, Collection<String> tables) {
        String where = " WHERE TABLE_SCHEMA = " + Definitions.literal(schema) + " AND TABLE_NAME IN ("
                + tables.stream().map(Definitions::literal).collect(Collectors.joining(", ")) + ")";
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        if (tables.isEmpty()) {
            return Map.of();
        }
        for (byte[] @Nullable [] row : work.rows(
                "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE,"
                        + " COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS" + where
                        + " ORDER BY TABLE_NAME, ORDINAL_POSITION")) {
            columns.computeIfAbsent(text(row[0]), name -> new ArrayList<>()).add(column(row));
        }
        Map<String, Map<String, Table.Key>> keys = new LinkedHashMap<>();
        for (byte[] @Nullable [] row : work.rows(
                "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS"
                        + where
                        + " ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', NON_UNIQUE, INDEX_NAME, SEQ_IN_INDEX")) {
            addKeyPart(keys.computeIfAbsent(text(row[0]), name -> new LinkedHashMap<>()), row);
        }
        Map<String, Structure> structures = new LinkedHashMap<>();
        columns.forEach((table, list) -> structures.put(
                table,
                new Structure(
                        List.copyOf(list),
                        List.copyOf(keys.getOrDefault(table, Map.of()).values()))));
        return structures;
    }

    private Column column(byte[] @Nullable [] row) {
        String extra = text(row[8]).toLowerCase(Locale.ROOT);
        boolean nullable = text(row[6]).equals("YES");
        int onUpdate = extra.indexOf("on update ");
        return new Column(
                text(row[1]),
                text(row[2]),
                text(row[3]).toLowerCase(Locale.ROOT),
                optional(row[4]),
                optional(row[5]),
                nullable,
                defaultExpression(optional(row[7]), nullable, text(row[3]), extra),
                extra.contains("auto_increment"),
                extra.contains("generated") && !extra.contains("default_generated"),
                extra.contains("invisible"),
                onUpdate < 0
                        ? null
                        : extra.substring(onUpdate + "on update ".length()).split(",")[0]);
    }

    /** MariaDB gives an expression; MySQL the bare value unless it was an expression. */
    private @Nullable String defaultExpression(@Nullable String value, boolean nullable, String type, String extra) {
        if (mariaDb) {
            return value;
        }
        if (value == null) {
            return nullable ? "NULL" : null;
        }
        boolean expression = extra.contains("default_generated") || type.equals("bit");
        return expression ? value : Definitions.literal(value);
    }

    private static void addKeyPart(Map<String, Table.Key> keys, byte[] @Nullable [] row) {
        String name = text(row[1]);
        Table.Key old = keys.get(name);
        List<String> columns = old == null ? new ArrayList<>() : new ArrayList<>(old.columns());
        if (row[3] != null) {
            columns.add(text(row[3]));
        }
        boolean prefixed = row[4] != null || row[3] == null || old != null && old.prefixed();
        keys.put(
                name,
                new Table.Key(name, text(row[2]).equals("0"), name.equals("PRIMARY"), List.copyOf(columns), prefixed));
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static @Nullable String optional(byte @Nullable [] bytes) {
        return bytes == null ? null : text(bytes);
    }
}
