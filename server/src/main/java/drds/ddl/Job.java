package drds.ddl;

import drds.atom.Backend;
import drds.atom.Response;
import drds.catalog.Catalog;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.JobRecord.StepUndo;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change as a row of named steps. Each step is on record before it begins. Until the catalog is published everything can
 * be taken back; from then on only cleaning up is left.
 */
final class Job {
    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    private final Jobs jobs;
    private final Backends backends;
    private final String path;
    private JobRecord record;

    Job(Jobs jobs, Backends backends, String path, JobRecord record) {
        this.jobs = jobs;
        this.backends = backends;
        this.path = path;
        this.record = record;
    }

    /** A name in the schema {@code drds} that nothing else has. */
    TableName away(int index) {
        return new TableName("drds", "job_" + path.substring(path.lastIndexOf('-') + 1) + "_" + index);
    }

    /** The job's own number, as it stands in {@link #away}. */
    String number() {
        return path.substring(path.lastIndexOf('-') + 1).replaceFirst("^0+(?=.)", "");
    }

    /**
     * Whether statements would see what is half done: not when the catalog is ahead and only tables that were put away are left,
     * but when whole schemas are, whose names may be wanted again.
     */
    boolean isHalfway() {
        return !record.published()
                || touched().stream().anyMatch(name -> name.table().isEmpty());
    }

    /** What ZooKeeper holds counts, where its answer to this process was lost. */
    void reload() {
        record = jobs.load(path);
    }

    void delete() {
        jobs.delete(path);
    }

    String path() {
        return path;
    }

    List<TableName> touched() {
        return record.touched();
    }

    String statement() {
        return record.statement();
    }

    boolean isPublished() {
        return record.published();
    }

    /**
     * Runs statements, the ones of one Group one after the other, the Groups side by side.
     *
     * @return how many rows they changed on each Group
     * @throws SqlError the first error of an instance; other statements may have run by then
     */
    Map<String, Long> step(String name, List<Action> actions) {
        if (actions.isEmpty()) {
            return Map.of();
        }
        record = record.withStep(name, actions);
        jobs.save(path, record);
        jobs.reached("before " + name);
        Map<String, Long> affectedRows = run(actions);
        jobs.reached("after " + name);
        return affectedRows;
    }

    /** One statement whose answer matters. */
    DdlOutcome one(String name, Action action) {
        record = record.withStep(name, List.of(action));
        jobs.save(path, record);
        jobs.reached("before " + name);
        DdlOutcome outcome = Work.on(backends, action.group(), action.state(), work -> {
            Response.Ok ok = work.execute(action.sql());
            return new DdlOutcome(ok.affectedRows(), ok.info(), ok.warnings() == 0 ? List.of() : warnings(work));
        });
        jobs.reached("after " + name);
        return outcome;
    }

