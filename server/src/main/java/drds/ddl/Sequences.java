package drds.ddl;

import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.error.ErrorCode;
import drds.executor.Sequencer;
import drds.rule.KeyType;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of AUTO_INCREMENT columns of sharded and broadcast tables: the implicit sequence AUTO_SEQ_<table>. Each node
 * takes ranges from a table on the default Group's instance by one atomic UPDATE and hands them out from memory, one after
 * the other from 1; what a node that dies has not handed out is never used.
 */
public final class Sequences implements Sequencer {
    static final String TABLE = "`drds`.`sequences`";
    private static final int RANGE = 100_000;

    private final Backends backends;
    private final Supplier<String> home;
    private final NamedSequences named;
    private final ConcurrentHashMap<Key, Range> ranges = new ConcurrentHashMap<>();

    /** Where a thread's statement has numbers on their way. */
    private final ConcurrentHashMap<Thread, Set<Range>> inUse = new ConcurrentHashMap<>();

    /** The version makes what was taken before a TRUNCATE or a new table of that name void. */
    private record Key(String database, String table, long version) {}

    private static final class Range {
        final ReentrantLock lock = new ReentrantLock();
        final NumbersOnTheirWay onTheirWay = new NumbersOnTheirWay(lock);
        /** What the column counts with instead; null for the plain way. */
        final NamedSequences.@Nullable Name named;

        long next;
        long end;

        Range(NamedSequences.@Nullable Name named) {
            this.named = named;
        }
    }

    /** @param home the default Group's name */
    public Sequences(Backends backends, Supplier<String> home) {
        this.backends = backends;
        this.home = home;
        this.named = new NamedSequences(backends, home, Clock.systemUTC());
    }

    /** Those that have definitions of their own. */
    public NamedSequences named() {
        return named;
    }

    /** Creates the tables of sequences where they are missing; at the start, after the schema {@code drds} was made. */
    public void createTable() {
        named.createTable();
        Work.on(
                backends,
                home.get(),
                SessionState.INITIAL,
                work -> work.execute(
                        "CREATE TABLE IF NOT EXISTS " + TABLE
                                + " (`database_name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
                                + " `table_name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
                                + " `next_value` BIGINT UNSIGNED NOT NULL, PRIMARY KEY (`database_name`, `table_name`)) ENGINE = InnoDB"));
    }

