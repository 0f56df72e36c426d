package drds.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.ddl.TableLocks.Held;
import drds.error.SqlError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TableLocksTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName LINES = new TableName("shop", "lines");

    private final TableLocks locks = new TableLocks();

    @Test
    void aChangeWaitsForStatementsAndGivesUp() {
        Held first = locks.share("shop", "orders", LONG);
        Held second = locks.share("shop", "orders", LONG);
        first.close();
        assertThatThrownBy(() -> locks.alone(List.of(LINES, ORDERS), SHORT))
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(1205));
        locks.share("shop", "lines", SHORT).close();
        locks.share("shop", "orders", SHORT).close();
        second.close();
        locks.alone(List.of(LINES, ORDERS), SHORT).close();
    }

    @Test
    void statementsWaitForAChange() {
        Held change = locks.alone(List.of(ORDERS), LONG);
        assertThatThrownBy(() -> locks.share("shop", "orders", SHORT)).isInstanceOf(SqlError.class);
        assertThatThrownBy(() -> locks.alone(List.of(ORDERS), SHORT)).isInstanceOf(SqlError.class);
        change.close();
        locks.share("shop", "orders", SHORT).close();
    }

    @Test
    void neverBothAtOnce() throws InterruptedException {
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            boolean changes = i % 4 == 0;
            Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 2000; j++) {
                    try (Held held =
                            changes ? locks.alone(List.of(ORDERS, LINES), LONG) : locks.share("shop", "orders", LONG)) {
                        int now = changes ? readers.getAndAdd(1000) : readers.getAndIncrement();
                        if (changes ? now != 0 : now >= 1000) {
                            wrong.incrementAndGet();
                        }
                        Thread.yield();
                        readers.addAndGet(changes ? -1000 : -1);
                    }
                }
                done.countDown();
            });
        }
        done.await();
        assertThat(wrong).hasValue(0);
    }

    @Test
    void aDrainThatGivesUpLeavesTheChangeThatWaits() throws InterruptedException {
        Held statement = locks.share("shop", "orders", LONG);
        Thread drain = Thread.ofPlatform().start(() -> locks.drain(List.of(ORDERS), Duration.ofMillis(500)));
        awaitWaiting(drain);
        Thread change = Thread.ofPlatform()
                .start(() -> locks.alone(List.of(ORDERS), LONG).close());
        awaitWaiting(change);
        drain.join();
        statement.close();
        assertThat(change.join(Duration.ofSeconds(10))).isTrue();
        locks.drain(List.of(ORDERS), SHORT).close();
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aDrainAndAChangeDontTakeEachOthersLock() throws InterruptedException {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            int kind = i;
            Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 1000; j++) {
                    boolean alone = kind < 4;
                    try (Held held = switch (kind) {
                        case 0, 1 -> locks.alone(List.of(ORDERS, LINES), LONG);
                        case 2, 3 -> locks.drain(List.of(ORDERS, LINES), SHORT);
                        default -> locks.share("shop", "orders", LONG);
                    }) {
                        if (held != null) {
                            int now = alone ? holders.getAndAdd(1000) : holders.getAndIncrement();
                            if (alone ? now != 0 : now >= 1000) {
                                wrong.incrementAndGet();
                            }
                            Thread.yield();
                            holders.addAndGet(alone ? -1000 : -1);
                        }
                    }
                }
                done.countDown();
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong).hasValue(0);
    }
}