    private static List<Note> warnings(Work work) {
        List<Note> notes = new ArrayList<>();
        for (byte[] @Nullable [] row : work.rows("SHOW WARNINGS")) {
            notes.add(new Note(text(row[0]), Integer.parseInt(text(row[1])), text(row[2])));
        }
        return List.copyOf(notes);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private Map<String, Long> run(List<Action> actions) {
        Map<String, Long> affectedRows = new HashMap<>();
        Map<String, Deque<Action>> queues = new LinkedHashMap<>();
        actions.forEach(action -> queues.computeIfAbsent(action.group(), group -> new ArrayDeque<>())
                .add(action));
        Map<String, Backend> taken = new LinkedHashMap<>();
        boolean done = false;
        try {
            queues.forEach((group, queue) ->
                    taken.put(group, backends.take(group, queue.getFirst().state())));
            while (!queues.isEmpty()) {
                round(queues, taken, affectedRows);
            }
            done = true;
        } finally {
            for (Backend backend : taken.values()) {
                if (done) {
                    backend.release();
                } else {
                    backend.discard();
                }
            }
        }
        return affectedRows;
    }

    /** One statement on each instance at the same time. */
    private static void round(
            Map<String, Deque<Action>> queues, Map<String, Backend> taken, Map<String, Long> affectedRows) {
        for (Map.Entry<String, Deque<Action>> queue : queues.entrySet()) {
            Action action = queue.getValue().removeFirst();
            Backend backend = backend(taken, queue.getKey());
            backend.use(action.state());
            backend.sendQuery(action.sql());
            backend.flush();
        }
        SqlError first = null;
        for (String group : queues.keySet()) {
            try {
                affectedRows.merge(group, answer(backend(taken, group)), Long::sum);
            } catch (SqlError error) {
                first = first == null ? error : first;
            }
        }
        if (first != null) {
            throw first;
        }
        queues.values().removeIf(Deque::isEmpty);
    }

    private static Backend backend(Map<String, Backend> taken, String group) {
        Backend backend = taken.get(group);
        if (backend == null) {
            throw new IllegalStateException("no connection to " + group);
        }
        return backend;
    }

    private static long answer(Backend backend) {
        return switch (backend.readResponse()) {
            case Response.Ok ok -> ok.affectedRows();
            case Response.Err err -> throw err.error();
            case Response.Rows rows -> {
                rows.rows().skip();
                yield 0;
            }
        };
    }

    /** The point of no return: the catalog changes, and the job's record with it. */
    Catalog publish(UnaryOperator<Catalog> change, List<Cleanup> cleanup) {
        jobs.reached("before publish");
        JobRecord next = record.asPublished(List.copyOf(cleanup));
        Catalog catalog;
        try {
            catalog = jobs.publish(path, next, change);
        } catch (RuntimeException unclear) {
            // The answer may have been lost: what ZooKeeper holds counts. If it can't be asked, a later start decides.
            record = jobs.load(path);
            throw unclear;
        }
        record = next;
        jobs.reached("after publish");
        return catalog;
    }

    /**
     * Publishes a table that is yet to be filled while its lock is held: until {@link #filled} a failure or a crash takes it away
     * again, and for good what it replaced.
     */
    void publishUnfilled(UnaryOperator<Catalog> change, List<Cleanup> cleanup) {
        List<StepUndo> undos = new ArrayList<>();
        cleanup.forEach(one -> undos.add(new StepUndo("replace", one.group(), new Undo.Again(one.sql()))));
        record.undos().stream()
                .filter(undo -> !(undo.undo() instanceof Undo.RenameBack))
                .forEach(undos::add);
        JobRecord next = new JobRecord(record.statement(), List.copyOf(undos), false, List.of(), record.touched());
        jobs.reached("before publish");
        try {
            jobs.publish(path, next, change);
        } catch (RuntimeException unclear) {
            record = jobs.load(path);
            throw unclear;
        }
        record = next;
        jobs.reached("before filling");
    }

    /** The table has its rows; only cleaning up is left. */
    void filled(List<Cleanup> cleanup) {
        jobs.reached("after filling");
        record = record.asPublished(List.copyOf(cleanup));
        jobs.save(path, record);
    }

    /** Cleans up after publishing; false if an instance didn't let it be done. */
    boolean finish() {
        Map<String, List<Cleanup>> byGroup = new LinkedHashMap<>();
        record.cleanup()
                .forEach(one -> byGroup.computeIfAbsent(one.group(), group -> new ArrayList<>())
                        .add(one));
        boolean clean = true;
        for (Map.Entry<String, List<Cleanup>> group : byGroup.entrySet()) {
            try {
                Work.on(backends, group.getKey(), Action.PLAIN, work -> {
                    group.getValue().forEach(one -> work.execute(one.sql()));
                    return null;
                });
            } catch (SqlError e) {
                clean = false;
                LOG.warn(
                        "{}: cleaning up on {} is left for later: {}", record.statement(), group.getKey(), e.message());
            }
        }
        return clean;
    }

    /** Takes everything back; false if an instance didn't let it be done. */
    boolean rollBack() {
        Set<String> failed = new HashSet<>();
        for (StepUndo undo : record.undos().reversed()) {
            if (failed.contains(undo.group())) {
                continue;
            }
            try {
                Work.on(backends, undo.group(), Action.PLAIN, work -> {
                    undo.undo().run(work);
                    return null;
                });
            } catch (SqlError e) {
                LOG.error(
                        "{}: taking back '{}' on {} is left for later: {}",
                        record.statement(),
                        undo.step(),
                        undo.group(),
                        e.message());
                failed.add(undo.group());
            }
        }
        return failed.isEmpty();
    }
}
