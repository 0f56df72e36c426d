package drds.acceptance.fire;

import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.Moments;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Transfers while instances, DRDS and the network between them are killed, frozen and cut, at random moments and at each step of a
 * commit. {@code -Ddrds.kills=200} for a long run, {@code -Ddrds.seed=N} for the same strikes again.
 */
@ExtendWith(FireExtension.class)
class BankUnderFireTest {
    private static final int KILLS = Integer.getInteger("drds.kills", 6);
    private static final int STRIKES_BETWEEN_CHECKS = 8;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean pausing = new AtomicBoolean();
    private final Phaser rounds = new Phaser(1);
    private final AtomicInteger snapshots = new AtomicInteger();
    private final AtomicInteger consistentReads = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final List<String> wrongReads = new CopyOnWriteArrayList<>();
    private Duration longestRecovery = Duration.ZERO;

    @Test
    void everyAcknowledgedTransferIsThereOnceAndNothingIsHalfDone(FireCluster cluster) throws Exception {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        System.out.println("BankUnderFireTest: -Ddrds.seed=" + seed + ", " + KILLS + " kills");
        Random random = new Random(seed);
        Bank bank = new Bank(cluster);
        List<Thread> threads = start(bank, seed);
        try {
            int kills = 0;
            int strikes = 0;
            while (kills < KILLS) {
                Moments.pass(Duration.ofMillis(200 + random.nextInt(400)));
                Strike strike = Strike.random(random);
                kills += strike.kills();
                strikes++;
                boolean reached = strike.on(cluster);
                System.out.println("strike " + strikes + ", kills " + kills + ": " + strike
                        + (reached ? "" : " (no commit came there)"));
                if (strikes % STRIKES_BETWEEN_CHECKS == 0 || kills >= KILLS) {
                    check(cluster, bank, "seed " + seed + " after strike " + strikes);
                }
            }
            report(bank, strikes, kills);
        } finally {
            over.set(true);
            rounds.forceTermination();
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(60));
            }
        }
    }

    private List<Thread> start(Bank bank, long seed) {
        BankClient.Fire fire = new BankClient.Fire() {
            @Override
            public boolean pauses() {
                return pausing.get();
            }

            @Override
            public boolean isOver() {
                return over.get();
            }
        };
        List<Runnable> tasks = new ArrayList<>();
        for (int client = 0; client < Bank.CLIENTS; client++) {
            tasks.add(new BankClient(bank, client, seed, rounds, fire, unknown));
        }
        tasks.add(new SnapshotReader(bank, true, over::get, snapshots, wrongReads));
        tasks.add(new SnapshotReader(bank, false, over::get, consistentReads, wrongReads));
        return tasks.stream().map(Thread.ofPlatform()::start).toList();
    }

    private void check(FireCluster cluster, Bank bank, String when) throws SQLException {
        long up = System.nanoTime();
        pausing.set(true);
        rounds.arriveAndAwaitAdvance();
        pausing.set(false);
        long paused = System.nanoTime();
        cluster.awaitNothingPrepared(when);
        Duration took = Duration.ofNanos(System.nanoTime() - paused);
        longestRecovery = took.compareTo(longestRecovery) > 0 ? took : longestRecovery;
        bank.check(when);
        assertThat(wrongReads).as(when).isEmpty();
        System.out.println(when + ": in order; clients had stopped after " + (paused - up) / 1_000_000
                + " ms, nothing was prepared after " + took.toMillis() + " ms more");
        rounds.arriveAndAwaitAdvance();
    }

    private void report(Bank bank, int strikes, int kills) {
        long committed = bank.transfers.values().stream()
                .filter(outcome -> outcome == Bank.Outcome.COMMITTED)
                .count();
        System.out.println(strikes + " strikes with " + kills + " kills: " + committed + " of " + bank.transfers.size()
                + " transfers acknowledged, " + unknown + " outcomes unknown, " + snapshots
                + " snapshots and " + consistentReads
                + " consistent reads with the right total; nothing prepared at most " + longestRecovery.toMillis()
                + " ms after the end of work");
        assertThat(committed).isPositive();
        assertThat(snapshots.get()).isPositive();
        assertThat(consistentReads.get()).isPositive();
    }
}
