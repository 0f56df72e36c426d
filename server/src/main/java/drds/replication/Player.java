package drds.replication;

import drds.binlog.BinlogEvent;
import drds.binlog.BinlogReader;
import drds.binlog.Gtids;
import drds.transaction.Backends;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Does to copies of tables what the binary log says was done to the tables. Rows that change often within a short time are written
 * once, in the form that they have at the end of that time; doing the same again, from an earlier position, comes to the same
 * end. Changes of prepared transactions wait until these are committed.
 */
final class Player implements AutoCloseable {
    /** When the changes at hand are written at the latest. */
    private static final int WINDOW_ROWS = 4_000;

    private static final long WINDOW_NANOS = 50_000_000L;
    private static final int CONNECTIONS = 4;

    /** How long an instance may need to show a prepared transaction that its log tells of. */
    private static final long PREPARE_NANOS = 30_000_000_000L;

    /** A change of a table in the schema that was the session's. */
    private static final Pattern TABLE_THERE = Pattern.compile(
            "(?is)^\\s*(TRUNCATE|((CREATE|ALTER|DROP|RENAME)\\s+(OR\\s+REPLACE\\s+|ONLINE\\s+|IGNORE\\s+"
                    + "|UNIQUE\\s+|FULLTEXT\\s+|SPATIAL\\s+)*(TABLES?|INDEX)))\\b.*");

    private final BinlogReader reader;
    private final RowWriter writer;
    private final String schema;
    /** A change of a definition that names the schema. */
    private final Pattern concerns;

    private final Throttle throttle;
    private final Window window;

    /** Behind all transactions that were read whole, whether written already or not. */
    private Gtids read;
    /** Behind all that is written. */
    private Gtids played;

    private BinlogEvent.@Nullable Begin open;
    private List<BinlogEvent.Rows> ofOpen = new ArrayList<>();
    /** By name: prepared and not yet decided. */
    private final Map<String, Prepared> prepared = new LinkedHashMap<>();

    private long windowBegan;
    private long rows;

    /**
     * @param before the position before it
     * @param readNanos when it was read
     */
    private record Prepared(List<BinlogEvent.Rows> rows, Gtids before, Gtids behind, long readNanos) {}

    /**
     * @param reader from {@code from} on
     * @param schema whose tables are followed: a change of a definition there ends the player
     */
    Player(BinlogReader reader, Backends backends, String schema, Place to, Gtids from, Throttle throttle) {
        this.reader = reader;
        this.writer = new RowWriter(backends, to.group(), CONNECTIONS);
        this.window = new Window(writer, to.schema());
        this.schema = schema;
        this.concerns = Pattern.compile(
                "(?is)^\\s*(CREATE|ALTER|DROP|TRUNCATE|RENAME)\\b.*(?<!\\w)" + Pattern.quote(schema) + "(?!\\w)");
        this.throttle = throttle;
        this.read = from;
        this.played = from;
    }

    /** Where to begin again after a crash: everything before it is written, and no prepared transaction lies before it. */
    Gtids checkpoint() {
        return prepared.isEmpty() ? played : prepared.values().iterator().next().before();
    }

    Gtids played() {
        return played;
    }

    /** How many rows were changed so far. */
    long rows() {
        return rows;
    }

    /** Whether a prepared transaction that changes the tables is undecided. */
    boolean waitsForPrepared() {
        return !prepared.isEmpty();
    }

    /**
     * Plays until everything before the goal is written.
     *
     * @param goal null to play for the time given
     * @return whether it was reached within the time
     * @throws StreamLostException if the log's stream broke; another player can go on
     * @throws MoveException if nobody can go on
     */
    boolean play(@Nullable Gtids goal, long atMostMillis) throws InterruptedException {
        return play(goal, atMostMillis, throttle);
    }

    /** The same as fast as it goes, whatever the limit says: clients wait for it. */
    boolean hurry(Gtids goal, long atMostMillis) throws InterruptedException {
        return play(goal, atMostMillis, null);
    }

