package drds.ddl;

import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers of TIME sequences: 41 bits of milliseconds, 10 of the node, 12 of a counter. They grow; a clock that is put back stops
 * nothing, since the time never goes back here.
 */
final class TimeNumbers {
    private static final long EPOCH_MILLIS = 1_303_895_660_503L;
    private static final int WORKER_BITS = 10;
    private static final int COUNTER_BITS = 12;

    private final Clock clock;
    private final long worker;
    private final ReentrantLock lock = new ReentrantLock();
    private long millis;
    private int counter;

    TimeNumbers(Clock clock) {
        this.clock = clock;
        this.worker = ThreadLocalRandom.current().nextLong(1 << WORKER_BITS);
    }

    List<BigInteger> next(int count) {
        List<BigInteger> numbers = new ArrayList<>(count);
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                step();
                long number =
                        (millis - EPOCH_MILLIS) << (WORKER_BITS + COUNTER_BITS) | worker << COUNTER_BITS | counter;
                numbers.add(BigInteger.valueOf(number));
            }
        } finally {
            lock.unlock();
        }
        return numbers;
    }

    /** When a millisecond's numbers are used up the next one's are taken before it has come. */
    private void step() {
        long now = clock.millis();
        if (now > millis) {
            millis = now;
            counter = 0;
        } else if (++counter == 1 << COUNTER_BITS) {
            millis++;
            counter = 0;
        }
    }
}
