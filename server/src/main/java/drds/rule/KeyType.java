package drds.rule;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The type of a shard-key column.
 *
 * @param columnType information_schema's COLUMN_TYPE in lower case, such as {@code int(10) unsigned}
 * @param characterSet null for types without one
 * @param collation null for types without one
 * @param kind what the conversions and functions need to know of it
 */
public record KeyType(
        String columnType,
        @Nullable String characterSet,
        @Nullable String collation,
        Kind kind) {

    private static final Pattern SHAPE = Pattern.compile("([a-z0-9_]+)\\s*(?:\\(([^)]*)\\))?(.*)", Pattern.DOTALL);

    public static final KeyType BIGINT = of("bigint(20)", null, null);
    public static final KeyType INT = of("int(11)", null, null);
    public static final KeyType DATE = of("date", null, null);
    public static final KeyType DATETIME = of("datetime", null, null);

    /** The families of types that keys can have. */
    public sealed interface Kind {
        /** TINYINT to BIGINT. */
        record Integer(BigInteger min, BigInteger max) implements Kind {}

        record Year() implements Kind {}

        record Bit(int bits) implements Kind {}

        record Decimal(int precision, int scale, boolean unsigned) implements Kind {}

        record Date() implements Kind {}

        record DateTime(int fractionDigits) implements Kind {}

        /** Its key values are in UTC, since what lies in a partition can't depend on a session's time zone. */
        record Timestamp(int fractionDigits) implements Kind {}

        /** @param fixed CHAR, whose trailing spaces aren't stored */
        record Text(long maxCharacters, boolean fixed) implements Kind {}

        /** @param fixed BINARY, which is filled up with zero bytes */
        record Binary(long maxBytes, boolean fixed) implements Kind {}

        /** FLOAT, DOUBLE, TIME, ENUM, SET, JSON, UUID and so on: values come only from an instance. */
        record Opaque() implements Kind {}
    }

    /** @param columnType as in information_schema's COLUMN_TYPE; case and length may vary */
    public static KeyType of(String columnType, @Nullable String characterSet, @Nullable String collation) {
        String type = columnType.toLowerCase(Locale.ROOT).strip();
        Matcher matcher = SHAPE.matcher(type);
        if (!matcher.matches()) {
            return new KeyType(type, characterSet, collation, new Kind.Opaque());
        }
        boolean unsigned =
                matcher.group(3).contains("unsigned") || matcher.group(3).contains("zerofill");
        Kind kind = kind(matcher.group(1), matcher.group(2), unsigned);
        boolean binaryText = kind instanceof Kind.Text && "binary".equals(characterSet);
        if (binaryText && kind instanceof Kind.Text text) {
            kind = new Kind.Binary(text.maxCharacters(), text.fixed());
        }
        return new KeyType(type, characterSet, collation, kind);
    }

    private static Kind kind(String name, @Nullable String length, boolean unsigned) {
        return switch (name) {
            case "tinyint", "bool", "boolean", "int1" -> integer(8, unsigned);
            case "smallint", "int2" -> integer(16, unsigned);
            case "mediumint", "int3", "middleint" -> integer(24, unsigned);
            case "int", "integer", "int4" -> integer(32, unsigned);
            case "bigint", "int8" -> integer(64, unsigned);
            case "year" -> new Kind.Year();
            case "bit" -> new Kind.Bit(number(length, 0, 1));
            case "decimal", "numeric", "dec", "fixed" ->
                new Kind.Decimal(number(length, 0, 10), number(length, 1, 0), unsigned);
            case "date" -> new Kind.Date();
            case "datetime" -> new Kind.DateTime(number(length, 0, 0));
            case "timestamp" -> new Kind.Timestamp(number(length, 0, 0));
            case "char" -> new Kind.Text(number(length, 0, 1), true);
            case "varchar" -> new Kind.Text(number(length, 0, 65535), false);
            case "tinytext" -> new Kind.Text(255 / 4, false);
            case "text" -> new Kind.Text(65535 / 4, false);
            case "mediumtext", "longtext" -> new Kind.Text(16777215 / 4, false);
            case "binary" -> new Kind.Binary(number(length, 0, 1), true);
            case "varbinary" -> new Kind.Binary(number(length, 0, 65535), false);
            case "tinyblob" -> new Kind.Binary(255, false);
            case "blob" -> new Kind.Binary(65535, false);
            case "mediumblob", "longblob" -> new Kind.Binary(16777215, false);
            default -> new Kind.Opaque();
        };
    }

    private static Kind integer(int bits, boolean unsigned) {
        BigInteger span = BigInteger.ONE.shiftLeft(bits);
        BigInteger half = BigInteger.ONE.shiftLeft(bits - 1);
        return unsigned
                ? new Kind.Integer(BigInteger.ZERO, span.subtract(BigInteger.ONE))
                : new Kind.Integer(half.negate(), half.subtract(BigInteger.ONE));
    }

    private static int number(@Nullable String list, int position, int fallback) {
        if (list == null) {
            return fallback;
        }
        String[] parts = list.split(",");
        return position < parts.length ? Integer.parseInt(parts[position].strip()) : fallback;
    }

    public boolean isInteger() {
        return kind instanceof Kind.Integer || kind instanceof Kind.Year || kind instanceof Kind.Bit;
    }

    public boolean isText() {
        return kind instanceof Kind.Text || kind instanceof Kind.Binary;
    }

    public boolean isTime() {
        return kind instanceof Kind.Date || kind instanceof Kind.DateTime || kind instanceof Kind.Timestamp;
    }

    /** Whether equal values of both types are equal {@link KeyValue}s: what a join needs to stay in its partition. */
    public boolean comparesLike(KeyType that) {
        if (isText() && that.isText()) {
            return (collation == null ? "binary" : collation).equals(that.collation == null ? "binary" : that.collation)
                    && kind.getClass() == that.kind.getClass();
        }
        if (isInteger() && that.isInteger()) {
            return kind instanceof Kind.Bit == that.kind instanceof Kind.Bit;
        }
        if (isTime() && that.isTime()) {
            return kind instanceof Kind.Timestamp == that.kind instanceof Kind.Timestamp;
        }
        if (kind instanceof Kind.Decimal && that.kind instanceof Kind.Decimal) {
            return true;
        }
        return columnType.equals(that.columnType) && !columnType.startsWith("enum") && !columnType.startsWith("set");
    }
}
