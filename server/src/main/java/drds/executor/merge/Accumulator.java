package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.planner.Plan.Aggregation.Output;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Combines one output's partial values of one group. */
abstract sealed class Accumulator {
    /** Before a group's first row. */
    abstract void begin();

    abstract void add(Row row);

    /** The group's value as text, null for NULL. */
    abstract byte @Nullable [] result();

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static @Nullable String ascii(byte @Nullable [] text) {
        return text == null ? null : new String(text, StandardCharsets.ISO_8859_1);
    }

    static boolean isApproximate(ColumnDefinition column) {
        return column.type() == FieldType.DOUBLE || column.type() == FieldType.FLOAT;
    }

    static Accumulator sum(int column, ColumnDefinition definition) {
        return isApproximate(definition) ? new DoubleSum(column, definition.decimals()) : new DecimalSum(column);
    }

    static Accumulator average(Output.Avg avg, ColumnDefinition sum, ColumnDefinition result) {
        return isApproximate(sum)
                ? new DoubleAverage(avg.sumColumn(), avg.countColumn(), result.decimals())
                : new DecimalAverage(avg.sumColumn(), avg.countColumn(), sum.decimals(), result.decimals());
    }

    static final class First extends Accumulator {
        private final int column;
        private boolean empty;
        private byte @Nullable [] value;

        First(int column) {
            this.column = column;
        }

        @Override
        void begin() {
            empty = true;
            value = null;
        }

        @Override
        void add(Row row) {
            if (empty) {
                empty = false;
                value = row.text(column);
            }
        }

        @Override
        byte @Nullable [] result() {
            return value;
        }
    }

    static final class Count extends Accumulator {
        private final int column;
        private long sum;

        Count(int column) {
            this.column = column;
        }

        @Override
        void begin() {
            sum = 0;
        }

        @Override
        void add(Row row) {
            String text = ascii(row.text(column));
            sum += text == null ? 0 : Long.parseLong(text);
        }

        @Override
        byte[] result() {
            return ascii(Long.toString(sum));
        }
    }

    /** Exact; the parts all have the column's scale, and so has the sum. */
    static final class DecimalSum extends Accumulator {
        private final int column;
        private @Nullable BigDecimal sum;

        DecimalSum(int column) {
            this.column = column;
        }

        @Override
        void begin() {
            sum = null;
        }

        @Override
        void add(Row row) {
            String text = ascii(row.text(column));
            if (text != null) {
                BigDecimal part = new BigDecimal(text);
                sum = sum == null ? part : sum.add(part);
            }
        }

        @Override
        byte @Nullable [] result() {
            return sum == null ? null : ascii(sum.toPlainString());
        }
    }

    static final class DoubleSum extends Accumulator {
        private final int column;
        private final int decimals;
        private boolean any;
        private double sum;

        DoubleSum(int column, int decimals) {
            this.column = column;
            this.decimals = decimals;
        }

        @Override
        void begin() {
            any = false;
            sum = 0;
        }

        @Override
        void add(Row row) {
            String text = ascii(row.text(column));
            if (text != null) {
                any = true;
                sum += Double.parseDouble(text);
            }
        }

        @Override
        byte @Nullable [] result() {
            return any ? ascii(DoubleText.of(sum, decimals)) : null;
        }
    }

    /** A sum divided by a count. */
    abstract static sealed class Average<S extends Accumulator> extends Accumulator {
        final S sum;
        final Count count;

        Average(S sum, int countColumn) {
            this.sum = sum;
            this.count = new Count(countColumn);
        }

        @Override
        final void begin() {
            sum.begin();
            count.begin();
        }

        @Override
        final void add(Row row) {
            sum.add(row);
            count.add(row);
        }
    }

    /**
     * MariaDB divides decimals in words of nine digits and cuts what is below the last one, then rounds to the result's scale;
     * so an average whose scale fills its words is cut, not rounded.
     */
    static final class DecimalAverage extends Average<DecimalSum> {
        private static final int WORD_DIGITS = 9;

        private final int scale;
        private final int cutScale;

