package drds.acceptance.fire;

import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.Moments;
import drds.transaction.CommitStep;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of one commit over several instances that is struck at a known step, and what its client is told. */
@ExtendWith(FireExtension.class)
class CommitOutcomeTest {
    private static final String DATABASE = "outcome";
    private static final int ROWS = 12;
    private static final Pattern NAME = Pattern.compile("SHOW TRANS LIKE '(drds,[^']+)'");

    private final FireCluster cluster;

    CommitOutcomeTest(FireCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void rows() throws Exception {
        cluster.clearStops();
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS " + DATABASE);
            statement.execute("USE " + DATABASE);
            statement.execute("DROP TABLE IF EXISTS t");
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT) DBPARTITION BY HASH(id)");
            for (int id = 0; id < ROWS; id++) {
                statement.execute("INSERT INTO t VALUES (" + id + ", 0)");
            }
        }
    }

    /** A transaction that has changed all rows and is being committed. */
    private final class Committing implements AutoCloseable {
        final Connection connection = cluster.connect(DATABASE);
        final Statement statement = connection.createStatement();
        /** A session can't begin while its home instance is away. */
        final Connection other = cluster.connect(DATABASE);

        final String id;
        final int deciding;
        final CompletableFuture<String> end;

        Committing(CommitStep stop) throws Exception {
            statement.execute("BEGIN");
            statement.execute("UPDATE t SET v = v + 1");
            List<String> open = openTransaction();
            id = open.getFirst();
            deciding = Integer.parseInt(open.get(1).substring(1, 2));
            cluster.stopAt(stop);
            end = CompletableFuture.supplyAsync(this::commit);
            assertThat(Moments.await(Duration.ofSeconds(20), () -> cluster.isStoppedAt(stop)))
                    .isTrue();
        }

        private String commit() {
            try {
                statement.execute("COMMIT");
                return "committed";
            } catch (SQLException e) {
                return e.getErrorCode() + " " + e.getSQLState() + " " + e.getMessage();
            }
        }

        String stateByAsking() throws SQLException {
            try (Statement asking = other.createStatement()) {
                return state(asking, id);
            }
        }

        @Override
        public void close() throws SQLException {
            other.abort(Runnable::run);
            connection.abort(Runnable::run);
        }
    }

    private List<String> openTransaction() throws SQLException {
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW TRANS")) {
            while (rows.next()) {
                if (rows.getString("TYPE").equals("XA")
                        && rows.getString("GROUPS") != null
                        && rows.getString("GROUPS").contains(",")) {
                    return List.of(rows.getString("TRANS_ID"), rows.getString("GROUPS"));
                }
            }
            throw new AssertionError("no transaction is open");
        }
    }

    /** How many rows have been changed. */
    private long changed() throws SQLException {
        try (Connection connection = cluster.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            return Bank.one(statement, "SELECT SUM(v) FROM t");
        }
    }

    private String state(String transaction) throws SQLException {
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            return state(statement, transaction);
        }
    }

    private static String state(Statement statement, String transaction) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SHOW TRANS LIKE '" + transaction + "'")) {
            return rows.next() ? rows.getString("STATE") : "";
        }
    }

    @Test
    void aClientWhoseOutcomeIsUnknownIsToldSoAndCanAskLater() throws Exception {
        for (CommitStep step : List.of(CommitStep.PREPARED, CommitStep.DECIDING)) {
            rows();
            try (Committing committing = new Committing(CommitStep.PREPARED)) {
                long frozen = cluster.instance(committing.deciding).pid();
                if (step == CommitStep.DECIDING) {
                    // It will commit, but nobody hears of it.
                    FireCluster.signal("STOP", frozen);
                    CutProxy network = cluster.network(committing.deciding);
                    int before = network.commits();
                    cluster.goOnTo(CommitStep.PREPARED, step);
                    assertThat(Moments.await(Duration.ofSeconds(20), () -> network.commits() > before))
                            .as("the COMMIT is on its way")
                            .isTrue();
                }
                cluster.network(committing.deciding).cut();
                FireCluster.signal("CONT", frozen);
                cluster.clearStops();
                String told = committing.end.get(60, TimeUnit.SECONDS);
                assertThat(told).startsWith("4614 08007").contains("not known yet");
                Matcher name = NAME.matcher(told);
                assertThat(name.find()).isTrue();
                assertThat(name.group(1)).isEqualTo(committing.id);
                assertThat(committing.stateByAsking()).isEqualTo("UNKNOWN");
                cluster.network(committing.deciding).restore();
                cluster.awaitNothingPrepared(step.name());
                boolean committed = step == CommitStep.DECIDING;
                assertThat(state(committing.id)).isEqualTo(committed ? "COMMITTED" : "ROLLED BACK");
                assertThat(changed()).isEqualTo(committed ? ROWS : 0);
            } finally {
                for (int i = 0; i < FireCluster.INSTANCES; i++) {
                    cluster.network(i).restore();
                }
            }
        }
    }

    @Test
    void aBranchOfAnInstanceThatWasKilledIsSettledSoonAfterItIsUp() throws Exception {
        try (Committing committing = new Committing(CommitStep.DECIDED)) {
            int other = (committing.deciding + 1) % FireCluster.INSTANCES;
            int starts = cluster.instance(other).starts();
            cluster.instance(other).kill();
            cluster.clearStops();
            assertThat(committing.end.get(60, TimeUnit.SECONDS)).isEqualTo("committed");
            cluster.awaitInstance(other, starts + 1);
            cluster.awaitNothingPrepared("after the kill");
            assertThat(changed()).isEqualTo(ROWS);
        }
    }

    @Test
    void afterARestartOfEverythingAllIsSettledBeforeClientsCome() throws Exception {
        for (CommitStep step : List.of(CommitStep.PREPARED, CommitStep.DECIDED)) {
            rows();
            try (Committing committing = new Committing(step)) {
                cluster.killDrds();
                int[] starts = new int[FireCluster.INSTANCES];
                for (int i = 0; i < starts.length; i++) {
                    starts[i] = cluster.instance(i).starts();
                    cluster.instance(i).kill();
                }
                cluster.clearStops();
                for (int i = 0; i < starts.length; i++) {
                    cluster.awaitInstance(i, starts[i] + 1);
                }
                assertThat(cluster.prepared()).isNotEmpty();
                cluster.awaitDrds();
                assertThat(cluster.prepared()).isEmpty();
                assertThat(changed()).isEqualTo(step == CommitStep.DECIDED ? ROWS : 0);
                assertThat(state(committing.id)).isEqualTo(step == CommitStep.DECIDED ? "COMMITTED" : "ROLLED BACK");
            }
        }
    }

    @Test
    void aDecidedCommitRunsToItsEndWhateverBecomesOfItsClient() throws Exception {
        for (String how : List.of("cut", "KILL ", "KILL QUERY ")) {
            rows();
            try (Committing committing = new Committing(CommitStep.DECIDED)) {
                if (how.equals("cut")) {
                    committing.connection.abort(Runnable::run);
                } else {
                    kill(how, committing.id);
                }
                cluster.clearStops();
                cluster.awaitNothingPrepared(how);
                assertThat(changed()).as(how).isEqualTo(ROWS);
            }
        }
    }

    private void kill(String how, String transaction) throws SQLException {
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            long session;
            try (ResultSet rows = statement.executeQuery("SHOW TRANS LIKE '" + transaction + "'")) {
                assertThat(rows.next()).isTrue();
                session = rows.getLong("PROCESS_ID");
            }
            statement.execute(how + session);
        }
    }

    /** Proof that these tests could see it: without a decision in the log a part of the transaction stays. */
    @Test
    void withoutTheDecisionAPartOfATransactionIsThere() throws Exception {
        cluster.restartDrds("-Ddrds.test.without=decision");
        try (Committing committing = new Committing(CommitStep.DECIDED)) {
            cluster.restartDrds();
            assertThat(changed()).isStrictlyBetween(0L, (long) ROWS);
        } finally {
            cluster.clearStops();
            cluster.restartDrds();
        }
    }
}
