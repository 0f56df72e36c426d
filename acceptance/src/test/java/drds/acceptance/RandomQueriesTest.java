package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Queries made up from a seed, which {@code -Ddrds.seed} sets. */
@ExtendWith(ClusterExtension.class)
class RandomQueriesTest {
    private static final int QUERIES = 300;

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"ONE", "SHUFFLED"})
    void answersAsOneMariaDbDoes(Topology topology, Cluster cluster) throws Exception {
        long seed = Long.getLong("drds.seed", 2026);
        try (var run = Run.over(topology, cluster)) {
            Run.Result result = run.file(TestFile.random(seed, QUERIES));
            System.out.println("random queries, seed " + seed + ", " + run.total());
            assertThat(result.differences()).as("seed %d", seed).isEmpty();
        }
    }
}
