package drds.rule;

import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;

/**
 * What PARTITION BY looks at: a column, or one of MySQL's partitioning functions of it.
 *
 * @param argument the second argument of MOD and DIV, else 0
 */
public record PartitionExpression(Function function, KeyColumn column, long argument) {
    /** Days from MySQL's day 0 to 1970-01-01, as TO_DAYS counts. */
    private static final long DAYS_TO_EPOCH = 719_528;

    private static final long SECONDS_PER_DAY = 86_400;

    /** MySQL's partitioning functions that take one column. */
    public enum Function {
        COLUMN(true),
        YEAR(true),
        TO_DAYS(true),
        TO_SECONDS(true),
        MONTH(false),
        QUARTER(false),
        DAYOFMONTH(false),
        DAYOFYEAR(false),
        DAYOFWEEK(false),
        WEEKDAY(false),
        HOUR(false),
        MINUTE(false),
        SECOND(false),
        UNIX_TIMESTAMP(true),
        ABS(false),
        MOD(false),
        DIV(true);

        private final boolean monotonic;

        Function(boolean monotonic) {
            this.monotonic = monotonic;
        }
    }

    static PartitionExpression of(KeyColumn column) {
        return new PartitionExpression(Function.COLUMN, column, 0);
    }

    /** Whether a larger value never gives a smaller result. */
    boolean monotonic() {
        return function.monotonic;
    }

    KeyValue value(KeyValue value) {
        if (function == Function.COLUMN || value instanceof KeyValue.Null) {
            return value;
        }
        if (value instanceof KeyValue.Int(var number)) {
            BigInteger divisor = BigInteger.valueOf(argument);
            return switch (function) {
                case ABS -> new KeyValue.Int(number.abs());
                case MOD -> new KeyValue.Int(number.remainder(divisor));
                case DIV -> new KeyValue.Int(number.divide(divisor));
                case YEAR -> value;
                default -> throw RuleErrors.bad(function + " doesn't take integers");
            };
        }
        LocalDate day = KeyDates.day(value);
        if (day == null) {
            throw RuleErrors.bad(function + " takes dates");
        }
        LocalDateTime time = value instanceof KeyValue.Time(var exact) ? exact : day.atStartOfDay();
        return KeyValue.Int.of(ofTime(time));
    }

    private long ofTime(LocalDateTime time) {
        return switch (function) {
            case YEAR -> time.getYear();
            case TO_DAYS -> time.toLocalDate().toEpochDay() + DAYS_TO_EPOCH;
            case TO_SECONDS ->
                (time.toLocalDate().toEpochDay() + DAYS_TO_EPOCH) * SECONDS_PER_DAY
                        + time.toLocalTime().toSecondOfDay();
            case MONTH -> time.getMonthValue();
            case QUARTER -> time.get(IsoFields.QUARTER_OF_YEAR);
            case DAYOFMONTH -> time.getDayOfMonth();
            case DAYOFYEAR -> time.getDayOfYear();
            case DAYOFWEEK -> time.getDayOfWeek().getValue() % DayOfWeek.values().length + 1;
            case WEEKDAY -> time.getDayOfWeek().getValue() - 1;
            case HOUR -> time.getHour();
            case MINUTE -> time.getMinute();
            case SECOND -> time.getSecond();
            case UNIX_TIMESTAMP -> time.toEpochSecond(ZoneOffset.UTC);
            case COLUMN, ABS, MOD, DIV -> throw RuleErrors.bad(function + " doesn't take dates");
        };
    }

    /** As it stands in a clause, around the column's name. */
    String text(String name) {
        return switch (function) {
            case COLUMN -> name;
            case MOD -> "MOD(" + name + ", " + argument + ")";
            case DIV -> name + " DIV " + argument;
            default -> function + "(" + name + ")";
        };
    }
}
