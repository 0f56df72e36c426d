package drds.ddl;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.ddl.TableLocks.Held;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.QualifiedName;
import drds.rule.Rule;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every change of a definition works with. */
record Cluster(CatalogStore store, Backends backends, TableLocks locks, Jobs jobs, CollationBook collations) {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    Catalog catalog() {
        return store.current();
    }

    String home() {
        return catalog().defaultGroup();
    }

    /** @throws SqlError 1046, 1049 */
    Database database(QualifiedName name, DdlSession session) {
        String schema = schema(name, session);
        Database database = catalog().database(schema);
        if (database == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(schema);
        }
        return database;
    }

    /** For statements with names that the current database completes; without one if it is gone. */
    SessionState stateOf(DdlSession session) {
        boolean there = catalog().database(session.currentDatabase()) != null;
        return session.state().withoutVariable("sql_select_limit").withDatabase(there ? session.currentDatabase() : "");
    }

    static String schema(QualifiedName name, DdlSession session) {
        String schema = name.schema() == null
                ? session.currentDatabase()
                : name.schema().text();
        if (schema.isEmpty()) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        return schema;
    }

    /** The table of a name, null if there is none (a view is none). */
    @Nullable
    Table table(TableName name) {
        Database database = catalog().database(name.schema());
        return database == null ? null : database.table(name.table());
    }

    boolean isView(TableName name) {
        Database database = catalog().database(name.schema());
        return database != null && database.views().containsKey(name.table());
    }

    /** @throws SqlError 1146, 1347 */
    Table existing(TableName name) {
        Table table = table(name);
        if (table == null) {
            throw isView(name)
                    ? ErrorCode.WRONG_OBJECT.with(name.schema(), name.table(), "BASE TABLE")
                    : ErrorCode.NO_SUCH_TABLE.with(name.schema(), name.table());
        }
        return table;
    }

    /**
     * Runs one change: with the tables' locks, as a job that is taken back if it fails before it is published.
     *
     * @param schemas whose databases must stay while it runs
     */
    <T> T change(
            String statement, DdlSession session, Set<String> schemas, Set<TableName> tables, Function<Job, T> body) {
        List<Held> shared = new ArrayList<>();
        try {
            for (String schema : schemas) {
                shared.add(locks.share(schema, "", session.lockTimeout()));
            }
            try (Held alone = locks.alone(tables, session.lockTimeout())) {
                return run(statement, List.copyOf(tables), body);
            }
        } finally {
            shared.forEach(Held::close);
        }
    }

    /** The same for whoever holds the locks. */
    <T> T run(String statement, List<TableName> touched, Function<Job, T> body) {
        Job job = jobs.begin(statement, touched);
        T result;
        try {
            result = body.apply(job);
        } catch (RuntimeException failed) {
            if (!end(job, true) && !job.isPublished()) {
                throw new SqlError(
                        failed instanceof SqlError error ? error.number() : ErrorCode.UNKNOWN_ERROR.number(),
                        failed instanceof SqlError error ? error.sqlState() : "HY000",
                        failed.getMessage() + " (and an instance could not be brought back yet; that is tried again)",
                        failed);
            }
            throw failed;
        }
        end(job, false);
        return result;
    }

    /**
     * Cleans up after a job that was published, or takes it back. Where an instance doesn't let it be done the job stays, to be
     * ended later, and its tables are refused if they are halfway.
     *
     * @param resync whether the home schema may have something else than the catalog says
     */
    boolean end(Job job, boolean resync) {
        boolean ended = false;
        try {
            ended = job.isPublished() ? job.finish() : job.rollBack();
            if (ended && resync) {
                resync(job.touched());
            }
        } catch (SqlError away) {
            LOG.warn("{}: to be ended later: {}", job.statement(), away.message());
            ended = false;
        } finally {
            if (!ended) {
                if (job.isHalfway()) {
                    locks.refuse(job.touched());
                }
                jobs.leave(job);
            }
        }
        if (ended) {
            job.delete();
        }
        return ended;
    }

    /** Tries once more to end the jobs of this process that it couldn't end before. One thread at a time. */
    void endLeftJobs() {
        for (Job job : jobs.left()) {
            job.reload();
            if (end(job, true)) {
                LOG.info("ended: {}", job.statement());
                jobs.forget(job);
                locks.admit(job.touched());
            }
        }
    }

    /** How many columns a query's result has. */
    int columnCount(SessionState state, String query) {
        Backend backend = backends.take(home(), state);
        boolean done = false;
        try {
            backend.use(state);
            backend.sendQuery(query);
            int count = switch (backend.readResponse()) {
                case Response.Rows rows -> {
                    rows.rows().skip();
                    yield rows.rows().columns().size();
                }
                case Response.Err err -> throw err.error();
                case Response.Ok _ -> 0;
            };
            done = true;
            return count;
        } finally {
            if (done) {
                backend.release();
            } else {
                backend.discard();
            }
        }
    }

    /** Brings the catalog in line with what the home schema has: single tables as they are there, none that is not there. */
    void resync(List<TableName> names) {
        for (TableName name : names) {
            Table known = table(name);
            if (known == null) {
                continue;
            }
            SchemaReader.Structure found = onHome(work -> new SchemaReader(work)
                    .read(name.schema(), List.of(name.table()))
                    .get(name.table()));
            store.change(catalog -> {
                Database database = catalog.database(name.schema());
                Table table = database == null ? null : database.table(name.table());
                if (database == null || table == null) {
                    return catalog;
                }
                if (found == null) {
                    return catalog.withDatabase(database.withoutTable(name.table()));
                }
                return table.kind() != Table.Kind.SINGLE
                                || found.columns().equals(table.columns())
                                        && found.keys().equals(table.keys())
                        ? catalog
                        : catalog.withDatabase(database.withTable(redefined(table, found, table.rule(), catalog)));
            });
        }
    }

    /** The table with another structure, as of the catalog's next version. */
    static Table redefined(Table table, SchemaReader.Structure structure, @Nullable Rule rule, Catalog catalog) {
        return new Table(
                table.name(),
                table.kind(),
                structure.columns(),
                structure.keys(),
                rule,
                table.partitions(),
                catalog.version() + 1,
                table.globalIndexes(),
                table.cascading());
    }

    <T> T onHome(Function<Work, T> task) {
        return Work.on(backends, home(), Action.PLAIN, task);
    }

    /** @throws SqlError 1050 if one of the physical tables is there already, before anything was done */
    void checkFree(String group, Collection<TableName> tables) {
        if (tables.isEmpty()) {
            return;
        }
        String list = tables.stream()
                .map(table ->
                        "(" + Definitions.literal(table.schema()) + ", " + Definitions.literal(table.table()) + ")")
                .collect(Collectors.joining(", "));
        Work.on(backends, group, Action.PLAIN, work -> {
            List<byte[] @Nullable []> found = work.rows("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                    + " WHERE (TABLE_SCHEMA, TABLE_NAME) IN (" + list + ")");
            if (!found.isEmpty()) {
                byte[] name = found.getFirst()[1];
                throw ErrorCode.TABLE_EXISTS.with(
                        new String(name == null ? new byte[0] : name, java.nio.charset.StandardCharsets.UTF_8));
            }
            return null;
        });
    }
}
