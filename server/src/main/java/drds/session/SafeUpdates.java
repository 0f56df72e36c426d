package drds.session;

import drds.atom.SessionState;
import drds.error.SqlError;
import drds.parser.Delete;
import drds.parser.Statement;
import drds.parser.TableReference;
import drds.parser.Update;

/**
 * sql_safe_updates for changes that DRDS makes by reading first and writing by key, in which the instances don't see the change
 * as a whole. What the home instance would do with the statement as it stands tells whether a key could be used.
 */
final class SafeUpdates {
    private static final int TABLE = 2;
    private static final int POSSIBLE_KEYS = 4;

    private SafeUpdates() {}

    /** @throws SqlError 1175 if MySQL would refuse the change */
    static void check(Statement statement, String sql, SessionState state, Home home) {
        if (!isOn(state)) {
            return;
        }
        // MariaDB refuses even to explain such a change of several tables; of one table it shows a plan without a key.
        MemoryResult plan = home.query(state, "EXPLAIN " + sql);
        if (isOfOneTable(statement)
                && !plan.rows().isEmpty()
                && plan.text(0, TABLE) != null
                && plan.text(0, POSSIBLE_KEYS) == null) {
            throw new SqlError(
                    1175,
                    "HY000",
                    "You are using safe update mode and you tried to update a table without a WHERE that uses a KEY column");
        }
    }

    private static boolean isOn(SessionState state) {
        String value = state.variables().get("sql_safe_updates");
        return value != null && !value.equals("0");
    }

    /** And has no LIMIT, which MySQL takes for safe. */
    private static boolean isOfOneTable(Statement statement) {
        return switch (statement) {
            case Update update -> update.limit() == null && update.tables() instanceof TableReference.TableName;
            case Delete delete -> delete.limit() == null && delete.targets().isEmpty();
            default -> false;
        };
    }
}
