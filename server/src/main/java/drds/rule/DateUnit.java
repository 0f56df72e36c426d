package drds.rule;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** The date functions of the dialect: a day becomes a number. Days that have no number (NULL, zero dates) count as 0. */
public enum DateUnit {
    MM(false, 12),
    DD(false, 31),
    WEEK(false, 7),
    MMDD(false, 366),
    YYYYMM(true, 0),
    YYYYWEEK(true, 0),
    YYYYDD(true, 0);

    private final boolean ofDatabases;
    private final int maxTables;

    DateUnit(boolean ofDatabases, int maxTables) {
        this.ofDatabases = ofDatabases;
        this.maxTables = maxTables;
    }

    /** Whether it may stand in DBPARTITION BY. */
    public boolean ofDatabases() {
        return ofDatabases;
    }

    /** How many different values it has, and so how many tables make sense; 0 for no limit. */
    public int maxTables() {
        return maxTables;
    }

    long number(LocalDate day) {
        return switch (this) {
            case MM -> day.getMonthValue();
            case DD -> day.getDayOfMonth();
            case WEEK -> weekday(day);
            case MMDD -> day.getDayOfYear();
            case YYYYMM -> day.getYear() * 12L + day.getMonthValue();
            case YYYYWEEK -> day.getYear() * 54L + week(day);
            case YYYYDD -> day.getYear() * 366L + day.getDayOfYear();
        };
    }

    /** The first day after {@code day} that may have another number. */
    LocalDate next(LocalDate day) {
        return switch (this) {
            case MM, YYYYMM -> day.withDayOfMonth(1).plusMonths(1);
            case DD, WEEK, MMDD, YYYYDD -> day.plusDays(1);
            case YYYYWEEK -> {
                LocalDate sunday = day.plusDays(8 - weekday(day));
                LocalDate newYear = LocalDate.of(day.getYear() + 1, 1, 1);
                yield sunday.isBefore(newYear) ? sunday : newYear;
            }
        };
    }

    /** An upper bound of how many steps of {@link #next} lead from one day to another. */
    long steps(LocalDate from, LocalDate to) {
        return switch (this) {
            case MM, YYYYMM -> ChronoUnit.MONTHS.between(from, to) + 2;
            case DD, WEEK, MMDD, YYYYDD -> ChronoUnit.DAYS.between(from, to) + 1;
            case YYYYWEEK -> ChronoUnit.DAYS.between(from, to) / 7 + 2 + (to.getYear() - from.getYear());
        };
    }

    /** 1 for Sunday to 7 for Saturday. */
    private static int weekday(LocalDate day) {
        return day.getDayOfWeek().getValue() % 7 + 1;
    }

    /** The week of the year, beginning with Sunday, 0 to 53. */
    private static int week(LocalDate day) {
        int firstOfYear = weekday(day.withDayOfYear(1)) - 1;
        return (day.getDayOfYear() - 1 + firstOfYear) / 7;
    }
}
