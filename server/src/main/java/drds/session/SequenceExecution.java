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
        Definition definition = definition(create.kind(), create.options());
        if (create.orReplace()) {
            sequences.replace(name, definition, definition.start());
        } else if (!sequences.create(name, definition)) {
            if (!create.ifNotExists()) {
                throw ErrorCode.TABLE_EXISTS.with(name.name());
            }
            session.diagnostics().note(ErrorCode.TABLE_EXISTS.number(), "Table '" + name.name() + "' already exists");
        }
    }

    /** Without a kind: what counts in another way than one by one must be exact; else GROUP, as in DRDS. */
    private static Definition definition(@Nullable SequenceKind kind, Options options) {
        boolean exact = options.incrementBy() != null
                || options.minValue() != null
                || options.maxValue() != null
                || options.noMinValue()
                || options.noMaxValue()
                || options.cycle() != null
                || options.cache() != null;
        Kind of = kind == null
                ? exact ? Kind.SIMPLE : Kind.GROUP
                : switch (kind) {
                    case GROUP -> Kind.GROUP;
                    case TIME -> Kind.TIME;
                    case SIMPLE, SIMPLE_WITH_CACHE -> Kind.SIMPLE;
                };
        BigInteger increment = of == Kind.SIMPLE ? value(options.incrementBy(), BigInteger.ONE) : BigInteger.ONE;
        boolean up = increment.signum() > 0;
        BigInteger most = value(options.maxValue(), up ? MOST : BigInteger.ONE.negate());
        BigInteger firstLeast = value(options.minValue(), up ? BigInteger.ONE : LEAST);
        BigInteger start = value(options.startWith(), up ? firstLeast : most);
        // DRDS's own begin a cycle where they started.
        boolean own = kind != null && options.minValue() == null && up;
        BigInteger least = own ? start : firstLeast;
        long step = of == Kind.GROUP
                ? NamedSequences.STEP
                : kind == SequenceKind.SIMPLE_WITH_CACHE
                        ? NamedSequences.STEP
                        : options.cache() == null ? 1 : Math.max(1, options.cache());
        int units = options.unitCount() == null ? 1 : Math.toIntExact(options.unitCount());
        int unit = options.unitIndex() == null ? 0 : Math.toIntExact(options.unitIndex());
        Definition definition = new Definition(
                of, start, increment, least, most, Boolean.TRUE.equals(options.cycle()), step, units, unit);
        check(definition);
        return definition;
    }

    private static void check(Definition definition) {
        boolean valid = definition.increment().signum() != 0
                && definition.least().compareTo(definition.most()) < 0
                && definition.start().compareTo(definition.least()) >= 0
                && definition.start().compareTo(definition.most()) <= 0
                && definition.units() >= 1
                && definition.unit() >= 0
                && definition.unit() < definition.units();
        if (!valid) {
            throw ErrorCode.SEQUENCE_INVALID.with();
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
        Kind kind = to == null
                ? before.kind()
                : switch (to) {
                    case GROUP -> Kind.GROUP;
                    case TIME -> Kind.TIME;
                    case SIMPLE, SIMPLE_WITH_CACHE -> Kind.SIMPLE;
                };
        long step = kind == Kind.GROUP || to == SequenceKind.SIMPLE_WITH_CACHE
                ? NamedSequences.STEP
                : to != null ? 1 : options.cache() == null ? before.step() : Math.max(1, options.cache());
        BigInteger least = options.noMinValue() ? BigInteger.ONE : value(options.minValue(), before.least());
        Definition after = new Definition(
                kind,
                value(options.startWith(), before.start()),
                value(options.incrementBy(), before.increment()),
                options.startWith() != null && options.minValue() == null
                        ? least.min(BigInteger.valueOf(options.startWith()))
                        : least,
                options.noMaxValue() ? MOST : value(options.maxValue(), before.most()),
                options.cycle() == null ? before.cycle() : options.cycle(),
                step,
                options.unitCount() == null ? before.units() : Math.toIntExact(options.unitCount()),
                options.unitIndex() == null ? before.unit() : Math.toIntExact(options.unitIndex()));
        check(after);
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
