package drds.ddl;

import drds.catalog.CatalogStore;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.ddl.TableRenaming.Renaming;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.AlterAction;
import drds.parser.AlterTable;
import drds.parser.ColumnAttribute;
import drds.parser.ColumnDefinition;
import drds.parser.CreateTable;
import drds.parser.DataDefinition;
import drds.parser.DataDefinition.StoredObject;
import drds.parser.IndexDefinition;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.SequenceStatement;
import drds.parser.Span;
import drds.parser.TableElement;
import drds.parser.TextEdits;
import drds.transaction.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements that define things. The session has committed its transaction before, and holds no shared lock of
 * {@link TableLocks}. Threads that call this were started by a loop.
 */
public final class DdlExecutor {
    private static final Pattern NUMBERED = Pattern.compile("(?m)^(  `.* AUTO_INCREMENT)((?: COMMENT .*)?,?)$");

    private static final Logger LOG = LoggerFactory.getLogger(DdlExecutor.class);
    private static final Pattern JOB_TABLE = Pattern.compile("`?\\bdrds`?\\.`?job_\\d+_\\d+`?|`?\\bjob_\\d+_\\d+`?");

    private final Cluster cluster;
    private final Sequences sequences;
    private final int shardsPerGroup;

    /** @param shardsPerGroup how many shards CREATE DATABASE makes on each Group */
    public DdlExecutor(
            CatalogStore store,
            Backends backends,
            TableLocks locks,
            CollationBook collations,
            Sequences sequences,
            int shardsPerGroup) {
        this(store, backends, locks, collations, sequences, shardsPerGroup, point -> {});
    }

    /** @param watcher is told of each point that a job reaches; an Error that it throws is as a crash of the node there */
    DdlExecutor(
            CatalogStore store,
            Backends backends,
            TableLocks locks,
            CollationBook collations,
            Sequences sequences,
            int shardsPerGroup,
            Consumer<String> watcher) {
        this.cluster = new Cluster(store, backends, locks, new Jobs(store, backends, watcher), collations);
        this.sequences = sequences;
        this.shardsPerGroup = shardsPerGroup;
    }

    /**
     * @param parsed a statement whose tree is {@code definition}
     * @throws SqlError MySQL's own errors, with logical names
     */
    public DdlOutcome execute(ParsedStatement parsed, DataDefinition definition, DdlSession session) {
        try {
            return switch (definition) {
                case CreateTable create -> {
                    DdlOutcome created = new TableCreation(cluster, parsed, session, create).run();
                    if (create.orReplace()) {
                        TriggerDefinition.forgetGone(
                                cluster, name(create.table(), session).schema());
                    }
                    yield created;
                }
                case AlterTable alter -> alter(parsed, alter, session);
                case DataDefinition.DropTable drop -> {
                    DdlOutcome dropped = new TableRemoval(cluster, session).drop(parsed, drop);
                    drop.tables().stream()
                            .map(table -> name(table, session).schema())
                            .distinct()
                            .forEach(schema -> TriggerDefinition.forgetGone(cluster, schema));
                    yield dropped;
                }
                case DataDefinition.TruncateTable truncate ->
                    new TableRemoval(cluster, session).truncate(parsed, truncate);
                case DataDefinition.RenameTable rename -> rename(parsed, rename, session);
                case DataDefinition.CreateIndex create -> createIndex(parsed, create, session);
                case DataDefinition.DropIndex drop -> onTable(parsed, drop.table(), drop.span(), session, 0, List.of());
                case DataDefinition.CreateDatabase create ->
                    new DatabaseDefinition(cluster, parsed, session).create(create, shardsPerGroup);
                case DataDefinition.AlterDatabase alter ->
                    new DatabaseDefinition(cluster, parsed, session).alter(alter);
                case DataDefinition.DropDatabase drop -> new DatabaseDefinition(cluster, parsed, session).drop(drop);
                case DataDefinition.CreateView create -> new ViewDefinition(cluster, parsed, session).create(create);
                case DataDefinition.DropView drop -> new ViewDefinition(cluster, parsed, session).drop(drop);
                case StoredObject stored
                when stored.kind().equals("PROCEDURE") || stored.kind().equals("FUNCTION") ->
                    new ProgramDefinition(cluster, parsed, session, stored).run();
                case StoredObject stored
                when stored.kind().equals("TRIGGER") -> new TriggerDefinition(cluster, parsed, session, stored).run();
                case StoredObject stored -> storedObject(stored, session);
                case SequenceStatement sequence -> throw ErrorCode.NOT_SUPPORTED.with(sequence.text(parsed.source()));
            };
        } catch (SqlError error) {
            throw logical(error, definition, session);
        }
    }

    /** Ends what a crash left: jobs that were not published are taken back, others cleaned up. At the start of a node. */
    public void recover() {
        for (Job job : cluster.jobs().unfinished()) {
            LOG.info("{}: {}", job.isPublished() ? "cleaning up after" : "taking back", job.statement());
            cluster.end(job, true);
        }
    }

