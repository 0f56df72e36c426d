package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;

import drds.atom.Backend;
import drds.error.SqlError;
import drds.executor.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions that wait for each other on different instances. */
class DeadlockWatchTest {
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(i, "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            cluster.run(i, "INSERT INTO shop.t VALUES (1, 10), (2, 20), (3, 30), (4, 40), (5, 50), (6, 60), (7, 70)");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** A transaction that has changed a row on both instances. */
    private static Transaction begun(int first, int row) {
        return begun(cluster::transaction, first, row);
    }

    private static Transaction begun(Supplier<Transaction> opened, int first, int row) {
        return cluster.onLoop(() -> {
            Transaction transaction = opened.get();
            transaction.begin(Characteristics.DEFAULT);
            update(transaction, first, row);
            update(transaction, 1 - first, row);
            return transaction;
        });
    }

    private static void update(Transaction transaction, int group, int row) {
        transaction.on("g" + group, true, state()).run("UPDATE t SET v = v + 1 WHERE id = " + row);
    }

    private static CompletableFuture<String> goingOn(Transaction transaction, int group, int row) {
        CompletableFuture<String> result = new CompletableFuture<>();
        cluster.loops.any().start(() -> {
            try {
                transaction.beginStatement();
                update(transaction, group, row);
                transaction.commit();
                result.complete("committed");
            } catch (SqlError e) {
                transaction.endStatement(e);
                result.complete(e.number() + " " + e.sqlState() + " " + transaction.active());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Test
    void theYoungestOfACircleIsRolledBack() throws Exception {
        DeadlockWatch watch = new DeadlockWatch(cluster.backends, cluster.coordinator());
        Transaction older = begun(0, 1);
        Transaction younger = begun(0, 2);
        CompletableFuture<String> first = goingOn(older, 0, 2);
        CompletableFuture<String> second = goingOn(younger, 1, 1);
        assertThat(looking(watch, second)).isEqualTo(1);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("1213 40001 false");
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("committed");
        assertThat(onLoop(watch)).isZero();
        assertThat(cluster.rows(0, "SELECT v FROM shop.t ORDER BY id")).startsWith("11", "21");
        assertThat(cluster.rows(1, "SELECT v FROM shop.t ORDER BY id")).startsWith("11");
        assertThat(cluster.rows(1, "XA RECOVER")).isEmpty();
    }

    @Test
    void aCircleThroughAnotherServerIsBrokenByTheServerOfTheYoungest() throws Exception {
        Coordinator ours = cluster.coordinator("gggggggg");
        Coordinator theirs = cluster.coordinator("hhhhhhhh");
        DeadlockWatch ourWatch = new DeadlockWatch(cluster.backends, ours);
        DeadlockWatch theirWatch = new DeadlockWatch(cluster.backends, theirs);
        Transaction older = begun(() -> new Transaction(cluster.backends, ours), 0, 4);
        Transaction younger = begun(() -> new Transaction(cluster.backends, theirs), 0, 5);
        CompletableFuture<String> first = goingOn(older, 0, 5);
        CompletableFuture<String> second = goingOn(younger, 1, 4);
        int ourBreaks = 0;
        int theirBreaks = 0;
        while (!second.isDone() && !first.isDone()) {
            ourBreaks += onLoop(ourWatch);
            theirBreaks += onLoop(theirWatch);
        }
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("1213 40001 false");
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("committed");
        assertThat(ourBreaks).isZero();
        assertThat(theirBreaks).isEqualTo(1);
        assertThat(onLoop(ourWatch) + onLoop(theirWatch)).isZero();
        assertThat(cluster.rows(0, "SELECT * FROM drds.spread_transactions")).isEmpty();
    }

    /** The pool has 20 connections; waiting transactions hold all of them. */
    @Test
    void aFullPoolIsNoObstacle() throws Exception {
        DeadlockWatch watch = new DeadlockWatch(cluster.backends, cluster.coordinator());
        Transaction older = begun(0, 6);
        Transaction younger = begun(0, 7);
        List<Backend> rest = cluster.onLoop(() -> {
            List<Backend> taken = new ArrayList<>();
            for (String group : cluster.groups()) {
                for (int i = 0; i < 18; i++) {
                    taken.add(cluster.backends.take(group, state()));
                }
            }
            return taken;
        });
        try {
            CompletableFuture<String> first = goingOn(older, 0, 7);
            CompletableFuture<String> second = goingOn(younger, 1, 6);
            assertThat(looking(watch, second)).isEqualTo(1);
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("1213 40001 false");
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("committed");
        } finally {
            cluster.onLoop(() -> {
                rest.forEach(Backend::release);
                return null;
            });
        }
    }

    @Test
    void whoOnlyWaitsIsLeftAlone() throws Exception {
        DeadlockWatch watch = new DeadlockWatch(cluster.backends, cluster.coordinator());
        Transaction holder = begun(1, 3);
        Transaction waiter = begun(1, 2);
        CompletableFuture<String> waiting = goingOn(waiter, 1, 3);
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (cluster.rows(1, "SELECT 1 FROM information_schema.INNODB_LOCK_WAITS")
                .isEmpty()) {
            assertThat(Instant.now()).as("somebody waits").isBefore(end);
            pause();
        }
        assertThat(onLoop(watch) + onLoop(watch)).isZero();
        cluster.onLoop(() -> {
            holder.rollback();
            return null;
        });
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("committed");
    }

    /** Looks until something is found, or the statement has ended by itself. */
    private static int looking(DeadlockWatch watch, CompletableFuture<?> statement) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        int found = 0;
        while (found == 0 && !statement.isDone() && Instant.now().isBefore(end)) {
            found = onLoop(watch);
        }
        return found;
    }

    private static int onLoop(DeadlockWatch watch) {
        pause();
        return cluster.onLoop(watch::look);
    }

    /** MariaDB shows who waits for whom as it was until nobody has asked for a tenth of a second. */
    private static void pause() {
        cluster.onLoop(() -> {
            Work.pause(Duration.ofMillis(150));
            return null;
        });
    }
}