        DecimalAverage(int sumColumn, int countColumn, int sumScale, int scale) {
            super(new DecimalSum(sumColumn), countColumn);
            this.scale = scale;
            int filled = words(sumScale) * WORD_DIGITS;
            int more = Math.max(0, scale - sumScale - (filled - sumScale));
            this.cutScale = words(filled + more) * WORD_DIGITS;
        }

        private static int words(int digits) {
            return (digits + WORD_DIGITS - 1) / WORD_DIGITS;
        }

        @Override
        byte @Nullable [] result() {
            if (sum.sum == null || count.sum == 0) {
                return null;
            }
            BigDecimal quotient =
                    sum.sum.divide(BigDecimal.valueOf(count.sum), Math.max(cutScale, scale), RoundingMode.DOWN);
            return ascii(quotient.setScale(scale, RoundingMode.HALF_UP).toPlainString());
        }
    }

    static final class DoubleAverage extends Average<DoubleSum> {
        private final int decimals;

        DoubleAverage(int sumColumn, int countColumn, int decimals) {
            super(new DoubleSum(sumColumn, decimals), countColumn);
            this.decimals = decimals;
        }

        @Override
        byte @Nullable [] result() {
            return sum.any && count.sum != 0 ? ascii(DoubleText.of(sum.sum / count.sum, decimals)) : null;
        }
    }

    /** MIN and MAX. */
    static final class Extreme extends Accumulator {
        private final int column;
        private final RowOrder order;
        private final int sign;
        private byte @Nullable [] value;
        private @Nullable Object @Nullable [] best;

        /** @param sign -1 for the least, 1 for the greatest */
        Extreme(int column, RowOrder order, int sign) {
            this.column = column;
            this.order = order;
            this.sign = sign;
        }

        @Override
        void begin() {
            best = null;
            value = null;
        }

        @Override
        void add(Row row) {
            if (row.isNull(column)) {
                return;
            }
            @Nullable Object[] key = order.keyOf(row);
            if (best == null || order.compare(key, best) * sign > 0) {
                best = key;
                value = row.text(column);
            }
        }

        @Override
        byte @Nullable [] result() {
            return value;
        }
    }

    /** GROUP_CONCAT without an order. */
    static final class Concatenated extends Accumulator {
        private final int column;
        private final byte[] separator;
        private final long limitBytes;
        private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
        private boolean any;
        private int cutValues;

        Concatenated(int column, String separator, long limitBytes) {
            this.column = column;
            this.separator = separator.getBytes(StandardCharsets.UTF_8);
            this.limitBytes = limitBytes;
        }

        int cutValues() {
            return cutValues;
        }

        @Override
        void begin() {
            joined.reset();
            any = false;
        }

        @Override
        void add(Row row) {
            byte[] part = row.text(column);
            if (part == null || joined.size() > limitBytes) {
                return;
            }
            if (any) {
                joined.writeBytes(separator);
            }
            joined.writeBytes(part);
            any = true;
        }

        @Override
        byte @Nullable [] result() {
            if (!any) {
                return null;
            }
            byte[] all = joined.toByteArray();
            if (all.length <= limitBytes) {
                return all;
            }
            cutValues++;
            int end = (int) limitBytes;
            while (end > 0 && (all[end] & 0xc0) == 0x80) {
                end--;
            }
            return Arrays.copyOf(all, end);
        }
    }

    /** BIT_AND, BIT_OR, BIT_XOR over 64 bits. */
    static final class Bits extends Accumulator {
        private final int column;
        private final long neutral;
        private final LongBinaryOperator combine;
        private long value;

        Bits(int column, long neutral, LongBinaryOperator combine) {
            this.column = column;
            this.neutral = neutral;
            this.combine = combine;
        }

        @Override
        void begin() {
            value = neutral;
        }

        @Override
        void add(Row row) {
            String text = ascii(row.text(column));
            if (text != null) {
                value = combine.applyAsLong(value, Long.parseUnsignedLong(text));
            }
        }

        @Override
        byte[] result() {
            return ascii(Long.toUnsignedString(value));
        }
    }
}
