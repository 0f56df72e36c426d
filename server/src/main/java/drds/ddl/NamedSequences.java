package drds.ddl;

import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.SequenceKind;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that users make, and the implicit ones of AUTO_INCREMENT BY ...: rows of a table on the default Group's instance.
 * GROUP hands out numbers of ranges that a node takes, so they are unique but not consecutive; SIMPLE writes its row for every
 * number; TIME makes numbers of 64 bits from the time, the node and a counter, and writes nothing.
 */
public final class NamedSequences {
    static final String TABLE = "`drds`.`named_sequences`";
    /** What the names of AUTO_INCREMENT columns' sequences begin with. */
    public static final String IMPLICIT = "AUTO_SEQ_";

    /** How many numbers a GROUP sequence takes at once. */
    public static final long STEP = 100_000;

    private static final String COLUMNS =
            "`kind`, `next_value`, `start_with`, `increment_by`, `min_value`, `max_value`, `cycle`, `inner_step`,"
                    + " `unit_count`, `unit_index`";

    private final Backends backends;
    private final Supplier<String> home;
    private final TimeNumbers times;
    private final Map<Name, Cached> cached = new ConcurrentHashMap<>();
    /** One object for each sequence as long as it lives under its name. */
    private final Map<Name, Object> identities = new ConcurrentHashMap<>();

    /** What a sequence is called. */
    public record Name(String database, String name) {}

    /** The kinds, as SHOW SEQUENCES calls them. */
    public enum Kind {
        GROUP,
        SIMPLE,
        TIME
    }

    /**
     * What a sequence does.
     *
     * @param start also where a cycle begins again, unless it counts down or {@code least} is written
     * @param step how many numbers a node takes at once, 1 for each by itself
     * @param units of a GROUP sequence: how many share the numbers, each taking every {@code units}-th range
     * @param unit which of them this one is
     */
    public record Definition(
            Kind kind,
            BigInteger start,
            BigInteger increment,
            BigInteger least,
            BigInteger most,
            boolean cycle,
            long step,
            int units,
            int unit) {
        /** Of AUTO_INCREMENT BY; null where that is the plain way. */
        static @Nullable Definition ofColumn(String called, SequenceKind kind, long start, int units, int unit) {
            Kind of = switch (kind) {
                case GROUP -> Kind.GROUP;
                case TIME -> Kind.TIME;
                case SIMPLE, SIMPLE_WITH_CACHE -> Kind.SIMPLE;
            };
            if (of == Kind.GROUP && units == 1) {
                return null;
            }
            if (unit >= units) {
                throw ErrorCode.SEQUENCE_INVALID.with(called);
            }
            return new Definition(
                    of,
                    BigInteger.valueOf(start),
                    BigInteger.ONE,
                    BigInteger.ONE,
                    BigInteger.valueOf(Long.MAX_VALUE),
                    false,
                    of == Kind.GROUP || kind == SequenceKind.SIMPLE_WITH_CACHE ? STEP : 1,
                    units,
                    unit);
        }

        Definition startingWith(BigInteger first) {
            return new Definition(kind, first, increment, least, most, cycle, step, units, unit);
        }
    }

    /** A sequence and where it has come to. */
    public record Stored(Name name, Definition definition, BigInteger next) {}

    private static final class Cached {
        final Definition definition;
        final ReentrantLock lock = new ReentrantLock();
        BigInteger next = BigInteger.ZERO;
        long left;

        Cached(Definition definition) {
            this.definition = definition;
        }
    }

    NamedSequences(Backends backends, Supplier<String> home, Clock clock) {
        this.backends = backends;
        this.home = home;
        this.times = new TimeNumbers(clock);
    }

    void createTable() {
        String name = " VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, ";
        onHome(work -> work.execute("CREATE TABLE IF NOT EXISTS " + TABLE + " (`database_name`" + name + "`name`" + name
                + "`kind` VARCHAR(10) NOT NULL, `next_value` DECIMAL(30,0) NOT NULL, `start_with` DECIMAL(30,0) NOT NULL,"
                + " `increment_by` DECIMAL(30,0) NOT NULL, `min_value` DECIMAL(30,0) NOT NULL,"
                + " `max_value` DECIMAL(30,0) NOT NULL, `cycle` TINYINT NOT NULL, `inner_step` BIGINT NOT NULL,"
                + " `unit_count` INT NOT NULL, `unit_index` INT NOT NULL, PRIMARY KEY (`database_name`, `name`))"
                + " ENGINE = InnoDB"));
    }

    private <T> T onHome(java.util.function.Function<Work, T> task) {
        return Work.on(backends, home.get(), Action.PLAIN, task);
    }

    // ---- numbers ----

    /** @throws SqlError 4091 if there is no such sequence, 4084 if it has run out */
    public List<BigInteger> next(Name name, int count) {
        while (true) {
            try {
                return numbers(name, count);
            } catch (Changed again) {
                cached.remove(name);
            }
        }
    }

