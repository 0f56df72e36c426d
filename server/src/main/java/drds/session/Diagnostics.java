package drds.session;

import drds.error.SqlError;
import java.util.ArrayList;
import java.util.List;

/** What the last statement left behind: SHOW WARNINGS and ERRORS, ROW_COUNT(), FOUND_ROWS(), LAST_INSERT_ID(). */
final class Diagnostics {
    /** max_error_count's default: more conditions are counted, not kept. */
    private static final int LIMIT = 64;

    /** One row of SHOW WARNINGS; {@code level} is Note, Warning or Error. */
    record Condition(String level, int number, String message) {}

    /** The rows of an instance's SHOW WARNINGS. */
    static List<Condition> conditions(MemoryResult shown) {
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < shown.rows().size(); i++) {
            conditions.add(new Condition(
                    String.valueOf(shown.text(i, 0)),
                    Integer.parseInt(String.valueOf(shown.text(i, 1))),
                    String.valueOf(shown.text(i, 2))));
        }
        return conditions;
    }

    private List<Condition> conditions = List.of();
    private long warningCount;
    /** Whether the list is still that of an earlier statement. */
    private boolean stale;

    /** Whether a statement has begun and not ended: one that fails before it begins has nothing to do with the list. */
    private boolean begun;

    private long rowCount = -1;
    private long foundRows = 1;
    private long lastInsertId;

    /**
     * A statement begins.
     *
     * @param keeps whether the list stays until the statement has something to tell itself, as with one that names no table
     */
    void begin(boolean keeps) {
        begun = true;
        stale = keeps;
        if (!keeps) {
            clear();
        }
    }

    /** The statement is over. */
    void end() {
        begun = false;
    }

    private void clear() {
        conditions = List.of();
        warningCount = 0;
    }

    /** What the statement had to tell; nothing to tell changes nothing. */
    void warnings(List<Condition> found, long count) {
        if (found.isEmpty() && count == 0) {
            return;
        }
        stale = false;
        conditions = found.size() > LIMIT ? List.copyOf(found.subList(0, LIMIT)) : List.copyOf(found);
        warningCount = Math.max(count, found.size());
    }

    /** How many the statement at hand has told of. */
    int ofStatement() {
        return stale ? 0 : (int) warningCount;
    }

    void note(int number, String message) {
        add(new Condition("Note", number, message));
    }

    void warning(int number, String message) {
        add(new Condition("Warning", number, message));
    }

    private void add(Condition condition) {
        clearStale();
        List<Condition> more = new ArrayList<>(conditions);
        more.add(condition);
        warnings(more, warningCount + 1);
    }

    private void clearStale() {
        if (stale) {
            clear();
            stale = false;
        }
    }

    void error(SqlError error) {
        if (!begun) {
            begin(false);
        }
        clearStale();
        List<Condition> more = new ArrayList<>(conditions);
        more.removeIf(condition -> condition.level().equals("Error") && condition.number() == error.number());
        more.add(new Condition("Error", error.number(), error.message()));
        warnings(more, more.size());
        rowCount = -1;
    }

    void changed(long affectedRows, long insertId) {
        rowCount = affectedRows;
        if (insertId != 0) {
            lastInsertId = insertId;
        }
    }

    void selected(long rows) {
        rowCount = -1;
        foundRows = rows;
    }

    void noRows() {
        rowCount = 0;
    }

    void lastInsertId(long value) {
        lastInsertId = value;
    }

    void reset() {
        clear();
        rowCount = -1;
        foundRows = 1;
        lastInsertId = 0;
    }

    List<Condition> conditions() {
        return conditions;
    }

    List<Condition> errors() {
        return conditions.stream()
                .filter(condition -> condition.level().equals("Error"))
                .toList();
    }

    long warningCount() {
        return warningCount;
    }

    long rowCount() {
        return rowCount;
    }

    long foundRows() {
        return foundRows;
    }

    long lastInsertId() {
        return lastInsertId;
    }
}
