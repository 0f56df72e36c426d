package drds.executor.merge;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Doubles as MariaDB writes them: the fewest digits that read back the same, without an exponent while the point is near. */
public final class DoubleText {
    /** A column with this many decimals or more has no fixed number of them. */
    private static final int NOT_FIXED = 31;

    private static final int FARTHEST_POINT_RIGHT = 15;
    private static final int FARTHEST_POINT_LEFT = -14;

    private DoubleText() {}

    /** @param decimals the column's: digits after the point if it is below 31 */
    public static String of(double value, int decimals) {
        if (decimals < NOT_FIXED) {
            return new BigDecimal(value)
                    .setScale(decimals, RoundingMode.HALF_EVEN)
                    .toPlainString();
        }
        return shortest(Double.toString(Math.abs(value)), value < 0 || 1 / value < 0);
    }

    static String of(float value) {
        return shortest(Float.toString(Math.abs(value)), value < 0 || 1 / value < 0);
    }

    private static String shortest(String java, boolean negative) {
        BigDecimal exact = new BigDecimal(java).stripTrailingZeros();
        String digits = exact.unscaledValue().toString();
        int point = exact.signum() == 0 ? 1 : digits.length() - exact.scale();
        StringBuilder text = new StringBuilder(25);
        if (negative) {
            text.append('-');
        }
        if (point > FARTHEST_POINT_RIGHT || point < FARTHEST_POINT_LEFT) {
            text.append(digits, 0, 1);
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            return text.append('e').append(point - 1).toString();
        }
        return text.append(exact.toPlainString()).toString();
    }
}
