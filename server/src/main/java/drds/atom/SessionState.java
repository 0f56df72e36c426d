package drds.atom;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a session has set that a statement's answer depends on, and that a connection to an instance must therefore have before
 * the statement runs. Immutable; the same object is the fastest comparison, so keep it while nothing changes.
 *
 * @param currentDatabase empty if none
 * @param variables system variables: name in lower case to the SQL text of the value; a variable that is not in it has the value
 *     that a new connection has
 * @param userVariables name (without @, in lower case) to the SQL text of the value; one that is not in it is NULL
 * @param foundRows whether an UPDATE counts the rows it found, not those it changed (CLIENT_FOUND_ROWS): a connection has that
 *     from its login on
 */
public record SessionState(
        String currentDatabase, Map<String, String> variables, Map<String, String> userVariables, boolean foundRows) {
    /** What a new connection has. */
    public static final SessionState INITIAL = new SessionState("", Map.of(), Map.of(), false);

    public SessionState {
        variables = Map.copyOf(variables);
        userVariables = Map.copyOf(userVariables);
    }

    public SessionState withDatabase(String database) {
        return database.equals(currentDatabase)
                ? this
                : new SessionState(database, variables, userVariables, foundRows);
    }

    public SessionState withVariable(String name, String value) {
        return value.equals(variables.get(name))
                ? this
                : new SessionState(currentDatabase, with(variables, name, value), userVariables, foundRows);
    }

    public SessionState withoutVariable(String name) {
        return variables.containsKey(name)
                ? new SessionState(currentDatabase, without(variables, name), userVariables, foundRows)
                : this;
    }

    public SessionState withUserVariable(String name, String value) {
        return value.equals(userVariables.get(name))
                ? this
                : new SessionState(currentDatabase, variables, with(userVariables, name, value), foundRows);
    }

    public SessionState withoutUserVariable(String name) {
        return userVariables.containsKey(name)
                ? new SessionState(currentDatabase, variables, without(userVariables, name), foundRows)
                : this;
    }

    public SessionState withFoundRows(boolean found) {
        return found == foundRows ? this : new SessionState(currentDatabase, variables, userVariables, found);
    }

    /** Without any user variable: for a statement that names none. */
    public SessionState withoutUserVariables() {
        return userVariables.isEmpty() ? this : new SessionState(currentDatabase, variables, Map.of(), foundRows);
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> copy = new TreeMap<>(map);
        copy.put(name, value);
        return copy;
    }

    private static Map<String, String> without(Map<String, String> map, String name) {
        Map<String, String> copy = new TreeMap<>(map);
        copy.remove(name);
        return copy;
    }
}
