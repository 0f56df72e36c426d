package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.planner.Plan.SortKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How rows compare by some of their columns: as MySQL orders them, NULL before everything else. Which comparison serves is told
 * by the columns' definitions, so it is made when the first answer is there.
 */
public final class RowOrder {
    private final Part[] parts;

    private RowOrder(Part[] parts) {
        this.parts = parts;
    }

    /** One key: where it is and how it compares. */
    private record Part(int column, Kind kind, boolean descending) {}

    private enum Kind {
        SIGNED,
        UNSIGNED,
        DECIMAL,
        DOUBLE,
        TIME,
        BYTES
    }

    /**
     * @return empty if DRDS can't compare one of the columns as MySQL does (ENUM and SET by their numbers, FLOAT in the text
     *     protocol, text without its weight)
     */
    public static Optional<RowOrder> of(List<SortKey> keys, List<ColumnDefinition> columns, boolean binaryRows) {
        return of(keys, columns, binaryRows, false);
    }

    /** How MIN and MAX compare: ENUM and SET by their texts. */
    static Optional<RowOrder> ofExtreme(
            int column, int weightColumn, List<ColumnDefinition> columns, boolean binaryRows) {
        return of(List.of(new SortKey(column, weightColumn, false)), columns, binaryRows, true);
    }

    private static Optional<RowOrder> of(
            List<SortKey> keys, List<ColumnDefinition> columns, boolean binaryRows, boolean countedAsText) {
        Part[] parts = new Part[keys.size()];
        for (int i = 0; i < parts.length; i++) {
            SortKey key = keys.get(i);
            ColumnDefinition column = columns.get(key.column());
            boolean text = isText(column, countedAsText);
            Kind kind = text ? null : kind(column, binaryRows);
            if (kind != null) {
                parts[i] = new Part(key.column(), kind, key.descending());
            } else if (text && key.weightColumn() >= 0) {
                parts[i] = new Part(key.weightColumn(), Kind.BYTES, key.descending());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new RowOrder(parts));
    }

    /** Whether the order of the column is that of its WEIGHT_STRING. */
    private static boolean isText(ColumnDefinition column, boolean countedAsText) {
        boolean counted = !countedAsText && (column.flags() & (FieldType.ENUM_FLAG | FieldType.SET_FLAG)) != 0;
        return switch (column.type()) {
            case FieldType.VARCHAR,
                    FieldType.VAR_STRING,
                    FieldType.STRING,
                    FieldType.TINY_BLOB,
                    FieldType.BLOB,
                    FieldType.MEDIUM_BLOB,
                    FieldType.LONG_BLOB -> !counted;
            default -> false;
        };
    }

    private static @Nullable Kind kind(ColumnDefinition column, boolean binaryRows) {
        return switch (column.type()) {
            case FieldType.TINY, FieldType.SHORT, FieldType.INT24, FieldType.LONG, FieldType.YEAR -> Kind.SIGNED;
            case FieldType.LONGLONG -> column.unsigned() ? Kind.UNSIGNED : Kind.SIGNED;
            case FieldType.DECIMAL, FieldType.NEWDECIMAL -> Kind.DECIMAL;
            case FieldType.DOUBLE -> Kind.DOUBLE;
            case FieldType.FLOAT -> binaryRows ? Kind.DOUBLE : null;
            case FieldType.TIME -> Kind.TIME;
            case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP, FieldType.BIT, FieldType.NULL -> Kind.BYTES;
            default -> null;
        };
    }

    public boolean isEmpty() {
        return parts.length == 0;
    }

    /** What {@link #compare} needs of a row, read once. */
    public @Nullable Object[] keyOf(Row row) {
        Object[] key = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            byte[] text = row.text(parts[i].column);
            key[i] = text == null ? null : decode(parts[i].kind, text);
        }
        return key;
    }

    private static Object decode(Kind kind, byte[] text) {
        return switch (kind) {
            case SIGNED -> Long.parseLong(ascii(text));
            case UNSIGNED -> Long.parseUnsignedLong(ascii(text));
            case DECIMAL -> new BigDecimal(ascii(text));
            case DOUBLE -> Double.parseDouble(ascii(text)) + 0.0;
            case TIME -> micros(ascii(text));
            case BYTES -> text;
        };
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** A TIME such as {@code -838:59:59.000001} as microseconds. */
    static long micros(String time) {
        boolean negative = time.startsWith("-");
        String[] parts = (negative ? time.substring(1) : time).split(":");
        long seconds = Long.parseLong(parts[0]) * 3600 + Long.parseLong(parts[1]) * 60;
        long micros = new BigDecimal(parts[2]).movePointRight(6).longValue() + seconds * 1_000_000;
        return negative ? -micros : micros;
    }

    /** Compares two keys that {@link #keyOf} read. */
    public int compare(@Nullable Object[] a, @Nullable Object[] b) {
        for (int i = 0; i < parts.length; i++) {
            int result = compare(parts[i].kind, a[i], b[i]);
            if (result != 0) {
                return parts[i].descending ? -result : result;
            }
        }
        return 0;
    }

    private static int compare(Kind kind, @Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == b ? 0 : a == null ? -1 : 1;
        }
        return switch (kind) {
            case SIGNED, TIME -> Long.compare((Long) a, (Long) b);
            case UNSIGNED -> Long.compareUnsigned((Long) a, (Long) b);
            case DECIMAL -> ((BigDecimal) a).compareTo((BigDecimal) b);
            case DOUBLE -> Double.compare((Double) a, (Double) b);
            case BYTES -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
        };
    }
}
