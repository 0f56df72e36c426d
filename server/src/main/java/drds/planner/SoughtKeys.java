package drds.planner;

import drds.analyzer.TableUse;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys that were sent before, for each of which it matters only whether a table has it, however often: the keys are looked up in the
 * table instead of the table's rows being read.
 *
 * @param by whose keys they are
 * @param keys the table that they are in, quoted
 * @param names the columns that are sent, quoted
 * @param others the keys' columns that equal those, quoted
 */
record SoughtKeys(TableUse by, String keys, List<String> names, List<String> others) {
    static final String ALIAS = "`sought`";

    /**
     * The keys that a physical table has.
     *
     * @param table quoted
     * @param where which rows of the table count; null for all
     */
    Plan.Input.Source source(String group, int partition, String table, @Nullable String where) {
        StringBuilder from = new StringBuilder("(SELECT ");
        for (int i = 0; i < names.size(); i++) {
            from.append(i == 0 ? "" : ", ").append(others.get(i)).append(" AS ").append(names.get(i));
        }
        from.append(" FROM ").append(keys).append(") AS ").append(ALIAS);
        String columns = names.stream().map(name -> ALIAS + "." + name).collect(Collectors.joining(", "));
        String found = (names.size() == 1 ? columns : "(" + columns + ")") + " IN (SELECT " + String.join(", ", names)
                + " FROM " + table + (where == null ? "" : " WHERE " + where) + ")";
        return new Plan.Input.Source(group, partition, from.toString(), found);
    }
}
