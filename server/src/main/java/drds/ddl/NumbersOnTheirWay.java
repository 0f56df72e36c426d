package drds.ddl;

import drds.error.ErrorCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The numbers of one AUTO_INCREMENT column that statements have taken or give, from then until their rows are written. Another
 * statement that gives the same number waits for that: only then does it see the row. All under the lock of the numbers.
 */
final class NumbersOnTheirWay {
    /** As innodb_lock_wait_timeout by default. */
    private static final long WAIT_SECONDS = 50;

    private final ReentrantLock lock;
    private final Condition fewer;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Thread owner, long first, long count) {
        boolean meets(Entry other) {
            return first < other.first ? other.first - first < count : first - other.first < other.count;
        }
    }

    NumbersOnTheirWay(ReentrantLock lock) {
        this.lock = lock;
        this.fewer = lock.newCondition();
    }

    /** Numbers that were taken from the sequence: nobody else has them. */
    void add(long first, long count) {
        entries.add(new Entry(Thread.currentThread(), first, count));
    }

    /** @throws drds.error.SqlError 1205 if one of them is on its way for too long */
    void claim(Collection<BigInteger> numbers) {
        List<Entry> wanted = runs(numbers);
        long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (isTaken(wanted)) {
            if (left <= 0) {
                throw ErrorCode.LOCK_WAIT_TIMEOUT.with();
            }
            try {
                left = fewer.awaitNanos(left);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw ErrorCode.QUERY_INTERRUPTED.with();
            }
        }
        entries.addAll(wanted);
    }

    /** Neighbours together. */
    private static List<Entry> runs(Collection<BigInteger> numbers) {
        long[] sorted =
                numbers.stream().mapToLong(BigInteger::longValue).sorted().toArray();
        List<Entry> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || sorted[i] != sorted[i - 1] + 1) {
                runs.add(new Entry(Thread.currentThread(), sorted[from], (long) i - from));
                from = i;
            }
        }
        return runs;
    }

    private boolean isTaken(List<Entry> wanted) {
        for (Entry entry : entries) {
            if (entry.owner() != Thread.currentThread() && wanted.stream().anyMatch(entry::meets)) {
                return true;
            }
        }
        return false;
    }

    /** Those of this thread's statement have come to rest. */
    void done() {
        lock.lock();
        try {
            Iterator<Entry> all = entries.iterator();
            boolean removed = false;
            while (all.hasNext()) {
                if (all.next().owner() == Thread.currentThread()) {
                    all.remove();
                    removed = true;
                }
            }
            if (removed) {
                fewer.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
