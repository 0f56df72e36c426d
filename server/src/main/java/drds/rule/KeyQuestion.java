package drds.rule;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is asked for a key value: the select items to ask for and what their answers mean. The answers' texts are
 * read with character_set_results utf8mb4 (binary works as well).
 */
public record KeyQuestion(KeyType type) {
    private static final int MICROS_DIGITS = 6;

    /** @param column SQL of the stored value, such as a column of a table that it was stored in */
    public List<String> items(String column) {
        return switch (type.kind()) {
            case KeyType.Kind.Text text ->
                Collations.isBinary(type)
                        ? List.of("CONVERT(" + column + " USING utf8mb4)")
                        : List.of(
                                "CONVERT(" + column + " USING utf8mb4)",
                                "WEIGHT_STRING(" + (pads() ? "RTRIM(" + column + ")" : column) + ")");
            case KeyType.Kind.Binary binary -> List.of("HEX(" + column + ")");
            case KeyType.Kind.Bit bit -> List.of(column + " + 0");
            case KeyType.Kind.Timestamp stamp -> List.of("UNIX_TIMESTAMP(" + column + ")");
            case KeyType.Kind.Opaque() ->
                type.columnType().startsWith("float") ? List.of("CAST(" + column + " AS DOUBLE)") : List.of(column);
            case KeyType.Kind.Integer integer -> List.of(column);
            case KeyType.Kind.Year year -> List.of(column);
            case KeyType.Kind.Decimal decimal -> List.of(column);
            case KeyType.Kind.Date date -> List.of(column);
            case KeyType.Kind.DateTime dateTime -> List.of(column);
        };
    }

    private boolean pads() {
        return Collations.padsByName(type.collation());
    }

    /** @param collations whose weights are known already: what they don't know is taken from the answer */
    public KeyValue answer(Collations collations, List<byte @Nullable []> answers) {
        byte[] first = answers.getFirst();
        if (first == null) {
            return new KeyValue.Null();
        }
        String text = new String(first, StandardCharsets.UTF_8);
        return switch (type.kind()) {
            case KeyType.Kind.Integer integer -> new KeyValue.Int(new BigInteger(text));
            case KeyType.Kind.Year year -> new KeyValue.Int(new BigInteger(text));
            case KeyType.Kind.Bit bit -> new KeyValue.Int(new BigInteger(text));
            case KeyType.Kind.Decimal decimal -> KeyConversion.decimal(new BigDecimal(text));
            case KeyType.Kind.Date date -> dateOf(text);
            case KeyType.Kind.DateTime dateTime -> dateOf(text);
            case KeyType.Kind.Timestamp stamp -> instant(new BigDecimal(text));
            case KeyType.Kind.Binary binary ->
                KeyConversion.binary(java.util.HexFormat.of().parseHex(text));
            case KeyType.Kind.Text plain -> new KeyValue.Text(text, weight(collations, text, answers));
            case KeyType.Kind.Opaque() -> new KeyValue.Other(text.equals("-0") ? "0" : text);
        };
    }

    private Bytes weight(Collations collations, String text, List<byte @Nullable []> answers) {
        if (Collations.isBinary(type)) {
            return Collations.binaryWeight(type, text);
        }
        byte[] weight = answers.get(1);
        return collations.cut(type, weight == null ? new byte[0] : weight);
    }

    private static KeyValue dateOf(String text) {
        LocalDateTime time = KeyDates.parse(text);
        return time == null ? new KeyValue.Other(text) : new KeyValue.Time(time);
    }

    private static KeyValue instant(BigDecimal seconds) {
        if (seconds.signum() == 0) {
            return new KeyValue.Other("0000-00-00 00:00:00");
        }
        long micros = seconds.movePointRight(MICROS_DIGITS).longValueExact();
        return new KeyValue.Time(LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC));
    }
}
