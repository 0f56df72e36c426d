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

    private List<Condition> conditions = List.of();
    private long warningCount;
    private long rowCount = -1;
    private long foundRows = 1;
    private long lastInsertId;

    /** A statement begins that clears the list (all but diagnostic statements do). */
    void clear() {
        conditions = List.of();
        warningCount = 0;
    }

    void warnings(List<Condition> found, long count) {
        conditions = found.size() > LIMIT ? List.copyOf(found.subList(0, LIMIT)) : List.copyOf(found);
        warningCount = Math.max(count, found.size());
    }

    void note(int number, String message) {
        List<Condition> more = new ArrayList<>(conditions);
        more.add(new Condition("Note", number, message));
        warnings(more, warningCount + 1);
    }

    void error(SqlError error) {
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
        return conditions.stream().filter(condition -> condition.level().equals("Error")).toList();
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
