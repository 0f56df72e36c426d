package drds.replication;

import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.error.ErrorCode;
import drds.replication.MoveJob.Phase;
import drds.transaction.Backends;
import drds.transaction.Work;
import drds.wire.Loops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs that move shards: started, looked at and steered here, each run by a thread of its own. */
public final class Moves implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Moves.class);
    /** How many copy at the same time; those that only follow don't count. */
    private static final int AT_ONCE = 2;

    private static final long DEFINITIONS_MILLIS = 10_000;

    private final CatalogStore catalogs;
    private final MoveStore store;
    private final Backends backends;
    private final WriteGate gate;
    private final Consumer<Runnable> starter;
    private final MoveSettings settings = new MoveSettings();
    private final Map<Long, MoveRunner> runners = new ConcurrentHashMap<>();
    private final ReentrantLock switching = new ReentrantLock();
    private final ReentrantLock beginning = new ReentrantLock();
    private volatile boolean closed;

    /** @param starter runs a task on a thread of its own that may talk to instances, such as {@link Loops#any} gives */
    public Moves(CatalogStore catalogs, Backends backends, WriteGate gate, Consumer<Runnable> starter) {
        this.catalogs = catalogs;
        this.store = new MoveStore(catalogs);
        this.backends = backends;
        this.gate = gate;
        this.starter = starter;
    }

    public MoveSettings settings() {
        return settings;
    }

    /**
     * @param lag about how many transactions the copy is behind; 0 where nobody runs it here
     * @param message why it stands still, or what went wrong at the last try while it is tried again; empty if all is well
     */
    public record Shown(MoveJob job, long lag, String message) {}

    /** All jobs, those of the past too, oldest first. */
    public List<Shown> all() {
        List<Shown> shown = new ArrayList<>();
        for (MoveJob job : store.all()) {
            MoveRunner runner = runners.get(job.id());
            shown.add(
                    runner == null || job.phase().isEnd()
                            ? new Shown(job, 0, job.error())
                            : new Shown(runner.shown(), runner.lag(), runner.message()));
        }
        return shown;
    }

    /**
     * Begins to move a shard.
     *
     * @throws drds.error.SqlError if there is no such shard or Group, or if it is being moved
     */
    public MoveJob begin(String schema, String group) {
        beginning.lock();
        try {
            Catalog catalog = catalogs.current();
            if (!catalog.groups().containsKey(group)) {
                throw ErrorCode.JOB_REFUSED.with("there is no Group '" + group + "': SHOW NODE has their names");
            }
            for (Database database : catalog.databases().values()) {
                for (Shard shard : database.shards()) {
                    if (shard.schema().equals(schema)) {
                        return begin(database, shard, group);
                    }
                }
            }
            throw ErrorCode.JOB_REFUSED.with(
                    "there is no shard '" + schema + "': SHOW TOPOLOGY FROM a table has their names");
        } finally {
            beginning.unlock();
        }
    }

    private MoveJob begin(Database database, Shard shard, String group) {
        if (shard.group().equals(group)) {
            throw ErrorCode.JOB_REFUSED.with("the shard '" + shard.schema() + "' is on " + group + " already");
        }
        for (MoveJob job : store.open()) {
            if (job.schema().equals(shard.schema())) {
                throw ErrorCode.JOB_REFUSED.with("job " + job.id() + " moves the shard '" + shard.schema()
                        + "': COMPLETE, REVERSE or CANCEL it first");
            }
        }
        MoveJob job;
        try (WriteGate.Closed _ = gate.holdDefinitions(List.of(database.name()), DEFINITIONS_MILLIS)) {
            job = store.create(
                    MoveJob.begin(database.name(), shard.schema(), shard.group(), group, System.currentTimeMillis()));
        }
        look();
        return job;
    }

    /**
     * Which shards of a database would be moved to even the Groups out.
     *
     * @param drained Groups that are to hold none
     */
    public List<Rebalance.Step> rebalance(String name, Set<String> drained) {
        Catalog catalog = catalogs.current();
        Database database = catalog.database(name);
        if (database == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(name);
        }
        Map<String, Long> sizes = new HashMap<>();
        for (String group : catalog.groups().keySet()) {
            Work.on(backends, group, Exact.READING, work -> {
                for (byte[] @Nullable [] row :
                        work.rows("SELECT TABLE_SCHEMA, CAST(SUM(DATA_LENGTH + INDEX_LENGTH) AS UNSIGNED)"
                                + " FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' GROUP BY 1")) {
                    sizes.merge(Exact.text(row[0]), Long.parseLong("0" + Exact.text(row[1])), Long::sum);
                }
                return null;
            });
        }
        try {
            return Rebalance.plan(catalog, database, sizes, drained);
        } catch (MoveException impossible) {
            throw ErrorCode.JOB_REFUSED.with(String.valueOf(impossible.getMessage()));
        }
    }

    /** @throws drds.error.SqlError if the job can't do that now */
    public void wish(long id, Wish wish) {
        MoveJob job = store.find(id);
        if (job == null) {
            throw ErrorCode.JOB_REFUSED.with("there is no job " + id);
        }
        String refusal = refusal(job, wish);
        if (refusal != null) {
            throw ErrorCode.JOB_REFUSED.with("job " + id + " " + refusal);
        }
        store.wish(id, wish);
    }

    private static @Nullable String refusal(MoveJob job, Wish wish) {
        if (job.phase().isEnd()) {
            return "has ended";
        }
        return switch (wish) {
            case PAUSE, CONTINUE -> null;
            case CANCEL ->
                job.phase() == Phase.SWITCHED || job.phase() == Phase.COMPLETING
                        ? "has moved the shard: REVERSE JOB takes it back, COMPLETE JOB ends it"
                        : null;
            case REVERSE, COMPLETE -> job.phase() == Phase.SWITCHED ? null : "hasn't moved the shard yet";
        };
    }

    /**
     * A definition of that database is about to be changed.
     *
     * @throws drds.error.SqlError if a job needs it as it is
     */
    public void refuseDefinitions(String database) {
        for (MoveJob job : store.open()) {
            if (job.database().equals(database)) {
                throw ErrorCode.JOB_REFUSED.with("definitions of '" + database + "' can't be changed while job "
                        + job.id() + " moves its shard '" + job.schema() + "': "
                        + (job.phase() == Phase.SWITCHED ? "COMPLETE JOB " : "wait for it, or CANCEL JOB ") + job.id()
                        + " first");
            }
        }
    }

    /** Schemas of jobs that no client is to see. */
    public List<String> hiddenSchemas() {
        return store.open().stream().map(MoveJob::hidden).toList();
    }

    /** At the start, before clients come: places that were changing their names get those back that the catalog says. */
    public void recover() {
        for (MoveJob job : store.open()) {
            if (job.phase() == Phase.SWITCHING) {
                LOG.info("job {}: taking back a switch that was on its way", job.id());
                try {
                    runner(job).takeBack();
                } catch (RuntimeException away) {
                    LOG.warn("job {}: {}; it is tried again", job.id(), away.toString());
                }
            }
        }
    }

    /** Every second: starts what waits. */
    public synchronized void look() {
        if (closed) {
            return;
        }
        long copying = runners.values().stream()
                .filter(runner ->
                        !runner.shown().paused() && runner.shown().error().isEmpty())
                .filter(runner -> runner.shown().phase() != Phase.SWITCHED)
                .count();
        for (MoveJob open : store.open()) {
            MoveJob job = runners.containsKey(open.id()) ? null : store.find(open.id());
            if (job == null || job.phase().isEnd()) {
                continue;
            }
            boolean begins = job.phase() == Phase.PREPARING || job.phase() == Phase.COPYING;
            if (begins && copying >= AT_ONCE) {
                continue;
            }
            copying += job.phase() == Phase.SWITCHED ? 0 : 1;
            MoveRunner runner = runner(job);
            runners.put(job.id(), runner);
            starter.accept(() -> {
                try {
                    runner.run();
                } finally {
                    runners.remove(job.id());
                }
            });
        }
    }

    private MoveRunner runner(MoveJob job) {
        return new MoveRunner(catalogs, store, backends, gate, settings, switching, job);
    }

    @Override
    public synchronized void close() {
        closed = true;
        runners.values().forEach(MoveRunner::stop);
    }
}
