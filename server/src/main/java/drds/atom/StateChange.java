package drds.atom;

import drds.parser.SqlText;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The one SET statement that takes a connection from one state to another (databases left aside).
 *
 * @param sql null if nothing differs
 * @param assignments those of system variables whose value could be refused
 */
record StateChange(@Nullable String sql, Set<String> assignments) {
    /** What a new connection has where DEFAULT would be something else or is refused. */
    private static final Map<String, String> AT_LOGIN = Map.of(
            "character_set_client", "utf8mb4",
            "character_set_connection", "utf8mb4",
            "character_set_results", "utf8mb4",
            "collation_connection", "utf8mb4_general_ci",
            "last_insert_id", "0",
            "insert_id", "0",
            "pseudo_thread_id", "0");

    /** Numbers that are never refused. */
    private static final Set<String> SAFE = Set.of("timestamp", "last_insert_id", "insert_id");

    static StateChange between(SessionState from, SessionState to) {
        StringBuilder sql = new StringBuilder();
        Set<String> assignments = new TreeSet<>();
        if (!from.variables().equals(to.variables())) {
            Set<String> names = new TreeSet<>(from.variables().keySet());
            names.addAll(to.variables().keySet());
            for (String name : names) {
                String wanted = to.variables().get(name);
                String present = from.variables().get(name);
                // Setting a connection's character set sets its collation too, so the collation is set again after it.
                boolean again = name.equals("collation_connection") && sql.indexOf("character_set_connection") >= 0;
                if (wanted == null ? present == null : wanted.equals(present) && !again) {
                    continue;
                }
                String value = wanted != null ? wanted : AT_LOGIN.getOrDefault(name, "DEFAULT");
                append(sql, "`" + name + "` = " + value);
                if (!SAFE.contains(name)) {
                    assignments.add(name + "=" + value);
                }
            }
        }
        if (!from.userVariables().equals(to.userVariables())) {
            for (Map.Entry<String, String> wanted : new java.util.TreeMap<>(to.userVariables()).entrySet()) {
                if (!wanted.getValue().equals(from.userVariables().get(wanted.getKey()))) {
                    append(sql, "@" + SqlText.identifier(wanted.getKey()) + " = " + wanted.getValue());
                }
            }
            for (String present : new TreeSet<>(from.userVariables().keySet())) {
                if (!to.userVariables().containsKey(present)) {
                    append(sql, "@" + SqlText.identifier(present) + " = NULL");
                }
            }
        }
        return new StateChange(sql.isEmpty() ? null : sql.toString(), assignments);
    }

    private static void append(StringBuilder sql, String assignment) {
        sql.append(sql.isEmpty() ? "SET " : ", ").append(assignment);
    }
}
