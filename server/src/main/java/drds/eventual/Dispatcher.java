package drds.eventual;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs deferred statements, those of all outboxes in the order in which they were deferred; on one server at a time. What can't be
 * run holds up what touches the same rows, and nothing else. Several statements share one transaction, as long as that works.
 */
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int PAGE = 1000;
    /** How many statements are found before any is run. */
    private static final int READY_LIMIT = 512;

    private static final int BATCH_STATEMENTS = 32;
    private static final long BATCH_BYTES = 1 << 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** As many failures that may pass, one after the other, end a look: an instance is away, and each attempt takes its time. */
    private static final int FAILURES_IN_A_ROW = 3;

    private final Outbox outbox;
    private final Backends backends;
    private final Stamps stamps;
    private final Supplier<Applier> appliers;
    private final Map<Long, Pause> pauses = new HashMap<>();

    private record Pause(int attempts, long untilNanos) {}

    /** @param appliers makes one for each look that finds something to do */
    public Dispatcher(Outbox outbox, Backends backends, Stamps stamps, Supplier<Applier> appliers) {
        this.outbox = outbox;
        this.backends = backends;
        this.stamps = stamps;
        this.appliers = appliers;
    }

    /**
     * Runs what can be run now.
     *
     * @return whether there may be more
     * @throws SqlError if an instance can't be asked: nothing is run then, since what it has might have to be run first
     */
    public boolean look() {
        long below = stamps.now();
        Touches.Blocked blocked = new Touches.Blocked();
        List<Outbox.Head> ready = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        boolean more = find(below, blocked, ready, seen);
        if (!more) {
            pauses.keySet().retainAll(seen);
        }
        return switch (ready.isEmpty() ? Run.AWAY : run(ready)) {
            case ALL -> true;
            case SOME -> more;
            case AWAY -> false;
        };
    }

    /** @return whether there is more than was looked at */
    private boolean find(long below, Touches.Blocked blocked, List<Outbox.Head> ready, Set<Long> seen) {
        long now = System.nanoTime();
        long above = 0;
        while (true) {
            long last = Long.MAX_VALUE;
            List<Outbox.Head> page = new ArrayList<>();
            for (String group : backends.groups()) {
                List<Outbox.Head> own = outbox.heads(group, above, below, PAGE);
                page.addAll(own);
                if (own.size() == PAGE) {
                    last = Math.min(last, own.getLast().id());
                }
            }
            page.sort(Comparator.comparingLong(Outbox.Head::id));
            for (Outbox.Head head : page) {
                if (head.id() > last) {
                    break;
                }
                seen.add(head.id());
                Pause pause = pauses.get(head.id());
                boolean waits = head.parked() || pause != null && pause.untilNanos - now > 0;
                if (waits || !blocked.isEmpty() && blocked.has(head.touches())) {
                    blocked.add(head.touches());
                } else {
                    ready.add(head);
                }
                if (ready.size() >= READY_LIMIT) {
                    return true;
                }
            }
            if (last == Long.MAX_VALUE) {
                return false;
            }
            above = last;
        }
    }

    /** What a look came to. */
    private enum Run {
        ALL,
        SOME,
        /** There was nothing to do, or an instance is away. */
        AWAY
    }

    private Run run(List<Outbox.Head> ready) {
        Applier applier = appliers.get();
        try {
            Touches.Blocked blocked = new Touches.Blocked();
            int inARow = 0;
            for (List<Outbox.Head> batch : batches(ready)) {
                List<Outbox.Head> free =
                        batch.stream().filter(head -> !isHeldUp(head, blocked)).toList();
                if (free.isEmpty() || together(applier, free)) {
                    continue;
                }
                for (Outbox.Head head : free) {
                    if (isHeldUp(head, blocked)) {
                        continue;
                    }
                    SqlError failure = alone(applier, head);
                    inARow = failure == null || !Failures.mayPass(failure) ? 0 : inARow + 1;
                    if (failure != null) {
                        blocked.add(head.touches());
                    }
                    if (inARow >= FAILURES_IN_A_ROW) {
                        return Run.AWAY;
                    }
                }
            }
            return blocked.isEmpty() ? Run.ALL : Run.SOME;
        } finally {
            applier.close();
        }
    }

    /** What waits behind something holds up what comes behind itself. */
    private static boolean isHeldUp(Outbox.Head head, Touches.Blocked blocked) {
        if (!blocked.has(head.touches())) {
            return false;
        }
        blocked.add(head.touches());
        return true;
    }

    private static List<List<Outbox.Head>> batches(List<Outbox.Head> ready) {
        List<List<Outbox.Head>> batches = new ArrayList<>();
        List<Outbox.Head> batch = new ArrayList<>();
        long bytes = 0;
        for (Outbox.Head head : ready) {
            if (!batch.isEmpty() && (batch.size() == BATCH_STATEMENTS || bytes + head.bytes() > BATCH_BYTES)) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(head);
            bytes += head.bytes();
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    private boolean together(Applier applier, List<Outbox.Head> heads) {
        if (heads.size() == 1) {
            return false;
        }
        try {
            return applier.apply(outbox.read(heads));
        } catch (RuntimeException one) {
            LOG.debug("{} deferred statements are run one by one: {}", heads.size(), one.toString());
            return false;
        }
    }

    /** @return what went wrong; null if the entry is done, now or before */
    private @Nullable SqlError alone(Applier applier, Outbox.Head head) {
        List<Deferred> entries = outbox.read(List.of(head));
        if (entries.isEmpty()) {
            return null;
        }
        Deferred entry = entries.getFirst();
        SqlError failure;
        try {
            applier.apply(entries);
            pauses.remove(entry.id());
            return null;
        } catch (SqlError error) {
            failure = error;
        } catch (RuntimeException fault) {
            LOG.error("the deferred statement {} met a fault", entry.id(), fault);
            failure = ErrorCode.UNKNOWN_ERROR.with("a fault in DRDS: " + fault);
        }
        boolean passing = Failures.mayPass(failure);
        if (passing) {
            pause(entry.id());
        } else {
            pauses.remove(entry.id());
        }
        LOG.warn("the deferred statement {} {}: {}", entry.id(), passing ? "waits" : "is parked", failure.message());
        outbox.failed(entry, failure, !passing);
        return failure;
    }

    private void pause(long id) {
        Pause before = pauses.get(id);
        int attempts = before == null ? 1 : before.attempts + 1;
        long nanos = Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(attempts, 20));
        pauses.put(id, new Pause(attempts, System.nanoTime() + nanos));
    }
}
