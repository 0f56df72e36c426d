package drds.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RebalanceTest {
    private static Catalog groups(String... names) {
        List<GroupDefinition> groups = new ArrayList<>();
        for (String name : names) {
            groups.add(new GroupDefinition(name, new Instance("h", groups.size() + 1, "u", ""), List.of()));
        }
        return Catalog.empty().withGroups(groups, names[0]);
    }

    private static Database shards(String... groups) {
        List<Shard> shards = new ArrayList<>();
        for (String group : groups) {
            shards.add(new Shard(shards.size(), "s" + shards.size(), group));
        }
        return new Database("d", "utf8mb4", "utf8mb4_bin", shards, Map.of(), Map.of());
    }

    private static List<String> plan(Catalog catalog, Database database, Map<String, Long> sizes, String... drained) {
        return Rebalance.plan(catalog, database, sizes, Set.of(drained)).stream()
                .map(step -> step.schema() + " " + step.from() + ">" + step.to())
                .toList();
    }

    @Test
    void aNewGroupGetsItsShare() {
        assertThat(plan(groups("a", "b", "c"), shards("a", "b", "a", "b", "a", "b"), Map.of()))
                .hasSize(2)
                .allMatch(step -> step.endsWith(">c"));
    }

    @Test
    void sizesCountMoreThanNumbers() {
        assertThat(plan(groups("a", "b"), shards("a", "a", "b", "b"), Map.of("s0", 500L << 20, "s1", 400L << 20)))
                .containsExactly("s1 a>b");
    }

    @Test
    void aDrainedGroupKeepsNothing() {
        assertThat(plan(groups("a", "b", "c"), shards("a", "b", "c", "c"), Map.of(), "c"))
                .containsExactlyInAnyOrder("s2 c>a", "s3 c>b");
    }

    @Test
    void whatIsEvenStays() {
        assertThat(plan(groups("a", "b"), shards("a", "b"), Map.of())).isEmpty();
    }

    @Test
    void someGroupMustBeLeft() {
        assertThatThrownBy(() -> plan(groups("a"), shards("a"), Map.of(), "a"))
                .hasMessageContaining("no Group is left");
    }
}
