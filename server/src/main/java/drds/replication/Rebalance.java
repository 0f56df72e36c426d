package drds.replication;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which shards go where so that all Groups have about the same to hold, by size; shards that hold little count as if they held a
 * little more, so that empty ones are spread too. As few as possible are moved, largest first.
 */
public final class Rebalance {
    private static final long LEAST_BYTES = 1L << 20;

    private Rebalance() {}

    /** @param bytes that the shard holds, about */
    public record Step(String schema, String from, String to, long bytes) {}

    /**
     * @param sizes bytes by the shard's schema
     * @param drained Groups that are to hold nothing
     */
    static List<Step> plan(Catalog catalog, Database database, Map<String, Long> sizes, Set<String> drained) {
        Map<String, Long> load = new LinkedHashMap<>();
        Map<String, String> places = new HashMap<>();
        catalog.groups().keySet().stream()
                .filter(group -> !drained.contains(group))
                .forEach(group -> load.put(group, 0L));
        if (load.isEmpty()) {
            throw new MoveException("no Group is left for the shards");
        }
        List<Shard> shards = new ArrayList<>(database.shards());
        shards.sort(
                Comparator.comparingLong((Shard shard) -> -weight(sizes, shard)).thenComparingInt(Shard::index));
        for (Shard shard : shards) {
            places.put(shard.schema(), shard.group());
            load.computeIfPresent(shard.group(), (group, sum) -> sum + weight(sizes, shard));
        }
        for (Shard shard : shards) {
            if (drained.contains(shard.group())) {
                String to = least(load);
                places.put(shard.schema(), to);
                load.merge(to, weight(sizes, shard), Long::sum);
            }
        }
        for (int i = 0; i < shards.size(); i++) {
            if (!evenOut(shards, sizes, places, load)) {
                break;
            }
        }
        return shards.stream()
                .filter(shard -> !shard.group().equals(places.get(shard.schema())))
                .sorted(Comparator.comparingInt(Shard::index))
                .map(shard -> new Step(
                        shard.schema(),
                        shard.group(),
                        String.valueOf(places.get(shard.schema())),
                        sizes.getOrDefault(shard.schema(), 0L)))
                .toList();
    }

    /** Moves the shard from the fullest Group to the emptiest that leaves the two most alike; false if none does. */
    private static boolean evenOut(
            List<Shard> shards, Map<String, Long> sizes, Map<String, String> places, Map<String, Long> load) {
        String fullest = load.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        String emptiest = least(load);
        long gap = load.getOrDefault(fullest, 0L) - load.getOrDefault(emptiest, 0L);
        @Nullable Shard chosen = null;
        for (Shard shard : shards) {
            boolean possible = fullest.equals(places.get(shard.schema())) && weight(sizes, shard) < gap;
            if (possible && (chosen == null || apart(gap, sizes, shard) < apart(gap, sizes, chosen))) {
                chosen = shard;
            }
        }
        if (chosen == null) {
            return false;
        }
        long weight = weight(sizes, chosen);
        places.put(chosen.schema(), emptiest);
        load.merge(fullest, -weight, Long::sum);
        load.merge(emptiest, weight, Long::sum);
        return true;
    }

    private static long apart(long gap, Map<String, Long> sizes, Shard shard) {
        return Math.abs(gap - 2 * weight(sizes, shard));
    }

    private static String least(Map<String, Long> load) {
        return load.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static long weight(Map<String, Long> sizes, Shard shard) {
        return LEAST_BYTES + sizes.getOrDefault(shard.schema(), 0L);
    }
}
