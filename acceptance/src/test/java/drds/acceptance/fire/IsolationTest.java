package drds.acceptance.fire;

import static drds.acceptance.fire.Anomaly.FRACTURED_READ;
import static drds.acceptance.fire.Anomaly.G2;
import static drds.acceptance.fire.Anomaly.G_SINGLE;
import static drds.acceptance.fire.Anomaly.LONG_FORK;
import static drds.acceptance.fire.Anomaly.LOST_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.fire.ListWorkload.Style;
import drds.transaction.Safeguards;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No isolation level shows an anomaly that docs/sql.md doesn't allow; and the tests can see them. */
@ExtendWith(FireExtension.class)
class IsolationTest {
    private static final int CLIENTS = 8;
    private static final int TRANSACTIONS = Integer.getInteger("drds.transactions", 60);
    private static final Set<Anomaly> OF_STALE_READS = EnumSet.of(FRACTURED_READ, LOST_UPDATE, G_SINGLE, LONG_FORK, G2);
    private static final Style SNAPSHOTS =
            new Style("SET @a = 1", "START TRANSACTION WITH CONSISTENT SNAPSHOT", "BEGIN", false);

    private final FireCluster cluster;

    IsolationTest(FireCluster cluster) {
        this.cluster = cluster;
    }

    private static Style level(String level) {
        return new Style("SET SESSION TRANSACTION ISOLATION LEVEL " + level, "BEGIN", "BEGIN", true);
    }

    private Map<Anomaly, List<String>> anomalies(Style style, int factor) throws Exception {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        System.out.println("IsolationTest: -Ddrds.seed=" + seed + ", " + style);
        History history = new ListWorkload(cluster).run(style, CLIENTS, factor * TRANSACTIONS, seed);
        Map<Anomaly, List<String>> found = AnomalyFinder.anomalies(history);
        long committed = history.transactions().stream()
                .filter(txn -> txn.end() == History.End.COMMITTED)
                .count();
        System.out.println("  " + committed + " of " + history.transactions().size() + " committed");
        found.forEach((anomaly, examples) ->
                System.out.println("  " + anomaly + " " + examples.size() + ": " + examples.getFirst()));
        assertThat(committed).as("transactions that were committed").isPositive();
        return found;
    }

    @Test
    void readCommittedShowsStaleReadsAlone() throws Exception {
        assertThat(OF_STALE_READS)
                .containsAll(anomalies(level("READ COMMITTED"), 1).keySet());
    }

    @Test
    void repeatableReadShowsStaleReadsAlone() throws Exception {
        assertThat(OF_STALE_READS)
                .containsAll(anomalies(level("REPEATABLE READ"), 1).keySet());
    }

    @Test
    void serializableShowsNothing() throws Exception {
        assertThat(anomalies(level("SERIALIZABLE"), 1)).isEmpty();
    }

    @Test
    void snapshotsOverAllInstancesShowNothing() throws Exception {
        assertThat(anomalies(SNAPSHOTS, 2)).isEmpty();
    }

    @Test
    void withoutTheGateSnapshotsShowFracturedReads() throws Exception {
        cluster.restartDrds("-D" + Safeguards.PROPERTY + "=gate");
        try {
            assertThat(anomalies(SNAPSHOTS, 5)).containsKey(FRACTURED_READ);
        } finally {
            cluster.restartDrds();
        }
    }
}
