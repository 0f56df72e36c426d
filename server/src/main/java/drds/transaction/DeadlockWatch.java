package drds.transaction;

import drds.atom.SessionState;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds transactions that wait for each other on different instances, which no instance can see alone, and ends the youngest one of
 * a circle. The instances are asked only while this process has transactions on several instances that have been there for a while.
 * Where those wait for somebody whom this process doesn't know, or are waited for, the servers tell each other of their transactions
 * ({@link SpreadBoard}), and the youngest one's own server ends it.
 */
public final class DeadlockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlockWatch.class);
    /** So long MariaDB goes on to show what it showed, if somebody asks again. */
    private static final Duration OLD_NEWS = Duration.ofMillis(150);

    private static final int UNKNOWN_TABLE = 1109;
    private static final int NO_SUCH_TABLE = 1146;

    /** Who waits for whom, by the numbers of the instance's threads. */
    private static final String MARIADB = "SELECT w.trx_mysql_thread_id, b.trx_mysql_thread_id"
            + " FROM information_schema.INNODB_LOCK_WAITS l"
            + " JOIN information_schema.INNODB_TRX w ON w.trx_id = l.requesting_trx_id"
            + " JOIN information_schema.INNODB_TRX b ON b.trx_id = l.blocking_trx_id";

    private static final String MYSQL = "SELECT w.PROCESSLIST_ID, b.PROCESSLIST_ID"
            + " FROM performance_schema.data_lock_waits l"
            + " JOIN performance_schema.threads w ON w.THREAD_ID = l.REQUESTING_THREAD_ID"
            + " JOIN performance_schema.threads b ON b.THREAD_ID = l.BLOCKING_THREAD_ID";

    private final Backends backends;
    private final Coordinator coordinator;
    private final Map<String, String> questions = new ConcurrentHashMap<>();
    private final SpreadBoard board;
    private Set<Transaction> seenBefore = Set.of();

    public DeadlockWatch(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
        this.board = new SpreadBoard(backends, coordinator.node());
    }

    /**
     * Somebody who holds or wants locks: a transaction on several instances, of this process or another one, or whoever uses a thread
     * of one instance.
     */
    private sealed interface Party {
        record Spread(Transaction transaction) implements Party {}

        record Foreign(SpreadBoard.Entry transaction) implements Party {}

        record Thread(String group, long id) implements Party {}
    }

    /**
     * To be called about once a second.
     *
     * @return how many transactions were ended
     */
    public int look() {
        Set<Transaction> spread = coordinator.spread();
        Set<Transaction> known = seenBefore;
        seenBefore = spread;
        if (spread.stream().noneMatch(known::contains)) {
            board.clear();
            return 0;
        }
        Map<Party, Set<Party>> waits = waits(spread, List.of());
        SequencedSet<Party> circle = circle(waits);
        List<SpreadBoard.Entry> others = List.of();
        if (circle.isEmpty()) {
            if (!meetsUnknown(waits)) {
                board.clear();
                return 0;
            }
            // One that has just ended has no name to tell.
            others = board.exchange(spread.stream()
                    .filter(transaction -> transaction.open() != null)
                    .map(DeadlockWatch::entry)
                    .toList());
            if (others.isEmpty()) {
                return 0;
            }
            circle = circle(waits(spread, others));
        }
        // The instances were asked one after the other: only what is still there at a second look was there all the
        // time.
        if (circle.isEmpty()) {
            return 0;
        }
        Work.pause(OLD_NEWS);
        if (!circle.equals(circle(waits(spread, others)))) {
            return 0;
        }
        return breakUp(circle);
    }

    /** Whether a transaction of ours waits for somebody unknown, or somebody unknown for it. */
    private static boolean meetsUnknown(Map<Party, Set<Party>> waits) {
        return waits.entrySet().stream().anyMatch(entry -> {
            boolean ours = entry.getKey() instanceof Party.Spread;
            return entry.getValue().stream().anyMatch(blocking -> ours != blocking instanceof Party.Spread);
        });
    }

    private static SpreadBoard.Entry entry(Transaction transaction) {
        Transaction.Open open = transaction.open();
        return new SpreadBoard.Entry(
                open == null ? "" : open.id(), open == null ? 0 : open.sinceMillis(), transaction.threads());
    }

    /** Ends the youngest of a circle if it is ours; all servers find the same one. */
    private static int breakUp(SequencedSet<Party> circle) {
        Comparator<SpreadBoard.Entry> byAge =
                Comparator.comparingLong(SpreadBoard.Entry::sinceMillis).thenComparing(SpreadBoard.Entry::name);
        Optional<Party> youngest = circle.stream()
                .filter(party -> !(party instanceof Party.Thread))
                .max((a, b) -> byAge.compare(entry(a), entry(b)));
        if (youngest.isEmpty() || !(youngest.get() instanceof Party.Spread(Transaction ours))) {
            return 0;
        }
        LOG.info("a deadlock of {} over several instances: the youngest transaction is rolled back", circle.size());
        ours.breakDeadlock();
        return 1;
    }

    private static SpreadBoard.Entry entry(Party party) {
        return switch (party) {
            case Party.Spread(Transaction ours) -> entry(ours);
            case Party.Foreign(SpreadBoard.Entry theirs) -> theirs;
            case Party.Thread thread -> throw new IllegalStateException("nobody knows how old this is: " + thread);
        };
    }

    /** For each who waits, those that it waits for. */
    private Map<Party, Set<Party>> waits(Set<Transaction> spread, List<SpreadBoard.Entry> others) {
        Map<Party.Thread, Party> owners = new HashMap<>();
        for (Transaction transaction : spread) {
            transaction
                    .threads()
                    .forEach((group, thread) ->
                            owners.put(new Party.Thread(group, thread), new Party.Spread(transaction)));
        }
        for (SpreadBoard.Entry other : others) {
            other.threads()
                    .forEach((group, thread) -> owners.put(new Party.Thread(group, thread), new Party.Foreign(other)));
        }
        Map<Party, Set<Party>> waits = new HashMap<>();
        for (String group : backends.groups()) {
            for (byte[] @Nullable [] row : rows(group)) {
                Party.Thread waiting = new Party.Thread(group, number(row[0]));
                Party.Thread blocking = new Party.Thread(group, number(row[1]));
                waits.computeIfAbsent(owners.getOrDefault(waiting, waiting), party -> new HashSet<>())
                        .add(owners.getOrDefault(blocking, blocking));
            }
        }
        return waits;
    }

    private List<byte[] @Nullable []> rows(String group) {
        try {
            return Work.aside(backends, group, SessionState.INITIAL, work -> ask(group, work));
        } catch (SqlError e) {
            LOG.warn("group {} can't be asked who waits for whom: {}", group, e.message());
            return List.of();
        }
    }

    private List<byte[] @Nullable []> ask(String group, Work work) {
        try {
            return work.rows(questions.getOrDefault(group, MARIADB));
        } catch (SqlError e) {
            if (questions.containsKey(group) || e.number() != UNKNOWN_TABLE && e.number() != NO_SUCH_TABLE) {
                throw e;
            }
            List<byte[] @Nullable []> rows = work.rows(MYSQL);
            questions.put(group, MYSQL);
            return rows;
        }
    }

    private static long number(byte @Nullable [] text) {
        return text == null ? -1 : Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    /** Some who wait for each other in a circle, over more than one instance; empty if there are none. */
    private static SequencedSet<Party> circle(Map<Party, Set<Party>> waits) {
        Set<Party> done = new HashSet<>();
        for (Party start : waits.keySet()) {
            SequencedSet<Party> circle = circle(start, waits, done, new ArrayList<>());
            if (circle.stream().anyMatch(party -> !(party instanceof Party.Thread))) {
                return circle;
            }
        }
        return new LinkedHashSet<>();
    }

    private static SequencedSet<Party> circle(
            Party party, Map<Party, Set<Party>> waits, Set<Party> done, List<Party> way) {
        int met = way.indexOf(party);
        if (met >= 0) {
            return new LinkedHashSet<>(way.subList(met, way.size()));
        }
        if (done.add(party)) {
            way.add(party);
            for (Party next : waits.getOrDefault(party, Set.of())) {
                SequencedSet<Party> circle = circle(next, waits, done, way);
                if (!circle.isEmpty()) {
                    return circle;
                }
            }
            way.removeLast();
        }
        return new LinkedHashSet<>();
    }
}
