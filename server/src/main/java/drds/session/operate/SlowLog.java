package drds.session.operate;

import org.jspecify.annotations.Nullable;

/**
 * Statements that took longer than {@code slow_sql_time}: clients' ones, and those that went to instances for them. In memory: the
 * 100 slowest and the last 2,000 of each, their texts cut.
 */
public final class SlowLog {
    /** The default of slow_sql_time, in milliseconds. */
    public static final long STANDARD_MILLIS = 1000;

    private static final int SLOWEST = 100;
    private static final int LAST = 2000;
    private static final int LONGEST_TEXT = 2000;

    private final SlowestAndLast<Statement> statements = new SlowestAndLast<>(SLOWEST, LAST);
    private final SlowestAndLast<Physical> physical = new SlowestAndLast<>(SLOWEST, LAST);
    private volatile long millisForNewSessions = STANDARD_MILLIS;

    /**
     * A client's statement.
     *
     * @param startMillis since 1970
     * @param rows sent to the client, or changed
     */
    public record Statement(
            String host, @Nullable String database, long startMillis, long millis, long rows, String sql)
            implements SlowestAndLast.Timed {}

    /** A statement on an instance. */
    public record Physical(String group, String instance, long startMillis, long millis, long rows, String sql)
            implements SlowestAndLast.Timed {}

    public SlowestAndLast<Statement> statements() {
        return statements;
    }

    public SlowestAndLast<Physical> physical() {
        return physical;
    }

    /** What new sessions begin with; SET GLOBAL slow_sql_time. */
    public long millisForNewSessions() {
        return millisForNewSessions;
    }

    public void millisForNewSessions(long millis) {
        millisForNewSessions = millis;
    }

    public void clear() {
        statements.clear();
        physical.clear();
    }

    static String cut(String text) {
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text;
    }

    void add(Physical one) {
        physical.add(one);
    }

    /** A client's statement that took long. */
    public void add(Statement one) {
        statements.add(new Statement(one.host, one.database, one.startMillis, one.millis, one.rows, cut(one.sql)));
    }
}
