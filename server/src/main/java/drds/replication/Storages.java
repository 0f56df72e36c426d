package drds.replication;

import drds.atom.AtomLimits;
import drds.atom.SessionState;
import drds.binlog.BinlogReader;
import drds.binlog.Gtids;
import drds.binlog.TableShape;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.matrix.Matrix;
import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.MatrixBackends;
import drds.transaction.SystemTables;
import drds.transaction.Work;
import drds.wire.Loops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Groups that come while DRDS runs, and those that go. A new one gets what every Group has: DRDS's own schema, a schema for each
 * database, copies of the broadcast tables and of functions. Until the catalog names it nothing uses it, so a try that broke is
 * cleared away by the next.
 */
public final class Storages {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,15}");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long DEFINITIONS_MILLIS = 60_000;
    private static final int SWITCH_TRIES = 30;
    private static final long TRY_AGAIN_MILLIS = 500;
    private static final long PLAY_MILLIS = 60_000;
    /** There while an instance is made ready: what it has in databases' schemas is of a try that broke. */
    private static final String JOINING = "`drds`.`joining`";

    private final CatalogStore store;
    private final Backends backends;
    private final WriteGate gate;
    private final Moves moves;
    private final Loops loops;

    public Storages(CatalogStore store, Backends backends, WriteGate gate, Moves moves, Loops loops) {
        this.store = store;
        this.backends = backends;
        this.gate = gate;
        this.moves = moves;
        this.loops = loops;
    }

    /**
     * Takes an instance in as a new Group.
     *
     * @throws SqlError if it can't be one
     */
    public void add(String name, Instance instance) throws InterruptedException {
        Catalog catalog = store.current();
        if (!NAME.matcher(name).matches()) {
            throw refused("'" + name + "' is no name for a storage: a letter, then letters, digits and _, 16 at most");
        }
        if (catalog.groups().containsKey(name)) {
            throw refused("there is a storage '" + name + "' already");
        }
        GroupDefinition definition = new GroupDefinition(name, instance, List.of());
        Set<String> databases = new TreeSet<>(catalog.databases().keySet());
        try (WriteGate.Closed _ = gate.holdDefinitions(databases, DEFINITIONS_MILLIS);
                Matrix alone = new Matrix(loops, AtomLimits.DEFAULT)) {
            alone.update(Catalog.empty().withGroups(List.of(definition), name));
            Joining joining = new Joining(definition, new MatrixBackends(alone));
            joining.check();
            joining.prepare();
            joining.copyAndPublish();
        } catch (MoveException impossible) {
            throw refused(String.valueOf(impossible.getMessage()));
        }
    }

    /** Lets a Group go that holds no shards. @throws SqlError if it still holds something */
    public void drop(String name) {
        Catalog catalog = store.current();
        if (!catalog.groups().containsKey(name)) {
            throw refused("there is no storage '" + name + "'");
        }
        if (name.equals(catalog.defaultGroup())) {
            throw refused("'" + name + "' holds the home schemas with all tables that are not sharded: it stays");
        }
        if (name.equals(catalog.groups().keySet().iterator().next())) {
            throw refused(
                    "'" + name + "' is the first storage, whose log tells how clients' XA transactions end: it stays");
        }
        Set<String> databases = new TreeSet<>(catalog.databases().keySet());
        List<WriteGate.Closed> closed = new ArrayList<>();
        try (WriteGate.Closed _ = gate.holdDefinitions(databases, DEFINITIONS_MILLIS)) {
            checkUnused(name);
            shutBroadcasts(closed);
            checkOver(name);
            store.change(now -> now.withGroups(
                    now.groups().values().stream()
                            .filter(group -> !group.name().equals(name))
                            .toList(),
                    now.defaultGroup()));
            StoragesKnown.dropped(store, name);
        } finally {
            closed.forEach(WriteGate.Closed::close);
        }
    }

    private void checkUnused(String name) {
        for (Database database : store.current().databases().values()) {
            for (Database.Shard shard : database.shards()) {
                if (shard.group().equals(name)) {
                    throw refused("'" + name + "' holds the shard " + shard.schema() + ": ALTER DATABASE "
                            + database.name() + " REBALANCE DRAIN " + name + " takes its shards elsewhere");
                }
            }
        }
        for (Moves.Shown shown : moves.all()) {
            MoveJob job = shown.job();
            if (!job.phase().isEnd() && (job.from().equals(name) || job.to().equals(name))) {
                throw refused("job " + job.id() + " uses '" + name + "': COMPLETE JOB " + job.id()
                        + " first, or wait for it");
            }
        }
    }

    /** Nothing that began there may be unfinished. Called once nobody can begin anything there. */
    private void checkOver(String name) {
        Set<String> prepared = Work.on(backends, name, Exact.READING, Source::prepared);
        if (!prepared.isEmpty()) {
            throw refused("transactions are prepared on '" + name + "' and undecided: XA RECOVER shows them");
        }
        if (OwnRows.decides(backends, name)) {
            throw refused("transactions are prepared elsewhere whose end the log of '" + name
                    + "' tells: CHECK TRANSACTIONS shows them, try again");
        }
        String rows = Work.on(backends, name, Exact.READING, OwnRows::found);
        if (!rows.isEmpty()) {
            throw refused(
                    "'" + name + "' holds " + rows + ": CHECK TRANSACTIONS shows them, wait for them or end them");
        }
    }

    /** @param closed gets what was shut, to be closed by the caller */
    private void shutBroadcasts(List<WriteGate.Closed> closed) {
        long end = System.nanoTime() + pauseNanos();
        for (Database database : store.current().databases().values()) {
            WriteGate.@Nullable Closed one = gate.shut(database.name(), broadcasts(database), millisUntil(end));
            if (one == null) {
                throw refused("the broadcast tables of " + database.name() + " were used for too long: try again");
            }
            closed.add(one);
        }
    }

    private long pauseNanos() {
        return moves.settings().pauseMillis().get() * NANOS_PER_MILLI;
    }

    private static long millisUntil(long end) {
        return Math.max(1, (end - System.nanoTime()) / NANOS_PER_MILLI);
    }

    private static Set<String> broadcasts(Database database) {
        Set<String> names = new TreeSet<>();
        for (Table table : database.tables().values()) {
            if (table.kind() == Table.Kind.BROADCAST) {
                names.add(table.name());
            }
        }
        return names;
    }

    private static SqlError refused(String reason) {
        return ErrorCode.JOB_REFUSED.with(reason);
    }

    /** One instance on its way to become a Group. */
    private final class Joining {
        private final GroupDefinition definition;
        private final String name;
        private final Backends there;
        private final String home;

        Joining(GroupDefinition definition, Backends there) {
            this.definition = definition;
            this.name = definition.name();
            this.there = there;
            this.home = store.current().defaultGroup();
        }

        private static final String IDENTITY = "SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir)";
        private static final String LIKENESS = "SELECT CONCAT_WS('|', SUBSTRING_INDEX(VERSION(), '.', 2),"
                + " @@lower_case_table_names + 0, @@character_set_server, @@collation_server)";

        void check() {
            Work.on(there, name, Exact.READING, work -> {
                Source.checkBinlog(work, name);
                return null;
            });
            String identity = ask(there, name, IDENTITY);
            for (String group : store.current().groups().keySet()) {
                if (ask(backends, group, IDENTITY).equals(identity)) {
                    throw refused("that instance is the storage '" + group + "' already");
                }
            }
            String likeness = ask(there, name, LIKENESS);
            String wanted = ask(backends, home, LIKENESS);
            if (!likeness.equals(wanted)) {
                throw refused("that instance is another kind of server than " + home
                        + " (version, lower_case_table_names, character set, collation): " + likeness + ", not "
                        + wanted);
            }
        }

        private String ask(Backends whom, String group, String sql) {
            return Work.on(whom, group, SessionState.INITIAL, work -> Exact.value(work, sql));
        }

        /** Clears away what a try that broke has left, and refuses what is somebody else's. */
        void prepare() {
            Set<String> taken = new TreeSet<>();
            boolean again = Work.on(there, name, SessionState.INITIAL, work -> {
                work.column("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")
                        .forEach(schema -> taken.add(Exact.text(schema)));
                return taken.contains("drds") && Source.tables(work, "drds").contains("joining");
            });
            boolean wasMember = taken.contains("drds") && !again;
            taken.retainAll(schemas());
            if (!taken.isEmpty() && !again && !wasMember) {
                throw refused("that instance has schemas that DRDS needs there: " + String.join(", ", taken));
            }
            refuseOthersTables(taken);
            String rows = Work.on(there, name, Exact.READING, OwnRows::found);
            if (!rows.isEmpty()) {
                throw refused(
                        "that instance holds " + rows + " in its schema drds, which would be done now: delete them"
                                + " if they are of no use any more");
            }
            SystemTables.create(there);
            Work.on(there, name, Exact.WRITING, work -> {
                work.execute("CREATE TABLE IF NOT EXISTS " + JOINING + " (id INT PRIMARY KEY)");
                taken.forEach(schema -> work.execute("DROP DATABASE " + SqlText.identifier(schema)));
                return null;
            });
        }

        /** Of what DRDS has had there only copies of broadcast tables may go. */
        private void refuseOthersTables(Set<String> schemas) {
            for (String schema : schemas) {
                Database database = store.current().database(schema);
                List<String> others =
                        new ArrayList<>(Work.on(there, name, Exact.READING, work -> Source.tables(work, schema)));
                if (database != null) {
                    others.removeAll(broadcasts(database));
                }
                if (!others.isEmpty()) {
                    throw refused("that instance has tables in " + schema + " that are no broadcast tables and would be"
                            + " dropped: " + String.join(", ", others));
                }
            }
        }

        private Set<String> schemas() {
            Set<String> names = new TreeSet<>(store.current().databases().keySet());
            store.current()
                    .databases()
                    .values()
                    .forEach(database -> database.shards().forEach(shard -> names.add(shard.schema())));
            return names;
        }

        void copyAndPublish() throws InterruptedException {
            Catalog catalog = store.current();
            Map<String, Map<String, TableShape>> shapes = new LinkedHashMap<>();
            for (Database database : catalog.databases().values()) {
                makeSchema(database);
                Set<String> names = broadcasts(database);
                shapes.put(
                        database.name(),
                        names.isEmpty()
                                ? Map.of()
                                : Work.on(
                                        backends,
                                        home,
                                        Exact.READING,
                                        work -> Source.shapes(work, database.name(), names, Set.of())));
            }
            List<Player> players = new ArrayList<>();
            try {
                for (Map.Entry<String, Map<String, TableShape>> entry : shapes.entrySet()) {
                    if (!entry.getValue().isEmpty()) {
                        players.add(copy(entry.getKey(), entry.getValue()));
                    }
                }
                publish(players);
            } finally {
                players.forEach(Player::close);
            }
            Work.on(there, name, Exact.WRITING, work -> work.execute("DROP TABLE IF EXISTS " + JOINING));
        }

        private void makeSchema(Database database) {
            String schema = database.name();
            Work.on(
                    there,
                    name,
                    Exact.WRITING,
                    work -> work.execute("CREATE DATABASE " + SqlText.identifier(schema) + " CHARACTER SET "
                            + database.characterSet() + " COLLATE " + database.collation()));
            for (String table : broadcasts(database)) {
                String text = Work.on(backends, home, Exact.READING, work -> Source.definition(work, schema, table));
                if (text != null) {
                    Work.on(
                            there,
                            name,
                            Exact.WRITING.withDatabase(schema),
                            work -> work.execute(Source.named(text, schema, table)));
                }
            }
            database.programs().values().stream()
                    .filter(Program::everywhere)
                    .forEach(program -> function(schema, program));
        }

        private void function(String schema, Program program) {
            String text = Work.on(
                    backends,
                    home,
                    Exact.READING,
                    work -> Exact.text(work.rows("SHOW CREATE FUNCTION " + SqlText.qualified(schema, program.name()))
                            .getFirst()[2]));
            SessionState state = SessionState.INITIAL
                    .withDatabase(schema)
                    .withVariable("sql_mode", Source.literal(program.sqlMode()))
                    .withVariable("collation_connection", "'" + program.collationConnection() + "'");
            Work.on(there, name, state, work -> work.execute(text.replaceFirst("\\ACREATE DEFINER=\\S+ ", "CREATE ")));
        }

        /** @return a player that has played all until now */
        private Player copy(String schema, Map<String, TableShape> tables) throws InterruptedException {
            Backends both = new Both(there, name, backends);
            Throttle throttle = new Throttle(
                    moves.settings().rowsPerSecond()::get, moves.settings().bytesPerSecond()::get);
            Gtids begin = Work.on(backends, home, Exact.READING, work -> {
                Source.checkBinlog(work, home);
                return Source.moment(work);
            });
            Source.waitForPrepared(backends, home);
            for (TableShape shape : tables.values()) {
                new Copier(both, new Place(home, schema), new Place(name, schema), throttle)
                        .copy(shape, null, (last, rows, bytes) -> true);
            }
            GroupDefinition homeGroup = store.current().groups().get(home);
            if (homeGroup == null) {
                throw refused("there is no storage '" + home + "'");
            }
            BinlogReader reader = BinlogReader.open(
                    homeGroup.primary(),
                    begin,
                    (ofSchema, table) -> ofSchema.equals(schema) ? tables.get(table) : null);
            Player player = new Player(reader, both, schema, new Place(name, schema), begin, throttle);
            boolean near = false;
            try {
                near = player.play(Work.on(backends, home, Exact.READING, Source::position), PLAY_MILLIS);
            } finally {
                if (!near) {
                    player.close();
                }
            }
            if (!near) {
                throw refused("the broadcast tables of " + schema + " change faster than they can be copied");
            }
            return player;
        }

        /** With the broadcast tables held still: the last changes, then the catalog. */
        private void publish(List<Player> players) throws InterruptedException {
            for (int i = 0; i < SWITCH_TRIES; i++) {
                List<WriteGate.Closed> closed = new ArrayList<>();
                try {
                    shutBroadcasts(closed);
                    long until = System.nanoTime() + pauseNanos();
                    Gtids end = Work.aside(backends, home, Exact.READING, Source::position);
                    boolean played = true;
                    for (Player player : players) {
                        played &= player.hurry(end, millisUntil(until)) && !player.waitsForPrepared();
                    }
                    if (played) {
                        StoragesKnown.added(store, name);
                        store.change(this::withGroup);
                        return;
                    }
                } catch (SqlError busy) {
                    if (i == SWITCH_TRIES - 1) {
                        throw busy;
                    }
                } finally {
                    closed.forEach(WriteGate.Closed::close);
                }
                Thread.sleep(TRY_AGAIN_MILLIS);
            }
            throw refused("the broadcast tables were used for too long: try again");
        }

        private Catalog withGroup(Catalog now) {
            List<GroupDefinition> groups = new ArrayList<>(now.groups().values());
            groups.add(definition);
            return now.withGroups(groups, now.defaultGroup());
        }
    }

    /** The connections to all Groups and to one that is no Group yet. */
    private record Both(Backends there, String name, Backends others) implements Backends {
        @Override
        public drds.atom.Backend take(String group, SessionState state) {
            return group.equals(name) ? there.take(group, state) : others.take(group, state);
        }

        @Override
        public drds.atom.Backend takeReader(String group, SessionState state) {
            return take(group, state);
        }

        @Override
        public drds.atom.Backend takeAside(String group, SessionState state) {
            return group.equals(name) ? there.takeAside(group, state) : others.takeAside(group, state);
        }

        @Override
        public List<String> groups() {
            return others.groups();
        }
    }
}
