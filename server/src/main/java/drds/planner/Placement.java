package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One Group on which all rows of a statement that can matter lie, each sharded table in one partition.
 *
 * @param partitions for each place that names a sharded table (by identity)
 */
record Placement(String group, Map<TableUse, Table.Partition> partitions) {

    /**
     * @param defaultGroup where single tables are
     * @throws NotPushable if there is none
     */
    static Placement find(Analysis analysis, KeyConstraints constraints, String defaultGroup) {
        Set<String> groups = new LinkedHashSet<>();
        boolean home = analysis.traits().homeOnly()
                || analysis.tables().stream()
                        .anyMatch(t -> t.place() == TableUse.Place.HOME || t.place() == TableUse.Place.SYSTEM);
        if (home) {
            groups.add(defaultGroup);
        }
        List<TableUse> free = new ArrayList<>();
        Map<TableUse, Table.Partition> partitions = new IdentityHashMap<>();
        for (TableUse use : analysis.shardedTables()) {
            BitSet set = constraints.partitions(use);
            if (set.cardinality() > 1) {
                throw new NotPushable(use.name() + " is needed from " + set.cardinality() + " partitions");
            }
            if (set.isEmpty()) {
                free.add(use);
            } else {
                Table.Partition partition = use.definition().partitions().get(set.nextSetBit(0));
                partitions.put(use, partition);
                groups.add(partition.group());
            }
        }
        if (groups.size() > 1) {
            throw new NotPushable("the rows lie on several Groups");
        }
        String group = groups.isEmpty()
                ? free.get(0).definition().partitions().get(0).group()
                : groups.iterator().next();
        for (TableUse use : free) {
            partitions.put(use, anyOn(use, group));
        }
        return new Placement(group, partitions);
    }

    /** Of a table whose rows can't matter, any partition does. */
    private static Table.Partition anyOn(TableUse use, String group) {
        return use.definition().partitions().stream()
                .filter(p -> p.group().equals(group))
                .findFirst()
                .orElseThrow(() -> new NotPushable(use.name() + " has no partition on " + group));
    }

    /** The texts to put in the places of the tables' names. */
    Map<TableUse, String> replacements() {
        Map<TableUse, String> result = new IdentityHashMap<>();
        partitions.forEach((use, partition) -> result.put(use, Sql.table(partition)));
        return result;
    }

    Plan.Names names(@Nullable String currentDatabase) {
        List<Plan.Names.Renaming> renamings = partitions.entrySet().stream()
                .map(e -> new Plan.Names.Renaming(
                        e.getValue().schema(),
                        e.getValue().table(),
                        String.valueOf(e.getKey().database()),
                        e.getKey().definition().name()))
                .distinct()
                .sorted((a, b) -> (a.schema() + a.table()).compareTo(b.schema() + b.table()))
                .collect(Collectors.toList());
        return new Plan.Names(currentDatabase == null ? "" : currentDatabase, renamings);
    }
}