    private List<BigInteger> numbers(Name name, int count) {
        Cached sequence = cached(name);
        Definition definition = sequence.definition;
        if (definition.kind() == Kind.TIME) {
            return times.next(count);
        }
        List<BigInteger> numbers = new ArrayList<>(count);
        sequence.lock.lock();
        try {
            while (numbers.size() < count) {
                if (sequence.left == 0) {
                    take(name, sequence, count - numbers.size());
                }
                numbers.add(sequence.next);
                sequence.next = sequence.next.add(definition.increment());
                sequence.left--;
            }
        } finally {
            sequence.lock.unlock();
        }
        return numbers;
    }

    /** What the next number here will be; 0 for those that count by time, and where there is none. */
    public BigInteger peek(Name name) {
        Cached known = cached.get(name);
        if (known != null) {
            known.lock.lock();
            try {
                if (known.left > 0) {
                    return known.next;
                }
            } finally {
                known.lock.unlock();
            }
        }
        Stored stored = find(name);
        Range range = stored == null || stored.definition().kind() == Kind.TIME ? null : Range.of(stored, 1);
        return range == null ? BigInteger.ZERO : range.first();
    }

    /** Tells a sequence from another one of its name that was there before. */
    public Object identity(Name name) {
        return identities.computeIfAbsent(name, made -> new Object());
    }

    private void take(Name name, Cached sequence, int wanted) {
        Definition definition = sequence.definition;
        long count = definition.step() > 1 ? definition.step() : wanted;
        Range range = onHome(work -> {
            work.execute("START TRANSACTION");
            Stored now = read(work, name, true);
            if (now == null) {
                work.execute("ROLLBACK");
                throw unknown(name);
            }
            if (!now.definition().equals(definition)) {
                work.execute("ROLLBACK");
                throw new Changed();
            }
            Range taken = Range.of(now, count);
            if (taken != null) {
                work.execute("UPDATE " + TABLE + " SET `next_value` = " + taken.following() + where(name));
            }
            work.execute("COMMIT");
            return taken == null ? Range.NONE : taken;
        });
        if (range.count() == 0) {
            throw ErrorCode.SEQUENCE_RUN_OUT.with(name.database(), name.name());
        }
        sequence.next = range.first();
        sequence.left = range.count();
    }

