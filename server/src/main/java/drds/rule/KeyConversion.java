package drds.rule;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From constants in statements to key values, wherever it is certain what MySQL does; an empty result means: ask an
 * instance ({@link KeyQuestion}) to write, don't prune to read.
 *
 * @param collations the collations whose weights are known
 * @param zone the session's time zone where it is a fixed offset; null makes TIMESTAMP columns uncertain
 * @param texts which texts come to a column as they are written; others are uncertain
 */
public record KeyConversion(Collations collations, @Nullable ZoneOffset zone, Texts texts) {
    /** By the character sets of the connection, through which constants go on their way. */
    public enum Texts {
        ALL,
        /** Those without characters that take four bytes in UTF-8. */
        THREE_BYTES,
        ASCII;

        boolean has(String text) {
            return switch (this) {
                case ALL -> true;
                case THREE_BYTES -> text.chars().noneMatch(c -> Character.isSurrogate((char) c));
                case ASCII -> text.chars().allMatch(c -> c < 128);
            };
        }
    }

    /** For a connection in utf8mb4. */
    public KeyConversion(Collations collations, @Nullable ZoneOffset zone) {
        this(collations, zone, Texts.ALL);
    }

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,14}");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
    private static final int DOUBLE_DIGITS = 15;

    /** What the column holds after the constant was inserted or assigned (in strict and in lax modes alike). */
    public Optional<KeyValue> stored(KeyLiteral literal, KeyType type) {
        if (literal instanceof KeyLiteral.Null) {
            return Optional.of(new KeyValue.Null());
        }
        return switch (type.kind()) {
            case KeyType.Kind.Integer(var min, var max) ->
                whole(literal)
                        .filter(v -> v.compareTo(min) >= 0 && v.compareTo(max) <= 0)
                        .map(KeyValue.Int::new);
            case KeyType.Kind.Year() -> year(literal);
            case KeyType.Kind.Bit(var bits) ->
                bit(literal).filter(v -> v.bitLength() <= bits).map(KeyValue.Int::new);
            case KeyType.Kind.Decimal(var precision, var scale, var unsigned) ->
                exact(literal).filter(v -> fits(v, precision, scale, unsigned)).map(KeyConversion::decimal);
            case KeyType.Kind.Date() ->
                time(literal)
                        .filter(t -> t.equals(t.toLocalDate().atStartOfDay()))
                        .map(KeyValue.Time::new);
            case KeyType.Kind.DateTime(var digits) ->
                time(literal).filter(t -> hasFraction(t, digits)).map(KeyValue.Time::new);
            case KeyType.Kind.Timestamp(var digits) ->
                time(literal).filter(t -> hasFraction(t, digits)).flatMap(this::utc);
            case KeyType.Kind.Text(var max, var fixed) ->
                storedText(literal)
                        .filter(texts::has)
                        .filter(t -> t.codePointCount(0, t.length()) <= max)
                        .map(t -> fixed ? cutSpaces(t) : t)
                        .flatMap(t -> text(t, type));
            case KeyType.Kind.Binary(var max, var fixed) ->
                bytes(literal)
                        .filter(b -> b.length <= max)
                        .map(b -> binary(fixed ? java.util.Arrays.copyOf(b, (int) max) : b));
            case KeyType.Kind.Opaque() -> Optional.empty();
        };
    }

    /**
     * The one value that a row's column can have if {@code column = constant} is true. The comparison is under the column's
     * own collation: the caller doesn't ask where a COLLATE or CONVERT stands in the condition.
     */
    public Optional<KeyValue> compared(KeyLiteral literal, KeyType type) {
        if (literal instanceof KeyLiteral.Null) {
            return Optional.of(new KeyValue.Null());
        }
        return switch (type.kind()) {
            case KeyType.Kind.Integer(var min, var max) -> whole(literal).map(KeyValue.Int::new);
            case KeyType.Kind.Year() -> year(literal);
            case KeyType.Kind.Bit(var bits) ->
                literal instanceof KeyLiteral.Int(var v) ? Optional.of(new KeyValue.Int(v)) : Optional.empty();
            case KeyType.Kind.Decimal(var precision, var scale, var unsigned) -> {
                boolean throughDouble = literal instanceof KeyLiteral.Text;
                yield exact(literal)
                        .filter(v -> !throughDouble || precision <= DOUBLE_DIGITS && v.precision() <= DOUBLE_DIGITS)
                        .map(KeyConversion::decimal);
            }
            case KeyType.Kind.Date _, KeyType.Kind.DateTime _ -> time(literal).map(KeyValue.Time::new);
            case KeyType.Kind.Timestamp(var digits) -> time(literal).flatMap(this::utc);
            case KeyType.Kind.Text text ->
                literal instanceof KeyLiteral.Text(var value) && texts.has(value)
                        ? text(value, type)
                        : Optional.empty();
            case KeyType.Kind.Binary binary -> bytes(literal).map(KeyConversion::binary);
            case KeyType.Kind.Opaque() -> Optional.empty();
        };
    }

    /** A text of a column whose weight can be computed here. */
    Optional<KeyValue> text(String value, KeyType type) {
        return collations.weight(type, value).map(weight -> new KeyValue.Text(value, weight));
    }

    static KeyValue binary(byte[] bytes) {
        return new KeyValue.Text(new String(bytes, StandardCharsets.ISO_8859_1), new Bytes(bytes));
    }

    static KeyValue decimal(BigDecimal value) {
        return new KeyValue.Other(
                value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
    }

    private static Optional<BigInteger> whole(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Int(var value) -> Optional.of(value);
            case KeyLiteral.Decimal(var value)
            when value.stripTrailingZeros().scale() <= 0 -> Optional.of(value.toBigIntegerExact());
            case KeyLiteral.Text(var value) when INTEGER.matcher(value).matches() -> Optional.of(new BigInteger(value));
            default -> Optional.empty();
        };
    }

    private static Optional<BigInteger> bit(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Int(var value) when value.signum() >= 0 -> Optional.of(value);
            case KeyLiteral.Binary(var bytes) -> Optional.of(new BigInteger(1, bytes.array()));
            default -> Optional.empty();
        };
    }

    /** Years are only certain as four digits: 24 means 2024, and '0' something else than 0. */
    private static Optional<KeyValue> year(KeyLiteral literal) {
        return whole(literal)
                .filter(v -> v.bitLength() < 16 && v.intValue() > 1900 && v.intValue() < 2156)
                .map(KeyValue.Int::new);
    }

    private static Optional<BigDecimal> exact(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Int(var value) -> Optional.of(new BigDecimal(value));
            case KeyLiteral.Decimal(var value) -> Optional.of(value);
            case KeyLiteral.Text(var value)
            when value.length() < 80 && DECIMAL.matcher(value).matches() -> Optional.of(new BigDecimal(value));
            default -> Optional.empty();
        };
    }

    private static boolean fits(BigDecimal value, int precision, int scale, boolean unsigned) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= scale
                && plain.precision() - plain.scale() <= precision - scale
                && !(unsigned && plain.signum() < 0);
    }

    private static Optional<LocalDateTime> time(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Text(var value) -> Optional.ofNullable(KeyDates.parse(value));
            case KeyLiteral.Temporal(var value) -> Optional.ofNullable(KeyDates.parse(value));
            default -> Optional.empty();
        };
    }

    private Optional<KeyValue> utc(LocalDateTime local) {
        ZoneOffset offset = zone;
        return offset == null || local.getYear() < 1970 || local.getYear() > 2100
                ? Optional.empty()
                : Optional.of(new KeyValue.Time(local.atOffset(offset)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime()));
    }

    private static boolean hasFraction(LocalDateTime time, int digits) {
        int unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }
        return time.getNano() % unit == 0;
    }

    private static Optional<String> storedText(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Text(var value) -> Optional.of(value);
            case KeyLiteral.Int(var value) -> Optional.of(value.toString());
            case KeyLiteral.Decimal(var value) -> Optional.of(value.toPlainString());
            default -> Optional.empty();
        };
    }

    /** Bytes are certain where the connection's character set can't matter. */
    private static Optional<byte[]> bytes(KeyLiteral literal) {
        return switch (literal) {
            case KeyLiteral.Binary(var value) -> Optional.of(value.array());
            case KeyLiteral.Text(var value)
            when value.chars().allMatch(c -> c < 128) -> Optional.of(value.getBytes(StandardCharsets.US_ASCII));
            default -> Optional.empty();
        };
    }

    private static String cutSpaces(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
