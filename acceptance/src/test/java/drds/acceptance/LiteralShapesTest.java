package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What is remembered of a statement's shape counts for all other literals in it. */
@ExtendWith(ClusterExtension.class)
class LiteralShapesTest {

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"ONE", "SHUFFLED"})
    void answersAsOneMariaDbDoes(Topology topology, Cluster cluster) throws Exception {
        try (var run = Run.over(topology, cluster)) {
            Run.Result result = run.file(LiteralShapes.file(topology == Topology.SPREAD));
            System.out.println("shapes of literals, " + run.total());
            assertThat(result.differences()).isEmpty();
        }
    }
}