    private boolean play(@Nullable Gtids goal, long atMostMillis, @Nullable Throttle limit)
            throws InterruptedException {
        long end = System.nanoTime() + atMostMillis * 1_000_000;
        while (goal == null || !played.reaches(goal)) {
            long now = System.nanoTime();
            boolean reached = goal != null && read.reaches(goal);
            if (window.size() > 0
                    && (reached || window.size() >= WINDOW_ROWS || now - windowBegan > WINDOW_NANOS || now >= end)) {
                write(limit);
                continue;
            }
            if (window.size() == 0) {
                played = read;
                if (reached) {
                    break;
                }
            }
            if (now >= end) {
                return false;
            }
            long wait = window.size() > 0 ? Math.min(WINDOW_NANOS, end - now) / 1_000_000 : (end - now) / 1_000_000;
            BinlogEvent event = reader.next(Math.max(1, wait));
            if (event != null) {
                take(event);
            }
        }
        return true;
    }

    private void write(@Nullable Throttle limit) throws InterruptedException {
        if (limit != null) {
            limit.pass(window.size(), window.bytes());
        }
        rows += window.size();
        window.write();
        played = read;
    }

    /** Nothing is to be written for a while: others may have the connections. */
    void rest() {
        if (window.size() == 0) {
            writer.rest();
        }
    }

    /** What comes is to be written at once: it has the connections when this returns. */
    void wake() {
        writer.wake();
    }

    private void take(BinlogEvent event) {
        switch (event) {
            case BinlogEvent.Begin begin -> {
                if (open != null) {
                    commit();
                }
                open = begin;
                ofOpen = new ArrayList<>();
            }
            case BinlogEvent.Rows changed -> ofOpen.add(changed);
            case BinlogEvent.Commit _ -> commit();
            case BinlogEvent.Rollback _ -> {
                ofOpen = new ArrayList<>();
                commit();
            }
            case BinlogEvent.XaPrepared named -> {
                Gtids before = read;
                List<BinlogEvent.Rows> changes = ofOpen;
                ofOpen = new ArrayList<>();
                commit();
                if (!changes.isEmpty()) {
                    prepared.put(named.xid(), new Prepared(changes, before, read, System.nanoTime()));
                }
            }
            case BinlogEvent.XaEnd end -> {
                Prepared decided = prepared.remove(end.xid());
                if (decided != null && end.committed()) {
                    ofOpen.addAll(decided.rows());
                }
                commit();
            }
            case BinlogEvent.Definition definition -> define(definition);
            case BinlogEvent.Lost lost -> {
                if (lost.fatal()) {
                    throw new MoveException("the binary log can't be followed: " + lost.reason());
                }
                throw new StreamLostException(lost.reason());
            }
        }
    }

    private void define(BinlogEvent.Definition definition) {
        if (open == null || !open.standalone()) {
            return; // savepoints, and what XA says of itself
        }
        boolean concerned = concerns.matcher(definition.sql()).find()
                || definition.schema().equals(schema)
                        && TABLE_THERE.matcher(definition.sql()).matches();
        if (concerned && !definition.sql().contains(Renames.MARK)) {
            throw new MoveException("a definition was changed on the way: " + definition.sql());
        }
        commit();
    }

    private void commit() {
        BinlogEvent.Begin begun = open;
        if (begun == null) {
            return;
        }
        for (BinlogEvent.Rows changed : ofOpen) {
            for (BinlogEvent.Change change : changed.changes()) {
                if (window.size() == 0) {
                    windowBegan = System.nanoTime();
                }
                window.add(changed.table(), change);
            }
        }
        ofOpen = new ArrayList<>();
        read = read.with(begun.gtid());
        open = null;
    }

    /**
     * Forgets prepared transactions that the instance doesn't know any more although their end was not told: it lost them in a
     * crash, before they were prepared for certain. The log tells of one a moment before the instance knows it, so those that were
     * just read stay.
     *
     * @param known the names that the instance knew at {@code position}
     */
    void forgetLost(Set<String> known, Gtids position) {
        if (played.reaches(position)) {
            long now = System.nanoTime();
            prepared.entrySet()
                    .removeIf(entry -> position.reaches(entry.getValue().behind())
                            && now - entry.getValue().readNanos() > PREPARE_NANOS
                            && !known.contains(entry.getKey()));
        }
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }
}