    /**
     * Every few seconds: what could not be ended since an instance was away is tried again. Until then its tables answer with an
     * error.
     */
    public void again() {
        cluster.endLeftJobs();
    }

    /**
     * SHOW CREATE TABLE's text for a table of the catalog.
     *
     * @param face what the home instance says of the table
     */
    public String showCreateTable(String database, Table table, String face) {
        if (table.isAtHome()) {
            return face;
        }
        long counter = table.autoIncrementColumn() == null ? 0 : sequences.peek(database, table);
        String clause = table.rule() == null ? "BROADCAST" : table.rule().clause();
        String numbering = table.autoIncrementColumn() == null ? "" : sequences.clause(database, table);
        return Definitions.logical(
                Definitions.withGlobalIndexes(
                        numbering.isEmpty() ? face : NUMBERED.matcher(face).replaceFirst("$1" + numbering + "$2"),
                        table),
                clause,
                counter);
    }

    private DdlOutcome rename(ParsedStatement parsed, DataDefinition.RenameTable rename, DdlSession session) {
        List<Renaming> renamings = new ArrayList<>();
        for (DataDefinition.Renaming one : rename.renamings()) {
            TableName from = name(one.from(), session);
            if (rename.ifExists() && cluster.table(from) == null && !cluster.isView(from)) {
                continue;
            }
            refuseTriggers(from);
            renamings.add(new Renaming(from, name(one.to(), session)));
        }
        return renamings.isEmpty()
                ? DdlOutcome.DONE
                : new TableRenaming(cluster, session).run(parsed.text(), renamings);
    }

    /** The home instance renames a table with its triggers, whose texts and places the catalog has. */
    private void refuseTriggers(TableName table) {
        Database database = cluster.catalog().database(table.schema());
        if (database != null && !database.triggers(table.table()).isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("renaming a table that has triggers");
        }
    }

    private DdlOutcome createIndex(ParsedStatement parsed, DataDefinition.CreateIndex create, DdlSession session) {
        if (create.index().global() != null) {
            requireSharded(cluster.existing(name(create.table(), session)));
        }
        return onTable(parsed, create.table(), create.span(), session, 0, List.of());
    }

    private DdlOutcome alter(ParsedStatement parsed, AlterTable alter, DdlSession session) {
        TableName name = name(alter.table(), session);
        Table table = cluster.table(name);
        if (table == null && alter.ifExists() && !cluster.isView(name)) {
            SqlError error = ErrorCode.NO_SUCH_TABLE.with(name.schema(), name.table());
            return DdlOutcome.with(List.of(new Note("Error", error.number(), error.message())));
        }
        table = cluster.existing(name);
        List<AlterAction> kept = new ArrayList<>();
        AlterAction.RenameTo renameTo = null;
        long nextNumber = 0;
        for (AlterAction action : alter.actions()) {
            check(action, table);
            if (action instanceof AlterAction.RenameTo to) {
                renameTo = to;
            } else {
                kept.add(action);
            }
            if (action instanceof AlterAction.Option option
                    && option.option().name().equals("AUTO_INCREMENT")
                    && option.option().value().matches("\\d{1,18}")) {
                nextNumber = Long.parseLong(option.option().value());
            }
        }
        DdlOutcome outcome = DdlOutcome.DONE;
        if (!kept.isEmpty() || renameTo == null) {
            outcome = onTable(parsed, alter.table(), alter.span(), session, nextNumber, kept);
        }
        if (renameTo != null) {
            TableName to = name(renameTo.to(), name.schema());
            if (!to.equals(name)) {
                refuseTriggers(name);
                new TableRenaming(cluster, session).run(parsed.text(), List.of(new Renaming(name, to)));
            }
        }
        return outcome;
    }

    private static void requireSharded(Table table) {
        if (table.kind() != Table.Kind.SHARDED) {
            throw ErrorCode.NOT_SUPPORTED.with("GLOBAL INDEX of a table that is not sharded");
        }
    }

    /** What can't be done to a table that lies in several places, or not yet. */
    private static void check(AlterAction action, Table table) {
        boolean spread = table.kind() != Table.Kind.SINGLE;
        switch (action) {
            case AlterAction.Redistribute _ ->
                throw ErrorCode.NOT_SUPPORTED.with("ALTER TABLE ... DBPARTITION BY | BROADCAST | SINGLE");
            case AlterAction.Repartition _
            when spread ->
                throw ErrorCode.NOT_SUPPORTED.with(
                        "ALTER TABLE ... PARTITION BY of a table that lies in several places");
            case AlterAction.Partitions partitions
            when spread ->
                throw ErrorCode.NOT_SUPPORTED.with(
                        "ALTER TABLE ... " + partitions.verb() + " PARTITION of a sharded table");
            case AlterAction.Add add -> {
                for (TableElement element : add.elements()) {
                    if (element instanceof IndexDefinition index && index.global() != null) {
                        requireSharded(table);
                    }
                    boolean foreign = element instanceof TableElement.ForeignKey
                            || element instanceof ColumnDefinition column
                                    && column.has(ColumnAttribute.Reference.class);
                    if (foreign && spread) {
                        throw ErrorCode.NOT_SUPPORTED.with("FOREIGN KEY of a table that lies in several places");
                    }
                }
            }
            case AlterAction.Other other
            when spread && other.words().contains("TABLESPACE") -> throw ErrorCode.NOT_SUPPORTED.with(other.words());
            default -> {}
        }
    }