    @Override
    public long next(String database, Table table, int count) {
        Range range = range(database, table);
        if (range.named != null) {
            long[] numbers = take(database, table, count);
            if (numbers[count - 1] - numbers[0] != count - 1) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "so many numbers in one statement of an AUTO_INCREMENT BY " + range.named);
            }
            return numbers[0];
        }
        range.lock.lock();
        try {
            if (range.end - range.next < count) {
                long start = take(database, table, 0, Math.max(RANGE, count));
                if (start != range.end || range.next == 0) {
                    range.next = start;
                }
                range.end = start + Math.max(RANGE, count);
            }
            long first = range.next;
            BigInteger last = BigInteger.valueOf(first).add(BigInteger.valueOf(count - 1L));
            Column column = table.autoIncrementColumn();
            if (column != null && last.compareTo(most(column)) > 0) {
                throw ErrorCode.OUT_OF_RANGE.with(column.name(), 1);
            }
            range.next = first + count;
            if (isKept(table)) {
                range.onTheirWay.add(first, count);
                using(range);
            }
            return first;
        } finally {
            range.lock.unlock();
        }
    }

    @Override
    public long[] take(String database, Table table, int count) {
        NamedSequences.Name sequence = range(database, table).named;
        if (sequence == null) {
            return Sequencer.super.take(database, table, count);
        }
        Column column = table.autoIncrementColumn();
        return named.next(sequence, count).stream()
                .mapToLong(number -> {
                    if (column != null && number.compareTo(most(column)) > 0) {
                        throw ErrorCode.OUT_OF_RANGE.with(column.name(), 1);
                    }
                    return number.longValue();
                })
                .toArray();
    }

    /** What the tables' next numbers will be, by table; those that count by time are left out. */
    public Map<String, Long> nextNumbers(String database) {
        Map<String, Long> numbers = new HashMap<>();
        Work.on(
                        backends,
                        home.get(),
                        SessionState.INITIAL,
                        work -> work.rows("SELECT `table_name`, `next_value` FROM " + TABLE
                                + " WHERE `database_name` = " + Definitions.literal(database)))
                .forEach(row -> numbers.put(text(row[0]), Long.parseLong(text(row[1]))));
        ranges.forEach((key, range) -> {
            if (key.database().equals(database) && range.next > 0) {
                numbers.put(key.table(), range.next);
            }
        });
        for (NamedSequences.Stored stored : named.all(database)) {
            String name = stored.name().name();
            if (name.startsWith(NamedSequences.IMPLICIT)) {
                String table = name.substring(NamedSequences.IMPLICIT.length());
                if (stored.definition().kind() == NamedSequences.Kind.TIME) {
                    numbers.remove(table);
                } else {
                    numbers.put(table, named.peek(stored.name()).longValue());
                }
            }
        }
        return numbers;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The words behind AUTO_INCREMENT in the table's definition; empty for the plain way. */
    public String clause(String database, Table table) {
        NamedSequences.Stored stored = named.find(implicit(new TableName(database, table.name())));
        if (stored == null) {
            return "";
        }
        NamedSequences.Definition definition = stored.definition();
        return " BY " + definition.kind()
                + (definition.kind() == NamedSequences.Kind.SIMPLE && definition.step() > 1 ? " WITH CACHE" : "")
                + (definition.units() > 1 ? " UNIT COUNT " + definition.units() + " INDEX " + definition.unit() : "");
    }

    @Override
    public void raise(String database, Table table, BigInteger value) {
        if (!isNumber(table, value)) {
            return;
        }
        Range range = range(database, table);
        if (range.named != null) {
            named.set(range.named, value, true);
            return;
        }
        range.lock.lock();
        try {
            raise(database, table, range, value.longValue());
        } finally {
            range.lock.unlock();
        }
    }

    private static boolean isNumber(Table table, BigInteger value) {
        Column column = table.autoIncrementColumn();
        return value.signum() > 0 && column != null && value.compareTo(most(column)) <= 0 && value.bitLength() <= 62;
    }

    /** @return the first of the numbers that were neither handed out nor given before */
    private long raise(String database, Table table, Range range, long value) {
        long least = value + 1;
        long free = range.next;
        if (least <= range.next) {
            return free;
        }
        if (least > range.end) {
            long stored = takeFrom(database, table, least, RANGE);
            free = range.next > 0 && stored == range.end ? range.next : stored;
            range.next = Math.max(stored, least);
            range.end = range.next + RANGE;
        } else {
            range.next = least;
        }
        return free;
    }

    @Override
    public Set<BigInteger> given(String database, Table table, List<BigInteger> values) {
        if (!isKept(table)) {
            return Sequencer.super.given(database, table, values);
        }
        Range range = range(database, table);
        if (range.named != null) {
            // Its numbers are not known in order: each may be there.
            Sequencer.super.given(database, table, values);
            return Set.copyOf(values);
        }
        range.lock.lock();
        try {
            long free = Long.MAX_VALUE;
            BigInteger greatest = BigInteger.ZERO;
            for (BigInteger value : values) {
                greatest = isNumber(table, value) ? greatest.max(value) : greatest;
            }
            if (greatest.signum() > 0) {
                free = raise(database, table, range, greatest.longValue());
            }
            Set<BigInteger> used = new HashSet<>();
            Set<BigInteger> seen = new HashSet<>();
            for (BigInteger value : values) {
                boolean again = !seen.add(value);
                if (again || !isNumber(table, value) || value.longValue() < free) {
                    used.add(value);
                }
            }
            range.onTheirWay.claim(seen);
            using(range);
            return used;
        } finally {
            range.lock.unlock();
        }
    }

    /** Whether numbers are kept unique by what is known of them here. */
    private static boolean isKept(Table table) {
        return !table.globalIndexes().isEmpty()
                && table.globalIndexes().stream().anyMatch(index -> index.table() == null);
    }

    private void using(Range range) {
        inUse.computeIfAbsent(Thread.currentThread(), thread -> new HashSet<>()).add(range);
    }

    @Override
    public void done() {
        Set<Range> used = inUse.remove(Thread.currentThread());
        if (used != null) {
            used.forEach(range -> range.onTheirWay.done());
        }
    }

    /** What the table's next number will be, as SHOW CREATE TABLE shows it: 1 if none was handed out, 0 for those by time. */
    public long peek(String database, Table table) {
        Range range = range(database, table);
        if (range.named != null) {
            return named.peek(range.named).longValue();
        }
        range.lock.lock();
        try {
            return range.next > 0 ? range.next : storedNext(database, table);
        } finally {
            range.lock.unlock();
        }
    }

    private Range range(String database, Table table) {
        Key key = new Key(database, table.name(), table.schemaVersion());
        Range known = ranges.get(key);
        if (known != null) {
            return known;
        }
        Range range = rangeOf(key, table);
        Range first = ranges.putIfAbsent(key, range);
        ranges.keySet()
                .removeIf(old -> old.database().equals(database)
                        && old.table().equals(table.name())
                        && old.version() < table.schemaVersion());
        return first != null ? first : range;
    }

    /** A changed definition goes on with the numbers that its former version had left, unless the sequence began anew with it. */
    private Range rangeOf(Key key, Table table) {
        Range range = new Range(named.implicit(key.database(), key.table()));
        for (Map.Entry<Key, Range> entry : ranges.entrySet()) {
            Key old = entry.getKey();
            if (old.database().equals(key.database())
                    && old.table().equals(key.table())
                    && old.version() < key.version()) {
                Range former = entry.getValue();
                if (former.next > 0 && former.end == storedNext(key.database(), table)) {
                    range.next = former.next;
                    range.end = former.end;
                }
            }
        }
        return range;
    }

    private long storedNext(String database, Table table) {
        return Work.on(
                backends,
                home.get(),
                SessionState.INITIAL,
                work -> stored(work, new TableName(database, table.name())));
    }

    /** The start of a new range that begins at {@code least} or later. */
    private long take(String database, Table table, long least, int count) {
        return Math.max(least, takeFrom(database, table, least, count));
    }

    /** Takes a new range that begins at {@code least} or later. @return where it would have begun without that */
    private long takeFrom(String database, Table table, long least, int count) {
        return Work.on(backends, home.get(), SessionState.INITIAL, work -> {
            String update = "UPDATE " + TABLE + " SET `next_value` = GREATEST(LAST_INSERT_ID(`next_value`), " + least
                    + ") + " + count + where(database, table.name());
            long start = work.execute(update).lastInsertId();
            if (start == 0) {
                work.execute("INSERT IGNORE INTO " + TABLE + " VALUES (" + Definitions.literal(database) + ", "
                        + Definitions.literal(table.name()) + ", 1)");
                start = work.execute(update).lastInsertId();
            }
            if (start <= 0 || start > Long.MAX_VALUE - count) {
                throw ErrorCode.AUTO_INCREMENT_FAILED.with();
            }
            return start;
        });
    }

    /** What the next range begins with. */
    static long stored(Work work, TableName table) {
        List<byte @Nullable []> column =
                work.column("SELECT `next_value` FROM " + TABLE + where(table.schema(), table.table()));
        byte[] value = column.isEmpty() ? null : column.getFirst();
        return value == null ? 1L : Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    }

    private static String where(String database, String table) {
        return " WHERE `database_name` = " + Definitions.literal(database) + " AND `table_name` = "
                + Definitions.literal(table);
    }

    private static BigInteger most(Column column) {
        return column.key().type().kind() instanceof KeyType.Kind.Integer(var min, var max)
                ? max
                : BigInteger.valueOf(Long.MAX_VALUE);
    }

    // ---- what jobs do to sequences ----

    /** Numbers begin with {@code next} again, in whatever way the column counts. */
    static List<Action> restart(Cluster cluster, TableName table, long next) {
        List<Action> actions = new ArrayList<>();
        cluster.onHome(work -> {
            actions.add(restart(cluster.home(), table, next, stored(work, table)));
            NamedSequences.Stored kind = NamedSequences.read(work, implicit(table), false);
            if (kind != null) {
                BigInteger first = BigInteger.valueOf(next);
                BigInteger start = kind.definition().start().min(first);
                actions.add(Action.plain(
                        cluster.home(),
                        NamedSequences.replacing(kind.name(), kind.definition().startingWith(start), first),
                        putBack(kind)));
            }
            return null;
        });
        return actions;
    }

    /** The column's own kind of counting goes with its table; none if it has none. */
    static List<Action> drop(Cluster cluster, TableName table) {
        NamedSequences.Stored kind = cluster.onHome(work -> NamedSequences.read(work, implicit(table), false));
        return kind == null
                ? List.of()
                : List.of(Action.plain(cluster.home(), NamedSequences.dropping(kind.name()), putBack(kind)));
    }

    private static Undo putBack(NamedSequences.Stored kind) {
        return new Undo.Again(NamedSequences.replacing(kind.name(), kind.definition(), kind.next()));
    }

    private static NamedSequences.Name implicit(TableName table) {
        return new NamedSequences.Name(table.schema(), NamedSequences.IMPLICIT + table.table());
    }

    /** The sequence begins with {@code next}, whatever was before; {@code before} null: there was none. */
    static Action restart(String group, TableName table, long next, @Nullable Long before) {
        String undo =
                before == null ? "DELETE FROM " + TABLE + where(table.schema(), table.table()) : set(table, before);
        return Action.plain(group, set(table, next), new Undo.Again(undo));
    }

    /** What the AUTO_INCREMENT column of a new table counts with: its own definition, or null for the plain way. */
    static Action kind(String group, TableName table, NamedSequences.@Nullable Definition definition) {
        NamedSequences.Name name = implicit(table);
        return definition == null
                ? Action.plain(group, NamedSequences.dropping(name), new Undo.Nothing())
                : Action.plain(
                        group,
                        NamedSequences.replacing(name, definition, definition.start()),
                        new Undo.Again(NamedSequences.dropping(name)));
    }

    static Action renameKind(String group, TableName from, TableName to) {
        NamedSequences.Name old = implicit(from);
        NamedSequences.Name now = implicit(to);
        return Action.plain(
                group, NamedSequences.renaming(old, now), new Undo.Again(NamedSequences.renaming(now, old)));
    }

    static Action rename(String group, TableName from, TableName to) {
        return Action.plain(group, move(from, to), new Undo.Again(move(to, from)));
    }

    private static String move(TableName from, TableName to) {
        return "UPDATE IGNORE " + TABLE + " SET `database_name` = " + Definitions.literal(to.schema())
                + ", `table_name` = " + Definitions.literal(to.table()) + where(from.schema(), from.table());
    }

    private static String set(TableName table, long next) {
        return "REPLACE INTO " + TABLE + " VALUES (" + Definitions.literal(table.schema()) + ", "
                + Definitions.literal(table.table()) + ", " + next + ")";
    }
}
