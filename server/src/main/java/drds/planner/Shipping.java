package drds.planner;

import drds.analyzer.TableUse;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places whose rows are sent to where the others' partitions are.
 *
 * @param names for each place (by identity) the temporary table's name; also for places that stay where they are and of which only
 *     keys are sent
 * @param places those that are sent (by identity)
 * @param home the Group where single tables are: there they need not be sent
 */
record Shipping(Map<TableUse, String> names, Set<TableUse> places, String home) {
    static final String SCHEMA = "drds";
    static final Shipping NONE = new Shipping(Map.of(), Set.of(), "");

    /** @param staying those of which only keys are sent, to find the partners' rows */
    static Shipping of(List<TableUse> order, List<TableUse> staying, String home) {
        Map<TableUse, String> names = new IdentityHashMap<>();
        Set<TableUse> places = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < order.size(); i++) {
            names.put(order.get(i), "shipped_" + i);
        }
        places.addAll(order);
        places.removeIf(place -> staying.stream().anyMatch(stays -> stays == place));
        return new Shipping(names, places, home);
    }

    /** The same where a place reads the table of another that has all its rows. */
    Shipping sharing(TableUse use, TableUse with) {
        Map<TableUse, String> shared = new IdentityHashMap<>(names);
        shared.put(use, names.getOrDefault(with, ""));
        return new Shipping(shared, places, home);
    }

    /** Whether the place reads a table that is another's, too. */
    boolean shares(TableUse use, TableUse with) {
        return use != with && table(use).equals(table(with));
    }

    String table(TableUse use) {
        return Sql.table(SCHEMA, names.getOrDefault(use, ""));
    }

    /** Whether what stands in the place of a table's name is a table of shipped rows. */
    static boolean isShipped(String replacement) {
        return replacement.startsWith(Sql.quote(SCHEMA) + ".");
    }

    /** Whether a Group has the place's rows already. */
    boolean isThere(TableUse use, String group) {
        return use.place() == TableUse.Place.HOME && group.equals(home);
    }

    /** The texts to put in the places of the tables' names on a Group. */
    Map<TableUse, String> replacements(String group) {
        Map<TableUse, String> result = new IdentityHashMap<>();
        places.stream().filter(use -> !isThere(use, group)).forEach(use -> result.put(use, table(use)));
        return result;
    }

    List<Plan.Names.Renaming> renamings() {
        return names.entrySet().stream()
                .filter(e -> places.contains(e.getKey()))
                .map(e -> new Plan.Names.Renaming(
                        SCHEMA,
                        e.getValue(),
                        String.valueOf(e.getKey().database()),
                        e.getKey().definition().name()))
                .distinct()
                .sorted((a, b) -> a.table().compareTo(b.table()))
                .toList();
    }
}
