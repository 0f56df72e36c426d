package drds.program;

import drds.error.SqlError;
import java.util.Map;

/**
 * A condition: a row of the diagnostics area.
 *
 * @param level Note, Warning or Error
 * @param items what SIGNAL has set beside number, state and message, by name in upper case
 */
public record Raised(String level, int number, String state, String message, Map<String, String> items) {
    /** An error's condition. */
    public static Raised of(SqlError error) {
        return new Raised("Error", error.number(), error.sqlState(), error.message(), Map.of());
    }

    /** What SHOW WARNINGS tells of one. */
    public static Raised shown(String level, int number, String message) {
        return new Raised(level, number, SqlStates.of(level, number), message, Map.of());
    }

    boolean isError() {
        return level.equals("Error");
    }

    Raised asWarning() {
        return new Raised("Warning", number, state, message, items);
    }

    SqlError error() {
        return new SqlError(number, state, message);
    }
}
