package drds.session.operate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The slowest of what took long, and the last ones; both limited. Any thread may add and look. */
public final class SlowestAndLast<T extends SlowestAndLast.Timed> {
    /** What took time. */
    public interface Timed {
        long millis();
    }

    private final int slowestKept;
    private final int lastKept;
    private final PriorityQueue<T> slowest = new PriorityQueue<>(Comparator.comparingLong(Timed::millis));
    private final ArrayDeque<T> last = new ArrayDeque<>();

    public SlowestAndLast(int slowestKept, int lastKept) {
        this.slowestKept = slowestKept;
        this.lastKept = lastKept;
    }

    public synchronized void add(T one) {
        slowest.add(one);
        if (slowest.size() > slowestKept) {
            slowest.remove();
        }
        last.add(one);
        if (last.size() > lastKept) {
            last.remove();
        }
    }

    /** The slowest first. */
    public synchronized List<T> slowest() {
        List<T> all = new ArrayList<>(slowest);
        all.sort(Comparator.comparingLong(Timed::millis).reversed());
        return all;
    }

    /** The latest first. */
    public synchronized List<T> last() {
        return new ArrayList<>(last).reversed();
    }

    public synchronized void clear() {
        slowest.clear();
        last.clear();
    }
}
