package drds.rule;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The order of key values of one type in RANGE partitions: MySQL's for numbers and dates, that of the weights' bytes for
 * texts (any fixed order keeps rows findable; conditions with ranges of texts aren't pruned).
 */
final class KeyOrder {
    private KeyOrder() {}

    static int compare(KeyValue left, KeyValue right) {
        boolean leftNull = left instanceof KeyValue.Null;
        boolean rightNull = right instanceof KeyValue.Null;
        if (leftNull || rightNull) {
            return Boolean.compare(rightNull, leftNull);
        }
        if (left instanceof KeyValue.Int(var a) && right instanceof KeyValue.Int(var b)) {
            return a.compareTo(b);
        }
        if (left instanceof KeyValue.Text(var text, var a) && right instanceof KeyValue.Text(var other, var b)) {
            return a.compareTo(b);
        }
        if (left instanceof KeyValue.Time(var a) && right instanceof KeyValue.Time(var b)) {
            return a.compareTo(b);
        }
        BigDecimal a = number(left);
        BigDecimal b = number(right);
        return a != null && b != null ? a.compareTo(b) : plain(left).compareTo(plain(right));
    }

    /** Whether the order is MySQL's own, so that ranges in conditions say something. */
    static boolean isNatural(KeyType type) {
        return type.isInteger() || type.isTime() || type.kind() instanceof KeyType.Kind.Decimal;
    }

    private static @Nullable BigDecimal number(KeyValue value) {
        return switch (value) {
            case KeyValue.Int(var number) -> new BigDecimal(number);
            case KeyValue.Other(var canonical) -> {
                try {
                    yield new BigDecimal(canonical);
                } catch (NumberFormatException noNumber) {
                    yield null;
                }
            }
            case KeyValue.Null _, KeyValue.Text _, KeyValue.Time _ -> null;
        };
    }

    private static String plain(KeyValue value) {
        return switch (value) {
            case KeyValue.Time(var time) -> time.toString().replace('T', ' ');
            case KeyValue.Other(var canonical) -> canonical;
            case KeyValue.Text(var text, var weight) -> text;
            case KeyValue.Int(var number) -> number.toString();
            case KeyValue.Null() -> "";
        };
    }
}
