package drds.transaction;

import drds.atom.SessionState;
import drds.error.SqlError;
import java.nio.charset.StandardCharsets;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds transactions that wait for each other on different instances, which no instance can see alone, and ends the youngest one of
 * a circle. The instances are asked only while this process has at least two transactions on several instances that have been
 * there for a while. A circle through another DRDS server's transactions is broken by {@code innodb_lock_wait_timeout}.
 */
public final class DeadlockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlockWatch.class);
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
    private Set<Transaction> seenBefore = Set.of();

    public DeadlockWatch(Backends backends, Coordinator coordinator) {
        this.backends = backends;
        this.coordinator = coordinator;
    }

    /** Somebody who holds or wants locks: a transaction on several instances, or whoever uses a thread of one instance. */
    private sealed interface Party {
        record Spread(Transaction transaction) implements Party {}

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
        if (spread.stream().filter(known::contains).count() < 2) {
            return 0;
        }
        SequencedSet<Party> circle = circle(waits(spread));
        // The instances were asked one after the other: only what is still there at a second look was there all the
        // time.
        if (circle.isEmpty() || !circle.equals(circle(waits(spread)))) {
            return 0;
        }
        Optional<Transaction> youngest = circle.stream()
                .flatMap(party -> party instanceof Party.Spread(Transaction owner) ? Stream.of(owner) : Stream.empty())
                .max(Comparator.comparingLong(Transaction::age));
        youngest.ifPresent(transaction -> {
            LOG.info("a deadlock of {} over several instances: the youngest transaction is rolled back", circle.size());
            transaction.breakDeadlock();
        });
        return youngest.isPresent() ? 1 : 0;
    }

    /** For each who waits, those that it waits for. */
    private Map<Party, Set<Party>> waits(Set<Transaction> spread) {
        Map<Party.Thread, Party> owners = new HashMap<>();
        for (Transaction transaction : spread) {
            transaction
                    .threads()
                    .forEach((group, thread) ->
                            owners.put(new Party.Thread(group, thread), new Party.Spread(transaction)));
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
            if (circle.stream().anyMatch(Party.Spread.class::isInstance)) {
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
