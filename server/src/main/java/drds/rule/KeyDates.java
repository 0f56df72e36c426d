package drds.rule;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Days of key values, and dates as MySQL writes them. */
final class KeyDates {
    private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");
    private static final Pattern DATE_TIME =
            Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})[ T](\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,6}))?");

    private KeyDates() {}

    /**
     * The day of a time value. A date that is no real one (0000-00-00, 2024-00-15, 2024-02-31) counts as the next real one,
     * so that ranges between real dates stay right. Null for NULL and for what is not a date.
     */
    static @Nullable LocalDate day(KeyValue value) {
        return switch (value) {
            case KeyValue.Time(var time) -> time.toLocalDate();
            case KeyValue.Other(var canonical) -> unreal(canonical);
            case KeyValue.Null _, KeyValue.Int _, KeyValue.Text _ -> null;
        };
    }

    private static @Nullable LocalDate unreal(String text) {
        Matcher matcher = DATE.matcher(text);
        if (!matcher.lookingAt()) {
            return null;
        }
        int year = Integer.parseInt(matcher.group(1));
        int month = Integer.parseInt(matcher.group(2));
        int day = Integer.parseInt(matcher.group(3));
        if (month == 0) {
            return LocalDate.of(year, 1, 1);
        }
        LocalDate first = LocalDate.of(year, Math.min(month, 12), 1);
        return day == 0 ? first : day > first.lengthOfMonth() ? first.plusMonths(1) : first.withDayOfMonth(day);
    }

    /** A literal in MySQL's own full form (YYYY-MM-DD, with hh:mm:ss and a fraction or without); null for anything else. */
    static @Nullable LocalDateTime parse(String text) {
        try {
            Matcher date = DATE.matcher(text);
            if (date.matches()) {
                return date(date).atStartOfDay();
            }
            Matcher full = DATE_TIME.matcher(text);
            if (!full.matches()) {
                return null;
            }
            String fraction = full.group(7) == null ? "" : full.group(7);
            int micros = fraction.isEmpty() ? 0 : Integer.parseInt((fraction + "00000").substring(0, 6));
            return date(full).atTime(number(full, 4), number(full, 5), number(full, 6), micros * 1000);
        } catch (DateTimeException notReal) {
            return null;
        }
    }

    private static LocalDate date(Matcher matcher) {
        LocalDate day = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
        if (day.getYear() == 0) {
            throw new DateTimeException("year 0");
        }
        return day;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
