package drds.transaction;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the transactions of one run of a DRDS process share: their names, which of them live, and the gate for snapshots. */
public final class Coordinator {
    private static final int DOUBTFUL_LIMIT = 1000;

    private final String cluster;
    private final String node;
    private final Consumer<CommitStep> steps;
    private final Safeguards safeguards;
    private final AtomicLong last = new AtomicLong();
    private final Set<String> living = ConcurrentHashMap.newKeySet();
    private final Deque<TransactionName> doubtful = new ArrayDeque<>();
    private final Set<Transaction> spread = ConcurrentHashMap.newKeySet();

    private final Object gateLock = new Object();
    private @Nullable GateRound round;

    /** Commit phases pass together; consistent snapshots open while none is on its way. */
    private final ReadWriteLock gate = new ReentrantReadWriteLock(true);

    /**
     * @param cluster the cluster's name: letters, digits, and dashes, so short that all names fit into 64 bytes
     * @param node unique to this run of the process, such as 8 random letters
     * @param groups all Groups' names, which branches carry too
     */
    public Coordinator(String cluster, String node, Collection<String> groups) {
        this(cluster, node, groups, step -> {}, Safeguards.ALL);
    }

    /** @param steps is told how far commits over several instances have come */
    public Coordinator(
            String cluster, String node, Collection<String> groups, Consumer<CommitStep> steps, Safeguards safeguards) {
        for (String group : groups) {
            if (!TransactionName.fits(cluster, node, group)) {
                throw new IllegalArgumentException("the names of the cluster (" + cluster + "), the node (" + node
                        + ") or the group (" + group + ") are too long or have quotes");
            }
        }
        this.cluster = cluster;
        this.node = node;
        this.steps = steps;
        this.safeguards = safeguards;
    }

    Safeguards safeguards() {
        return safeguards;
    }

    /** The name of this run of the process. */
    public String node() {
        return node;
    }

    String cluster() {
        return cluster;
    }

    /** A new name; it counts as living until {@link #ended}. */
    TransactionName begin(String decidingGroup, long decidingThread) {
        TransactionName name =
                new TransactionName(cluster, node, last.incrementAndGet(), decidingGroup, decidingThread);
        living.add(name.global());
        return name;
    }

    void ended(TransactionName name) {
        living.remove(name.global());
    }

    /** Whether a transaction of this run still takes care of its branches. */
    public boolean lives(TransactionName name) {
        return living.contains(name.global());
    }

    /** The client has been told that nobody knows yet how the transaction ended. */
    void doubts(TransactionName name) {
        synchronized (doubtful) {
            doubtful.addLast(name);
            if (doubtful.size() > DOUBTFUL_LIMIT) {
                doubtful.removeFirst();
            }
        }
    }

    List<TransactionName> doubtful() {
        synchronized (doubtful) {
            return List.copyOf(doubtful);
        }
    }

    /** Notes that a session has a client's XA transaction. @return whether no other one has it */
    boolean claim(String xid) {
        return living.add(xid);
    }

    void giveUp(String xid) {
        living.remove(xid);
    }

    /** Whether a session of this process has it, not prepared and left. */
    boolean isClaimed(String xid) {
        return living.contains(xid);
    }

    /** The transaction has come to a second instance: no instance alone can see all that it waits for. */
    void spreads(Transaction transaction) {
        spread.add(transaction);
    }

    void spreadsNoMore(Transaction transaction) {
        spread.remove(transaction);
    }

    /** The open transactions of this process that are on several instances. */
    Set<Transaction> spread() {
        return Set.copyOf(spread);
    }

    /** Waits until every branch is committed whose transaction is decided now. */
    public void awaitCommits(Backends backends) {
        new SnapshotGate(backends, this).whileClosed(() -> {});
    }

    void reached(CommitStep step) {
        steps.accept(step);
    }

    /** The closing of the gate that the caller takes part in: one that others have begun, or a new one that it leads. */
    GateRound joinGate() {
        synchronized (gateLock) {
            GateRound known = round;
            if (known != null && known.join()) {
                return known;
            }
            round = new GateRound();
            return round;
        }
    }

    ReadWriteLock gate() {
        return gate;
    }
}
