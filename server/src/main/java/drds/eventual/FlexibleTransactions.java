package drds.eventual;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Backends;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flexible transactions of one server, and how those of servers that died are ended. */
public final class FlexibleTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(FlexibleTransactions.class);
    private static final Duration LOOKS = Duration.ofSeconds(1);

    private final UndoLog log;
    private final Stamps stamps;
    private final String node;
    private final Supplier<Compensator> compensators;
    private final NodeLocks nodes;

    /** Those that sessions of this server lead. */
    private final Set<Long> living = ConcurrentHashMap.newKeySet();

    /** Those whose rows still say that this server leads them. */
    private final Queue<Left> left = new ConcurrentLinkedQueue<>();

    private long lookedNanos;

    private record Left(String decider, long id) {}

    public FlexibleTransactions(
            Backends backends,
            UndoLog log,
            Stamps stamps,
            String node,
            Supplier<String> defaultGroup,
            Supplier<Compensator> compensators) {
        this.log = log;
        this.stamps = stamps;
        this.node = node;
        this.compensators = compensators;
        this.nodes = new NodeLocks(backends, defaultGroup, node);
        this.lookedNanos = System.nanoTime() - LOOKS.toNanos();
    }

    UndoLog log() {
        return log;
    }

    Stamps stamps() {
        return stamps;
    }

    String node() {
        return node;
    }

    Set<Long> living() {
        return living;
    }

    /** A transaction to begin. */
    public FlexibleTransaction begin() {
        return new FlexibleTransaction(this);
    }

    /** The transaction's session has done what it could. */
    void leave(String decider, long id) {
        left.add(new Left(decider, id));
        living.remove(id);
    }

    /**
     * To be called every second on each server: tells the others that this one lives, and which transactions it leads no more.
     *
     * @throws SqlError if the default Group can't be asked
     */
    public void tell() {
        nodes.hold();
        for (Left one = left.peek(); one != null; one = left.peek()) {
            log.leave(one.decider, one.id);
            left.remove(one);
        }
    }

    /** Ends what nobody leads; on one server at a time. @return false */
    public boolean look() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOKS.toNanos()) {
            return false;
        }
        lookedNanos = now;
        for (UndoLog.Header header : log.headers()) {
            if (!isLed(header)) {
                end(header);
            }
        }
        List<UndoEntry> orphans = log.orphans();
        if (!orphans.isEmpty()) {
            undo(orphans);
        }
        return false;
    }

    private boolean isLed(UndoLog.Header header) {
        if (header.node().isEmpty()) {
            return false;
        }
        return header.node().equals(node)
                ? living.contains(header.id()) || isLeft(header.id())
                : nodes.lives(header.node());
    }

    private boolean isLeft(long id) {
        return left.stream().anyMatch(one -> one.id == id);
    }

    private void end(UndoLog.Header header) {
        if (header.state().equals("committed")) {
            log.forget(header.group(), header.id());
            return;
        }
        if (header.state().equals("open") && !log.decide(header.group(), header.id(), "rolling back")) {
            return;
        }
        LOG.info("the flexible transaction {} of node '{}' is taken back", header.id(), header.node());
        if (undo(log.entries(header.id()))) {
            log.end(header.group(), header.id());
        }
    }

    /**
     * Takes changes back, each alone, in the given order; those that can't be are parked.
     *
     * @return whether none is left to be tried again
     */
    boolean undo(List<UndoEntry> entries) {
        if (entries.isEmpty()) {
            return true;
        }
        Compensator compensator = compensators.get();
        try {
            for (UndoEntry entry : entries) {
                if (!undo(compensator, entry)) {
                    // What was changed before it may be in the same rows.
                    return false;
                }
            }
            return true;
        } finally {
            compensator.close();
        }
    }

    private boolean undo(Compensator compensator, UndoEntry entry) {
        SqlError failure;
        try {
            compensator.undo(entry);
            return true;
        } catch (SqlError error) {
            failure = error;
        } catch (RuntimeException fault) {
            LOG.error("taking back {} met a fault", entry.id(), fault);
            failure = ErrorCode.UNKNOWN_ERROR.with("a fault in DRDS: " + fault);
        }
        boolean passing = Failures.mayPass(failure);
        LOG.warn("the change {} can't be taken back{}: {}", entry.id(), passing ? " yet" : "", failure.message());
        log.failed(entry, failure, !passing);
        return !passing;
    }
}
