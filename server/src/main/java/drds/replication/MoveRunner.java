package drds.replication;

import drds.binlog.BinlogReader;
import drds.binlog.Gtids;
import drds.binlog.TableShape;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.replication.MoveJob.Phase;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job from where its record says it is, until it has ended or is told to stop. Each phase can be begun again after a crash
 * at any moment; what is on record is never ahead of what is done.
 */
final class MoveRunner {
    private static final Logger LOG = LoggerFactory.getLogger(MoveRunner.class);
    private static final long LOOK_MILLIS = 200;
    private static final long SAVE_NANOS = 1_000_000_000L;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;
    private static final long PAUSE_AFTER_ATTEMPT_MILLIS = 2_000;

    private final CatalogStore catalogs;
    private final MoveStore store;
    private final Backends backends;
    private final WriteGate gate;
    private final MoveSettings settings;
    /** One place at a time. */
    private final ReentrantLock switching;

    private final Renames renames;
    private final Throttle throttle;
    private MoveJob job;
    private @Nullable Player player;
    private long savedNanos;
    private volatile boolean stopping;
    private volatile MoveJob shown;
    private volatile long lag;
    /** What went wrong at the last try; empty if nothing did. */
    private volatile String trouble = "";

    MoveRunner(
            CatalogStore catalogs,
            MoveStore store,
            Backends backends,
            WriteGate gate,
            MoveSettings settings,
            ReentrantLock switching,
            MoveJob job) {
        this.catalogs = catalogs;
        this.store = store;
        this.backends = backends;
        this.gate = gate;
        this.settings = settings;
        this.switching = switching;
        this.renames = new Renames(backends);
        this.throttle = new Throttle(settings.rowsPerSecond()::get, settings.bytesPerSecond()::get);
        this.job = job;
        this.shown = job;
    }

    /** As it is now, a little ahead of its record. */
    MoveJob shown() {
        return shown;
    }

    /** About how many transactions the copy is behind. */
    long lag() {
        return lag;
    }

    /** Why it stands still, or what went wrong at the last try; empty if all is well. */
    String message() {
        String error = shown.error();
        return error.isEmpty() ? trouble : error;
    }

    void stop() {
        stopping = true;
    }

