package drds.replication;

import drds.binlog.Gtids;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.replication.MoveJob.Phase;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the copy the place that is used. Statements on the tables wait meanwhile; the old place is fenced by giving its tables
 * other names, so that whoever still goes there is told and writes nothing; the last changes are played; the copy gets
 * the tables' names; the catalog is published. Until that is done everything can be taken back.
 */
final class Switcher {
    private static final Logger LOG = LoggerFactory.getLogger(Switcher.class);
    /** Below it there is no time left to finish within the pause. */
    private static final long LEAST_MILLIS = 150;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int ASK_AGAIN = 30;
    private static final long ASK_AGAIN_MILLIS = 1_000;

    private final Backends backends;
    private final MoveStore store;
    private final WriteGate gate;
    private final Renames renames;
    private final long pauseMillis;

    Switcher(Backends backends, MoveStore store, WriteGate gate, Renames renames, long pauseMillis) {
        this.backends = backends;
        this.store = store;
        this.gate = gate;
        this.renames = renames;
        this.pauseMillis = pauseMillis;
    }

    /** @param reason why it was given up; empty if it was done */
    record Outcome(MoveJob job, String reason) {}

    /**
     * Tries once. The job is in the phase SWITCHING on record.
     *
     * @param physical the shard's tables
     * @throws SqlError if an instance fails and it could not be taken back: {@link #takeBack} is due
     * @throws IllegalStateException if nobody knows whether it was published: what ZooKeeper says is due, before anything else
     */
    Outcome attempt(MoveJob job, Catalog catalog, List<String> physical, Player player) throws InterruptedException {
        if (!player.play(position(job.from()), pauseMillis)) {
            return new Outcome(job, "the copy is too far behind");
        }
        player.wake();
        long began = System.nanoTime();
        WriteGate.@Nullable Closed closed =
                gate.shut(job.database(), logicalTables(catalog, job), Math.max(1, pauseMillis - 2 * LEAST_MILLIS));
        if (closed == null) {
            return new Outcome(job, "statements or transactions used the tables for too long");
        }
        try (WriteGate.Closed _ = closed) {
            return behindGate(job, physical, player, began);
        } finally {
            LOG.info("job {}: statements waited {} ms", job.id(), (System.nanoTime() - began) / NANOS_PER_MILLI);
        }
    }

    private Outcome behindGate(MoveJob job, List<String> physical, Player player, long began)
            throws InterruptedException {
        if (!player.hurry(position(job.from()), left(began))) {
            return new Outcome(job, "the last changes took too long to be played");
        }
        if (player.waitsForPrepared()) {
            return new Outcome(job, "a prepared transaction is undecided");
        }
        if (left(began) < LEAST_MILLIS) {
            return new Outcome(job, "the last changes took too long to be played");
        }
        boolean backDue = true;
        try {
            renames.move(job.from(), job.schema(), job.hidden(), physical);
            if (!player.hurry(position(job.from()), Math.max(LEAST_MILLIS, left(began))) || player.waitsForPrepared()) {
                return new Outcome(job, "the last changes took too long to be played");
            }
            renames.move(job.to(), job.hidden(), job.schema(), physical);
            Gtids behind = position(job.to());
            MoveJob switched = job.change()
                    .position(behind.toString())
                    .switched((System.nanoTime() - began) / NANOS_PER_MILLI)
                    .build();
            backDue = false; // while nobody knows whether it is published nobody may go to either place
            boolean published = publish(switched);
            backDue = !published;
            return published ? new Outcome(switched, "") : new Outcome(job, "the catalog could not be published");
        } catch (SqlError busy) {
            if (busy.number() != ErrorCode.LOCK_WAIT_TIMEOUT.number()) {
                throw busy;
            }
            return new Outcome(job, "somebody used a table for too long who didn't come through DRDS");
        } finally {
            if (backDue) {
                takeBack(job, physical);
            }
        }
    }

    private long left(long began) {
        return Math.max(1, pauseMillis - (System.nanoTime() - began) / NANOS_PER_MILLI);
    }

    private Gtids position(String group) {
        return Work.aside(backends, group, Exact.READING, Source::position);
    }

    /** What ZooKeeper holds counts, where its answer was lost. */
    private boolean publish(MoveJob switched) throws InterruptedException {
        try {
            store.publish(switched, catalog -> moved(catalog, switched));
            return true;
        } catch (RuntimeException unclear) {
            LOG.warn("job {}: is the catalog published? {}", switched.id(), unclear.toString());
        }
        for (int i = 0; ; i++) {
            try {
                MoveJob known = store.find(switched.id());
                return known != null && known.phase() == Phase.SWITCHED && known.switches() == switched.switches();
            } catch (RuntimeException away) {
                if (i >= ASK_AGAIN) {
                    throw away;
                }
                Thread.sleep(ASK_AGAIN_MILLIS);
            }
        }
    }

    /** Gives the tables back the names that they have while nothing is switched. */
    void takeBack(MoveJob job, List<String> physical) {
        renames.move(job.to(), job.schema(), job.hidden(), physical);
        renames.move(job.from(), job.hidden(), job.schema(), physical);
    }

    /** The tables that clients name, of which the shard has partitions. */
    static List<String> logicalTables(Catalog catalog, MoveJob job) {
        Database database = catalog.database(job.database());
        List<String> names = new ArrayList<>();
        if (database != null) {
            for (Table table : database.tables().values()) {
                if (concerned(table, job.schema())) {
                    names.add(table.name());
                }
            }
        }
        return names;
    }

    /** Whether the shard has rows or entries of a global index of it. */
    private static boolean concerned(Table table, String schema) {
        return liesIn(table, schema)
                || table.storedIndexes().stream().anyMatch(index -> liesIn(index.stored(), schema));
    }

    private static boolean liesIn(Table table, String schema) {
        return table.partitions().stream()
                .anyMatch(partition -> partition.schema().equals(schema));
    }

    /** The catalog with the shard on the Group that {@code switched} says. */
    static Catalog moved(Catalog catalog, MoveJob switched) {
        Database database = catalog.database(switched.database());
        if (database == null) {
            return catalog;
        }
        Database next = database.withShards(database.shards().stream()
                .map(shard -> shard.schema().equals(switched.schema())
                        ? new Database.Shard(shard.index(), shard.schema(), switched.from())
                        : shard)
                .toList());
        for (Table table : database.tables().values()) {
            Table moved = moved(table, switched);
            if (moved != table) {
                next = next.withTable(moved);
            }
        }
        return catalog.withDatabase(next);
    }

    private static Table moved(Table table, MoveJob switched) {
        if (!concerned(table, switched.schema())) {
            return table;
        }
        List<Partition> partitions = table.partitions().stream()
                .map(partition -> partition.schema().equals(switched.schema())
                        ? new Partition(partition.index(), switched.from(), partition.schema(), partition.table())
                        : partition)
                .toList();
        List<GlobalIndex> indexes = table.globalIndexes().stream()
                .map(index -> index.table() == null ? index : index.withTable(moved(index.stored(), switched)))
                .toList();
        return table.withPartitions(partitions).withGlobalIndexes(indexes);
    }
}
