package drds.planner;

import drds.analyzer.TableUse;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places whose rows are sent to where the others' partitions are.
 *
 * @param names for each place (by identity) the temporary table's name
 * @param home the Group where single tables are: there they need not be sent
 */
record Shipping(Map<TableUse, String> names, String home) {
    static final String SCHEMA = "drds";
    static final Shipping NONE = new Shipping(Map.of(), "");

    static Shipping of(List<TableUse> order, String home) {
        Map<TableUse, String> names = new IdentityHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            names.put(order.get(i), "shipped_" + i);
        }
        return new Shipping(names, home);
    }

    Set<TableUse> places() {
        return names.keySet();
    }

    String table(TableUse use) {
        return Sql.table(SCHEMA, names.getOrDefault(use, ""));
    }

    /** Whether a Group has the place's rows already. */
    boolean isThere(TableUse use, String group) {
        return use.place() == TableUse.Place.HOME && group.equals(home);
    }

    /** The texts to put in the places of the tables' names on a Group. */
    Map<TableUse, String> replacements(String group) {
        Map<TableUse, String> result = new IdentityHashMap<>();
        names.keySet().stream().filter(use -> !isThere(use, group)).forEach(use -> result.put(use, table(use)));
        return result;
    }

    List<Plan.Names.Renaming> renamings() {
        return names.entrySet().stream()
                .map(e -> new Plan.Names.Renaming(
                        SCHEMA,
                        e.getValue(),
                        String.valueOf(e.getKey().database()),
                        e.getKey().definition().name()))
                .sorted((a, b) -> a.table().compareTo(b.table()))
                .toList();
    }
}