    /** Until the job has ended or {@link #stop} was called; on a thread that a loop has started. */
    void run() {
        try {
            while (!stopping && !job.phase().isEnd()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closePlayer();
        }
    }

    private void step() throws InterruptedException {
        try {
            heed();
            if (job.paused() || !job.error().isEmpty()) {
                if (job.phase() == Phase.SWITCHING) {
                    takeBack();
                }
                closePlayer();
                Thread.sleep(LOOK_MILLIS);
                return;
            }
            phase();
            trouble = "";
        } catch (MoveException stop) {
            LOG.warn("job {}: {}", job.id(), stop.getMessage());
            closePlayer();
            save(job.stopped(String.valueOf(stop.getMessage())));
        } catch (StreamLostException lost) {
            LOG.info("job {}: {}; once more", job.id(), lost.getMessage());
            failed(String.valueOf(lost.getMessage()));
        } catch (SqlError away) {
            LOG.warn("job {}: {}; once more", job.id(), away.message());
            failed(away.message());
        } catch (IllegalStateException e) {
            LOG.error("job {}; once more", job.id(), e);
            failed(String.valueOf(e.getMessage()));
        }
    }

    private void failed(String reason) throws InterruptedException {
        trouble = reason;
        closePlayer();
        Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
    }

    private void phase() throws InterruptedException {
        switch (job.phase()) {
            case PREPARING -> prepare();
            case COPYING -> copy();
            case FOLLOWING -> follow();
            case VERIFYING -> verify();
            case SWITCHING -> takeBack(); // a switch that was on its way is never gone on with
            case SWITCHED -> followBack();
            case COMPLETING -> end(Phase.DONE);
            case CANCELLING -> end(Phase.CANCELLED);
            case DONE, CANCELLED -> {}
        }
    }

    // ---- what is wished ----

    private void heed() {
        Wish wish = store.takeWish(job.id());
        if (wish == null) {
            return;
        }
        switch (wish) {
            case PAUSE -> save(job.paused(true));
            case CONTINUE -> save(job.paused(false).stopped(""));
            case CANCEL -> {
                if (job.phase() == Phase.SWITCHING) {
                    takeBack();
                }
                closePlayer();
                Phase next = job.switches() == 0 ? Phase.CANCELLING : Phase.SWITCHED;
                save(job.paused(false).stopped("").in(next));
            }
            case REVERSE -> {
                if (job.phase() == Phase.SWITCHED) {
                    save(job.paused(false)
                            .stopped("")
                            .in(Phase.FOLLOWING)
                            .change()
                            .reach(job.position())
                            .build());
                }
            }
            case COMPLETE -> {
                if (job.phase() == Phase.SWITCHED) {
                    closePlayer();
                    save(job.paused(false).stopped("").in(Phase.COMPLETING));
                }
            }
        }
    }

    /** Whether what is going on is to end here: to stand still, or to go on with the phase that the job is in now. */
    private boolean isWished() {
        heed();
        return stopping
                || job.paused()
                || !job.error().isEmpty()
                || job.phase() == Phase.CANCELLING
                || job.phase() == Phase.SWITCHED;
    }

    private void save(MoveJob next) {
        store.save(next);
        job = next;
        shown = next;
        savedNanos = System.nanoTime();
    }

    private void saveNowAndThen(MoveJob next) {
        job = next;
        shown = next;
        if (System.nanoTime() - savedNanos > SAVE_NANOS) {
            save(next);
        }
    }

    // ---- phases ----

    private void prepare() throws InterruptedException {
        Database database = database();
        Gtids begin = Work.on(backends, job.from(), Exact.READING, work -> {
            Source.checkBinlog(work, job.from());
            Source.shapes(work, job.schema(), Set.of(), entries());
            Source.checkCascades(work, job.schema());
            return Source.moment(work);
        });
        Work.on(backends, job.to(), Exact.READING, work -> {
            Source.checkBinlog(work, job.to());
            if (!Source.tables(work, job.schema()).isEmpty()) {
                throw new MoveException("there are tables in " + job.schema() + " on " + job.to() + " already");
            }
            return null;
        });
        renames.dropSchema(job.copy());
        renames.createSchema(job.copy(), database.characterSet(), database.collation());
        renames.createSchema(new Place(job.to(), job.schema()), database.characterSet(), database.collation());
        renames.createSchema(new Place(job.from(), job.hidden()), database.characterSet(), database.collation());
        List<String> tables = physical();
        for (String table : tables) {
            String definition =
                    Work.on(backends, job.from(), Exact.READING, work -> Source.definition(work, job.schema(), table));
            if (definition != null) {
                renames.execute(job.to(), Source.named(definition, job.hidden(), table));
            }
        }
        long estimate = Work.on(
                backends,
                job.from(),
                Exact.READING,
                work -> Long.parseLong(Exact.value(
                        work,
                        "SELECT CAST(IFNULL(SUM(TABLE_ROWS), 0) AS UNSIGNED) FROM information_schema.TABLES"
                                + " WHERE TABLE_SCHEMA = " + Source.literal(job.schema()))));
        Source.waitForPrepared(backends, job.from());
        save(job.in(Phase.COPYING)
                .change()
                .position(begin.toString())
                .copied(List.of(), "", null)
                .estimate(estimate)
                .build());
    }

    private void copy() throws InterruptedException {
        Map<String, TableShape> shapes = shapes();
        List<String> done = new ArrayList<>(job.tables());
        for (TableShape shape : shapes.values()) {
            if (done.contains(shape.name())) {
                continue;
            }
            List<String> after = job.table().equals(shape.name()) ? job.after() : null;
            boolean whole = new Copier(backends, job.live(), job.copy(), throttle)
                    .copy(shape, after, (last, rows, bytes) -> {
                        saveNowAndThen(job.change()
                                .copied(done, shape.name(), last)
                                .counted(rows, bytes)
                                .build());
                        return !isWished();
                    });
            if (!whole) {
                save(job);
                return;
            }
            done.add(shape.name());
            saveNowAndThen(job.change().copied(done, "", null).build());
            if (isWished()) {
                save(job);
                return;
            }
        }
        Gtids end = Work.on(backends, job.from(), Exact.READING, Source::position);
        save(job.in(Phase.FOLLOWING).change().reach(end.toString()).build());
    }

    private void follow() throws InterruptedException {
        Gtids now = Work.on(backends, job.from(), Exact.READING, Source::position);
        boolean near = play(now);
        if (near && player().played().reaches(Gtids.parse(job.reach()))) {
            save(atCheckpoint().in(Phase.VERIFYING));
        }
    }

    /** Plays for a moment; keeps what it has come to on record. */
    private boolean play(Gtids goal) throws InterruptedException {
        Player playing = player();
        long before = playing.rows();
        boolean reached = playing.play(goal, LOOK_MILLIS);
        lag = goal.ahead(playing.played());
        MoveJob next = job.change()
                .position(playing.checkpoint().toString())
                .counted(playing.rows() - before, 0)
                .build();
        if (!next.position().equals(job.position()) || next.rows() != job.rows()) {
            saveNowAndThen(next);
        }
        if (playing.waitsForPrepared()) {
            forgetLost(playing);
        }
        return reached;
    }

    private void forgetLost(Player playing) {
        Set<String> known = Work.on(backends, job.from(), Exact.READING, Source::prepared);
        Gtids position = Work.on(backends, job.from(), Exact.READING, Source::position);
        playing.forgetLost(known, position);
    }

    private void verify() throws InterruptedException {
        Map<String, TableShape> shapes = shapes();
        if (!shapes.keySet().equals(Set.copyOf(job.tables()))) {
            throw new MoveException("the shard's tables " + shapes.keySet() + " are not those that were copied: "
                    + new TreeSet<>(job.tables()));
        }
        Verifier verifier = Verifier.open(backends, job.live(), job.copy(), player());
        if (verifier == null) {
            save(job.in(Phase.FOLLOWING));
            return;
        }
        try (verifier) {
            for (TableShape shape : shapes.values()) {
                String difference = verifier.compare(shape);
                if (difference != null) {
                    verifier.succeeded();
                    throw new MoveException("the copy differs: " + difference);
                }
                play(player().played()); // nothing to reach: keeps the stream alive
            }
            verifier.succeeded();
        }
        switchOver(List.copyOf(shapes.keySet()));
    }

    private void switchOver(List<String> tables) throws InterruptedException {
        Switcher switcher = switcher();
        while (!isWished()) {
            save(atCheckpoint().in(Phase.SWITCHING));
            Switcher.Outcome outcome = attempt(switcher, tables);
            if (outcome.reason().isEmpty()) {
                job = outcome.job();
                shown = job;
                closePlayer();
                LOG.info("job {}: {} is on {}", job.id(), job.schema(), job.from());
                return;
            }
            LOG.info("job {}: not switched yet: {}", job.id(), outcome.reason());
            save(job.in(Phase.FOLLOWING).change().attempts(job.attempts() + 1).build());
            long until = System.nanoTime() + PAUSE_AFTER_ATTEMPT_MILLIS * 1_000_000;
            while (System.nanoTime() < until && !isWished()) {
                play(Work.on(backends, job.from(), Exact.READING, Source::position));
                Thread.sleep(LOOK_MILLIS / 4);
            }
        }
    }

    private Switcher.Outcome attempt(Switcher switcher, List<String> tables) throws InterruptedException {
        switching.lock();
        try {
            return switcher.attempt(job, catalogs.current(), tables, player());
        } finally {
            switching.unlock();
        }
    }

    private Switcher switcher() {
        return new Switcher(
                backends, store, gate, renames, settings.pauseMillis().get());
    }

    /** Before anybody runs it, and where a switch has broken off. Not if it was done after all: ZooKeeper knows. */
    void takeBack() {
        MoveJob known = store.find(job.id());
        if (known != null && known.phase() != Phase.SWITCHING) {
            LOG.info("job {}: {} after all", job.id(), known.phase());
            job = known;
            shown = known;
            closePlayer();
            return;
        }
        List<String> tables = new ArrayList<>(physical());
        for (Place place : List.of(new Place(job.from(), job.hidden()), job.copy())) {
            Work.on(backends, place.group(), Exact.READING, work -> Source.tables(work, place.schema())).stream()
                    .filter(table -> !tables.contains(table))
                    .forEach(tables::add);
        }
        switcher().takeBack(job, tables);
        save(job.in(Phase.FOLLOWING));
    }

    private void followBack() throws InterruptedException {
        Gtids now = Work.on(backends, job.from(), Exact.READING, Source::position);
        if (play(now)) {
            player().rest();
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void end(Phase phase) {
        renames.dropSchema(job.copy());
        renames.dropEmptySchema(new Place(job.to(), job.schema()));
        renames.dropEmptySchema(new Place(job.from(), job.hidden()));
        save(job.in(phase));
    }

    // ---- parts ----

    private Database database() {
        Database database = catalogs.current().database(job.database());
        if (database == null) {
            throw new MoveException("the database " + job.database() + " is gone");
        }
        return database;
    }

    private List<String> physical() {
        return Work.on(backends, job.from(), Exact.READING, work -> Source.tables(work, job.schema()));
    }

    private Map<String, TableShape> shapes() {
        return Work.on(
                backends, job.from(), Exact.READING, work -> Source.shapes(work, job.schema(), Set.of(), entries()));
    }

    /** The tables in the shard that hold entries of global indexes. */
    private Set<String> entries() {
        Set<String> names = new TreeSet<>();
        for (Table table : database().tables().values()) {
            for (GlobalIndex index : table.storedIndexes()) {
                index.stored().partitions().stream()
                        .filter(partition -> partition.schema().equals(job.schema()))
                        .forEach(partition -> names.add(partition.table()));
            }
        }
        return names;
    }

    private MoveJob atCheckpoint() {
        return job.at(player().checkpoint().toString());
    }

    private Player player() {
        Player present = player;
        if (present != null) {
            return present;
        }
        Map<String, TableShape> shapes = new TreeMap<>(shapes());
        Catalog catalog = catalogs.current();
        GroupDefinition group = catalog.groups().get(job.from());
        if (group == null) {
            throw new MoveException("there is no Group " + job.from());
        }
        String schema = job.schema();
        Gtids from = Gtids.parse(job.position());
        BinlogReader reader = BinlogReader.open(
                group.primary(), from, (ofSchema, table) -> ofSchema.equals(schema) ? shapes.get(table) : null);
        boolean opened = false;
        try {
            present = new Player(reader, backends, schema, job.copy(), from, throttle);
            opened = true;
        } finally {
            if (!opened) {
                reader.close();
            }
        }
        player = present;
        return present;
    }

    private void closePlayer() {
        Player present = player;
        if (present != null) {
            player = null;
            present.close();
        }
    }
}
