package drds.session;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.ddl.NamedSequences;
import drds.ddl.NamedSequences.Definition;
import drds.ddl.NamedSequences.Kind;
import drds.ddl.NamedSequences.Name;
import drds.ddl.Sequences;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.QualifiedName;
import drds.parser.SequenceKind;
import drds.parser.SequenceStatement;
import drds.parser.SequenceStatement.Options;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER, DROP and RENAME SEQUENCE, SHOW SEQUENCES. */
final class SequenceExecution {
    /** MariaDB's bounds, which leave room at both ends. */
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE - 1);

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE + 1);
    private static final String NONE = "N/A";

    private final Session session;
    private final Sequences all;
    private final NamedSequences sequences;

    SequenceExecution(Session session, Engine engine) {
        this.session = session;
        this.all = engine.sequences();
        this.sequences = all.named();
    }

    void run(SequenceStatement statement) {
        session.transaction().commit();
        session.releaseTables();
        switch (statement) {
            case SequenceStatement.CreateSequence create -> create(create);
            case SequenceStatement.AlterSequence alter -> alter(alter);
            case SequenceStatement.DropSequence drop -> drop(drop);
            case SequenceStatement.RenameSequence rename -> rename(rename);
        }
    }

    // ---- definitions ----

    private void create(SequenceStatement.CreateSequence create) {
        if (create.temporary()) {
            throw ErrorCode.NOT_SUPPORTED.with("CREATE TEMPORARY SEQUENCE");
        }
        Name name = session.sequenceName(create.name());
        Database database = session.catalog().database(name.database());
        boolean taken = database == null
                || database.table(name.name()) != null
                || database.views().containsKey(name.name());
        if (taken) {
            throw ErrorCode.TABLE_EXISTS.with(name.name());
        }
        Options options = create.options();
        Definition definition =
                definition(name, kind(create.kind(), options), create.kind(), options, null, create.kind() != null);
        if (create.orReplace()) {
            sequences.createAnew(name, definition);
        } else if (!sequences.create(name, definition)) {
            if (!create.ifNotExists()) {
                throw ErrorCode.TABLE_EXISTS.with(name.name());
            }
            session.diagnostics().note(ErrorCode.TABLE_EXISTS.number(), "Table '" + name.name() + "' already exists");
        }
    }

    /** Without a kind: what counts in another way than one by one must be exact; else GROUP, as in DRDS. */
    private static Kind kind(@Nullable SequenceKind given, Options options) {
        boolean exact = options.incrementBy() != null
                || options.minValue() != null
                || options.maxValue() != null
                || options.noMinValue()
                || options.noMaxValue()
                || options.cycle() != null
                || options.cache() != null;
        return given != null ? kind(given) : exact ? Kind.SIMPLE : Kind.GROUP;
    }

    private static Kind kind(SequenceKind given) {
        return switch (given) {
            case GROUP -> Kind.GROUP;
            case TIME -> Kind.TIME;
            case SIMPLE, SIMPLE_WITH_CACHE -> Kind.SIMPLE;
        };
    }

    /**
     * What a sequence is with these options.
     *
     * @param given the kind that the statement names
     * @param before what it was, null for a new one
     * @param own whether a cycle begins where the sequence started, as with DRDS's own, unless MINVALUE is written
     */
    private static Definition definition(
            Name name,
            Kind kind,
            @Nullable SequenceKind given,
            Options options,
            @Nullable Definition before,
            boolean own) {
        BigInteger increment = kind == Kind.SIMPLE
                ? value(options.incrementBy(), before == null ? BigInteger.ONE : before.increment())
                : BigInteger.ONE;
        boolean up = increment.signum() > 0;
        BigInteger standardMost = up || before != null ? MOST : BigInteger.ONE.negate();
        BigInteger standardLeast = up || before != null ? BigInteger.ONE : LEAST;
        BigInteger most =
                value(options.maxValue(), before == null || options.noMaxValue() ? standardMost : before.most());
        BigInteger least =
                value(options.minValue(), before == null || options.noMinValue() ? standardLeast : before.least());
        BigInteger start = value(options.startWith(), before == null ? up ? least : most : before.start());
        boolean begins = own && up && options.minValue() == null && (before == null || options.startWith() != null);
        Definition definition = new Definition(
                kind,
                start,
                increment,
                begins ? start : least,
                most,
                options.cycle() == null ? before != null && before.cycle() : options.cycle(),
                step(kind, given, options, before),
                options.unitCount() == null
                        ? before == null ? 1 : before.units()
                        : Math.toIntExact(options.unitCount()),
                options.unitIndex() == null
                        ? before == null ? 0 : before.unit()
                        : Math.toIntExact(options.unitIndex()));
        check(name, definition);
        return definition;
    }

    private static long step(Kind kind, @Nullable SequenceKind given, Options options, @Nullable Definition before) {
        if (kind == Kind.GROUP || given == SequenceKind.SIMPLE_WITH_CACHE) {
            return NamedSequences.STEP;
        }
        if (options.cache() != null) {
            return Math.max(1, options.cache());
        }
        return before == null || given != null ? 1 : before.step();
    }

    private static void check(Name name, Definition definition) {
        boolean valid = definition.increment().signum() != 0
                && definition.least().compareTo(definition.most()) < 0
                && definition.start().compareTo(definition.least()) >= 0
                && definition.start().compareTo(definition.most()) <= 0
                && definition.units() >= 1
                && definition.unit() >= 0
                && definition.unit() < definition.units();
        if (!valid) {
            throw ErrorCode.SEQUENCE_INVALID.with(name.database() + "." + name.name());
        }
    }

    private static BigInteger value(@Nullable Long given, BigInteger otherwise) {
        return given == null ? otherwise : BigInteger.valueOf(given);
    }

    private void alter(SequenceStatement.AlterSequence alter) {
        Name name = session.sequenceName(alter.name());
        NamedSequences.Stored old = sequences.find(name);
        if (old == null) {
            missing(name, alter.ifExists());
            return;
        }
        Options options = alter.options();
        Definition before = old.definition();
        SequenceKind to = alter.changeTo();
        Kind kind = to == null ? before.kind() : kind(to);
        // 1 is where MariaDB's begin as well.
        boolean own = kind != Kind.SIMPLE
                || before.least().equals(before.start()) && !before.start().equals(BigInteger.ONE);
        Definition after = definition(name, kind, to, options, before, own);
        // MariaDB's START WITH is for a RESTART to come; DRDS's sets the value.
        BigInteger next = options.restart() != null
                ? BigInteger.valueOf(options.restart())
                : options.restarts() ? after.start() : options.startWith() != null ? after.start() : old.next();
        sequences.replace(name, after, next);
    }

    private void drop(SequenceStatement.DropSequence drop) {
        SqlError failure = null;
        for (QualifiedName qualified : drop.names()) {
            Name name = session.sequenceName(qualified);
            if (!sequences.drop(name) && failure == null) {
                failure = missing(name, true) && drop.ifExists() ? null : unknown(name);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void rename(SequenceStatement.RenameSequence rename) {
        Name from = session.sequenceName(rename.from());
        Name to = session.sequenceName(rename.to());
        if (sequences.find(from) == null) {
            throw unknown(from);
        }
        Database database = session.catalog().database(to.database());
        if (sequences.find(to) != null || database != null && database.table(to.name()) != null) {
            throw ErrorCode.TABLE_EXISTS.with(to.name());
        }
        sequences.rename(from, to);
    }

    private boolean missing(Name name, boolean allowed) {
        if (!allowed) {
            throw unknown(name);
        }
        SqlError error = unknown(name);
        session.diagnostics().note(error.number(), error.message());
        return true;
    }

    private static SqlError unknown(Name name) {
        return ErrorCode.UNKNOWN_SEQUENCE.with(name.database() + "." + name.name());
    }

    // ---- SHOW SEQUENCES ----

    /** Those that users made, and those of AUTO_INCREMENT columns. */
    MemoryResult show() {
        String current = session.variables().database();
        if (current == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        MemoryResult.Builder result = MemoryResult.builder()
                .text(
                        "NAME",
                        "VALUE",
                        "UNIT_COUNT",
                        "UNIT_INDEX",
                        "INNER_STEP",
                        "INCREMENT_BY",
                        "START_WITH",
                        "MAX_VALUE",
                        "CYCLE",
                        "TYPE");
        Database database = session.catalog().database(current);
        if (database != null) {
            for (Table table : database.tables().values()) {
                implicit(current, table, result);
            }
        }
        sequences.all(current).forEach(stored -> row(stored, result));
        return result.build();
    }

    private void implicit(String database, Table table, MemoryResult.Builder result) {
        if (table.isAtHome() || table.autoIncrementColumn() == null) {
            return;
        }
        if (sequences.find(new Name(database, NamedSequences.IMPLICIT + table.name())) == null) {
            long next = all.peek(database, table);
            result.row(
                    NamedSequences.IMPLICIT + table.name(),
                    next,
                    1,
                    0,
                    NamedSequences.STEP,
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    "GROUP");
        }
    }

    private static void row(NamedSequences.Stored stored, MemoryResult.Builder result) {
        Definition definition = stored.definition();
        String name = stored.name().name();
        String kind = definition.kind().name().toUpperCase(Locale.ROOT);
        switch (definition.kind()) {
            case GROUP ->
                result.row(
                        name,
                        stored.next(),
                        definition.units(),
                        definition.unit(),
                        definition.step(),
                        NONE,
                        NONE,
                        NONE,
                        NONE,
                        kind);
            case SIMPLE ->
                result.row(
                        name,
                        stored.next(),
                        NONE,
                        NONE,
                        definition.step() > 1 ? definition.step() : NONE,
                        definition.increment(),
                        definition.start(),
                        definition.most(),
                        definition.cycle() ? "Y" : "N",
                        kind);
            case TIME -> result.row(name, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, kind);
        }
    }
}