    /** @param kept the actions of an ALTER TABLE that stay; empty for CREATE and DROP INDEX, whose text stays whole */
    private DdlOutcome onTable(
            ParsedStatement parsed,
            QualifiedName table,
            Span span,
            DdlSession session,
            long nextNumber,
            List<AlterAction> kept) {
        TextEdits dialect = new TextEdits(parsed.source());
        Map<String, GlobalIndexes.Wish> wishes = new TreeMap<>();
        parsed.statement().walk(node -> {
            if (node instanceof IndexDefinition index && index.global() != null) {
                GlobalIndexClause.wish(index, parsed.source(), wishes);
                dialect.replace(index.span(), GlobalIndexClause.local(index, parsed.source()));
            }
            if (node instanceof ColumnAttribute.AutoIncrement automatic
                    && automatic.dialectSpan().length() > 0) {
                dialect.remove(automatic.dialectSpan());
            }
        });
        return new TableAlteration(
                        cluster,
                        session,
                        parsed.text(),
                        name(table, session),
                        physical -> text(parsed, table, span, kept, dialect, physical),
                        nextNumber,
                        wishes)
                .run();
    }

    private static String text(
            ParsedStatement parsed,
            QualifiedName table,
            Span span,
            List<AlterAction> kept,
            TextEdits dialect,
            TableName physical) {
        if (parsed.statement() instanceof DataDefinition.CreateIndex create
                && create.index().global() != null) {
            return "ALTER TABLE " + physical.quoted() + " ADD "
                    + GlobalIndexClause.local(create.index(), parsed.source());
        }
        TextEdits edits = new TextEdits(parsed.source()).replace(table.span(), physical.quoted());
        if (kept.isEmpty()) {
            return edits.render(span);
        }
        List<String> actions = new ArrayList<>();
        kept.forEach(action -> actions.add(dialect.render(action.span())));
        AlterTable alter = (AlterTable) parsed.statement();
        Span head = new Span(span.start(), alter.actions().getFirst().start());
        return edits.render(head) + String.join(", ", actions);
    }

    /** Programs on an instance would see faces instead of tables. */
    private static DdlOutcome storedObject(StoredObject stored, DdlSession session) {
        if (stored.action() == StoredObject.Action.CREATE) {
            throw ErrorCode.NOT_SUPPORTED.with("CREATE " + stored.kind());
        }
        String schema = stored.name().schema() == null
                ? session.currentDatabase()
                : stored.name().schema().text();
        SqlError error = ErrorCode.NO_SUCH_ROUTINE.with(
                stored.kind(), schema + "." + stored.name().name().text());
        if (stored.action() == StoredObject.Action.DROP && stored.ifExistence()) {
            return DdlOutcome.with(List.of(TableRemoval.note(error)));
        }
        throw error;
    }

    private static TableName name(QualifiedName name, DdlSession session) {
        return new TableName(Cluster.schema(name, session), name.name().text());
    }

    private static TableName name(QualifiedName name, String fallback) {
        return new TableName(
                name.schema() == null ? fallback : name.schema().text(),
                name.name().text());
    }

    /** The error with the names that the client knows. */
    private SqlError logical(SqlError error, DataDefinition definition, DdlSession session) {
        QualifiedName table = switch (definition) {
            case CreateTable create -> create.table();
            case AlterTable alter -> alter.table();
            case DataDefinition.CreateIndex create -> create.table();
            case DataDefinition.DropIndex drop -> drop.table();
            case DataDefinition.TruncateTable truncate -> truncate.table();
            default -> null;
        };
        String message = error.message();
        if (table != null) {
            String schema = table.schema() == null
                    ? session.currentDatabase()
                    : table.schema().text();
            String name = table.name().text();
            message = JOB_TABLE
                    .matcher(message)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            found.group().contains("`") ? "`" + schema + "`.`" + name + "`" : schema + "." + name));
            Database database = cluster.catalog().database(schema);
            if (database != null) {
                message = message.replaceAll(
                        "\\b" + Pattern.quote(schema) + "_\\d{4}\\b", Matcher.quoteReplacement(schema));
                message = message.replaceAll(
                        "\\b" + Pattern.quote(name) + "_\\d{2,4}\\b", Matcher.quoteReplacement(name));
            }
        }
        return message.equals(error.message()) ? error : new SqlError(error.number(), error.sqlState(), message);
    }
}
