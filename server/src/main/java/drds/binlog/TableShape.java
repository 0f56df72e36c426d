package drds.binlog;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a physical table to carry its rows elsewhere.
 *
 * @param columns all of them in the table's order, which is that of the row images
 * @param key the places in {@code columns} of the key that tells rows apart
 * @param loose whether no index of the table keeps two rows from having that key, which may hold NULLs then
 */
public record TableShape(String schema, String name, List<Column> columns, List<Integer> key, boolean loose) {
    public TableShape {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** How a column's values are written so that they come back exactly as they were. */
    public enum Kind {
        SIGNED,
        UNSIGNED,
        /** Text of the server's FLOAT loses digits: read as DOUBLE. */
        FLOAT,
        DOUBLE,
        DECIMAL,
        /** BIT, ENUM and SET by their numbers. */
        NUMBER,
        TEMPORAL,
        TEXT,
        BYTES,
        /** Addresses: stored as bytes, shown as text. */
        ADDRESS
    }

    /**
     * @param charset of TEXT, else empty
     * @param length in bytes of what has always the same (BINARY and addresses), else 0
     * @param generated the instance computes it: never written
     */
    public record Column(String name, Kind kind, String charset, int length, boolean generated) {}

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "year");
    private static final Set<String> TEMPORALS = Set.of("date", "time", "datetime", "timestamp");
    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json");
    private static final Set<String> BYTES = Set.of(
            "binary",
            "varbinary",
            "tinyblob",
            "blob",
            "mediumblob",
            "longblob",
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection",
            "geomcollection");

    private static final Pattern FIXED = Pattern.compile("^binary\\((\\d+)\\)");

    /**
     * @param dataType as information_schema.COLUMNS has it
     * @param columnType COLUMN_TYPE
     * @return null for a type whose values can't be carried exactly
     */
    public static @Nullable Column column(
            String name, String dataType, String columnType, @Nullable String charset, boolean generated) {
        String type = dataType.toLowerCase(Locale.ROOT);
        String whole = columnType.toLowerCase(Locale.ROOT);
        if (whole.contains("compressed")) {
            return null;
        }
        if (TEXTS.contains(type)) {
            return charset == null ? null : new Column(name, Kind.TEXT, charset, 0, generated);
        }
        Kind kind = null;
        int length = 0;
        if (INTEGERS.contains(type)) {
            kind = whole.contains("unsigned") || type.equals("year") ? Kind.UNSIGNED : Kind.SIGNED;
        } else if (TEMPORALS.contains(type)) {
            kind = Kind.TEMPORAL;
        } else if (BYTES.contains(type)) {
            kind = Kind.BYTES;
            Matcher fixed = FIXED.matcher(whole);
            length = fixed.find() ? Integer.parseInt(fixed.group(1)) : 0;
        } else {
            switch (type) {
                case "float" -> kind = Kind.FLOAT;
                case "double" -> kind = Kind.DOUBLE;
                case "decimal" -> kind = Kind.DECIMAL;
                case "bit", "enum", "set" -> kind = Kind.NUMBER;
                case "inet4" -> {
                    kind = Kind.ADDRESS;
                    length = 4;
                }
                case "inet6" -> {
                    kind = Kind.ADDRESS;
                    length = 16;
                }
                default -> {}
            }
        }
        return kind == null ? null : new Column(name, kind, "", length, generated);
    }
}