    /** Another node has changed the sequence. */
    private static final class Changed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Changed() {
            super("the sequence has been changed", null, false, false);
        }
    }

    /** @param following what is stored for the next one */
    record Range(BigInteger first, long count, BigInteger following) {
        static final Range NONE = new Range(BigInteger.ZERO, 0, BigInteger.ZERO);

        /** Numbers from where the sequence has come to, as many of those wanted as there are; null if it has run out. */
        static @Nullable Range of(Stored now, long wanted) {
            Definition definition = now.definition();
            BigInteger first = now.next();
            long count = wanted;
            if (definition.units() > 1) {
                // Ranges go round: unit i of n has those whose number is i more than a multiple of n.
                BigInteger step = BigInteger.valueOf(definition.step());
                BigInteger round = step.multiply(BigInteger.valueOf(definition.units()));
                BigInteger offset = definition.start().add(step.multiply(BigInteger.valueOf(definition.unit())));
                BigInteger passed = first.subtract(offset).max(BigInteger.ZERO);
                BigInteger rounds = passed.add(round).subtract(BigInteger.ONE).divide(round);
                first = offset.add(rounds.multiply(round));
                count = definition.step();
            }
            boolean up = definition.increment().signum() > 0;
            BigInteger end = up ? definition.most() : definition.least();
            boolean over = up ? first.compareTo(end) > 0 : first.compareTo(end) < 0;
            if (over && definition.cycle()) {
                first = up ? definition.least() : definition.most();
            } else if (over) {
                return null;
            }
            BigInteger there =
                    end.subtract(first).divide(definition.increment()).add(BigInteger.ONE);
            count = there.min(BigInteger.valueOf(count)).longValue();
            return new Range(first, count, first.add(definition.increment().multiply(BigInteger.valueOf(count))));
        }
    }

    /**
     * SETVAL: numbers are beyond this one from now on.
     *
     * @param used whether the number itself has been handed out
     * @return whether the sequence was not there yet
     */
    public boolean set(Name name, BigInteger value, boolean used) {
        Cached sequence = cached(name);
        Definition definition = sequence.definition;
        if (definition.kind() == Kind.TIME) {
            return false;
        }
        BigInteger next = used ? value.add(definition.increment()) : value;
        boolean up = definition.increment().signum() > 0;
        sequence.lock.lock();
        try {
            if (sequence.left > 0 && (up ? next.compareTo(sequence.next) < 0 : next.compareTo(sequence.next) > 0)) {
                return false;
            }
            boolean set = onHome(work -> {
                String where = where(name) + " AND `next_value` " + (up ? "<= " : ">= ") + next;
                work.execute("UPDATE " + TABLE + " SET `next_value` = " + next + where);
                Stored now = read(work, name, false);
                return now != null && now.next().equals(next);
            });
            sequence.left = set ? 0 : sequence.left;
            return set;
        } finally {
            sequence.lock.unlock();
        }
    }

    private Cached cached(Name name) {
        Cached known = cached.get(name);
        if (known != null) {
            return known;
        }
        Stored stored = onHome(work -> read(work, name, false));
        if (stored == null) {
            throw unknown(name);
        }
        Cached made = new Cached(stored.definition());
        Cached first = cached.putIfAbsent(name, made);
        return first == null ? made : first;
    }

    private static SqlError unknown(Name name) {
        return ErrorCode.UNKNOWN_SEQUENCE.with(name.name());
    }

    /** What an AUTO_INCREMENT column counts with if it isn't the plain way; null for that. */
    @Nullable
    Name implicit(String database, String table) {
        Name name = new Name(database, IMPLICIT + table);
        cached.remove(name);
        return find(name) == null ? null : name;
    }

    // ---- definitions ----

    /** Null if there is none. */
    public @Nullable Stored find(Name name) {
        return onHome(work -> read(work, name, false));
    }

    /** Those of a database by name. */
    public List<Stored> all(String database) {
        Map<String, Stored> byName = new TreeMap<>();
        onHome(work -> work.rows("SELECT `name`, " + COLUMNS + " FROM " + TABLE + " WHERE `database_name` = "
                        + Definitions.literal(database)))
                .forEach(row -> {
                    String name = text(row[0]);
                    byName.put(name, stored(new Name(database, name), row));
                });
        return List.copyOf(byName.values());
    }

    static @Nullable Stored read(Work work, Name name, boolean locked) {
        List<byte[] @Nullable []> rows =
                work.rows("SELECT `name`, " + COLUMNS + " FROM " + TABLE + where(name) + (locked ? " FOR UPDATE" : ""));
        return rows.isEmpty() ? null : stored(name, rows.getFirst());
    }

    private static Stored stored(Name name, byte[] @Nullable [] row) {
        Definition definition = new Definition(
                Kind.valueOf(text(row[1])),
                number(row[3]),
                number(row[4]),
                number(row[5]),
                number(row[6]),
                text(row[7]).equals("1"),
                number(row[8]).longValue(),
                number(row[9]).intValue(),
                number(row[10]).intValue());
        return new Stored(name, definition, number(row[2]));
    }

    /** @return whether it is new; false if there was one of that name */
    public boolean create(Name name, Definition definition) {
        cached.remove(name);
        boolean created = onHome(work -> work.execute("INSERT IGNORE INTO " + TABLE + " (`database_name`, `name`, "
                                + COLUMNS + ") VALUES (" + values(name, definition, definition.start()) + ")")
                        .affectedRows())
                > 0;
        if (created) {
            identities.remove(name);
        }
        return created;
    }

    /** A new one, whatever was there before under that name. */
    public void createAnew(Name name, Definition definition) {
        replace(name, definition, definition.start());
        identities.remove(name);
    }

    /** In the place of the one that is there. */
    public void replace(Name name, Definition definition, BigInteger next) {
        onHome(work -> work.execute(replacing(name, definition, next)));
        cached.remove(name);
    }

    static String replacing(Name name, Definition definition, BigInteger next) {
        return "REPLACE INTO " + TABLE + " (`database_name`, `name`, " + COLUMNS + ") VALUES ("
                + values(name, definition, next) + ")";
    }

    private static String values(Name name, Definition definition, BigInteger next) {
        return Definitions.literal(name.database()) + ", " + Definitions.literal(name.name()) + ", '"
                + definition.kind() + "', " + next + ", " + definition.start() + ", " + definition.increment() + ", "
                + definition.least() + ", " + definition.most() + ", " + (definition.cycle() ? 1 : 0) + ", "
                + definition.step() + ", " + definition.units() + ", " + definition.unit();
    }

    /** @return whether there was one */
    public boolean drop(Name name) {
        forget(name);
        return onHome(work -> work.execute(dropping(name)).affectedRows()) > 0;
    }

    private void forget(Name name) {
        cached.remove(name);
        identities.remove(name);
    }

    static String dropping(Name name) {
        return "DELETE FROM " + TABLE + where(name);
    }

    /** @return false if there is no such sequence */
    public boolean rename(Name from, Name to) {
        forget(from);
        forget(to);
        return onHome(work -> work.execute(renaming(from, to)).affectedRows()) > 0;
    }

    static String renaming(Name from, Name to) {
        return "UPDATE IGNORE " + TABLE + " SET `database_name` = " + Definitions.literal(to.database()) + ", `name` = "
                + Definitions.literal(to.name()) + where(from);
    }

    /** Those of a database that is gone. */
    public void dropAll(String database) {
        cached.keySet().removeIf(name -> name.database().equals(database));
        identities.keySet().removeIf(name -> name.database().equals(database));
        onHome(work ->
                work.execute("DELETE FROM " + TABLE + " WHERE `database_name` = " + Definitions.literal(database)));
    }

    private static String where(Name name) {
        return " WHERE `database_name` = " + Definitions.literal(name.database()) + " AND `name` = "
                + Definitions.literal(name.name());
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static BigInteger number(byte @Nullable [] bytes) {
        return new BigInteger(text(bytes));
    }
}
