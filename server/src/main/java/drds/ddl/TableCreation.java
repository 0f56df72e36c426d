package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.Layout.Place;
import drds.ddl.SchemaReader.Structure;
import drds.error.ErrorCode;
import drds.parser.ColumnAttribute;
import drds.parser.ColumnDefinition;
import drds.parser.CreateTable;
import drds.parser.Distribution;
import drds.parser.IndexDefinition;
import drds.parser.ParsedStatement;
import drds.parser.PartitionBy;
import drds.parser.Span;
import drds.parser.TableElement;
import drds.parser.TableOption;
import drds.parser.TextEdits;
import drds.rule.ClauseReader;
import drds.rule.KeyColumn;
import drds.rule.KeyConversion;
import drds.rule.KeyType;
import drds.rule.Rule;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE: the face first, which is where MySQL checks the definition, then the partitions like it. */
final class TableCreation {
    private final Cluster cluster;
    private final ParsedStatement parsed;
    private final DdlSession session;
    private final CreateTable create;

    TableCreation(Cluster cluster, ParsedStatement parsed, DdlSession session, CreateTable create) {
        this.cluster = cluster;
        this.parsed = parsed;
        this.session = session;
        this.create = create;
    }

    /** The table as it is published. */
    private record Made(DdlOutcome outcome) {}

    DdlOutcome run() {
        if (create.temporary()) {
            throw ErrorCode.NOT_SUPPORTED.with("CREATE TEMPORARY TABLE");
        }
        TableName name = new TableName(
                cluster.database(create.table(), session).name(),
                create.table().name().text());
        Set<TableName> locked = new LinkedHashSet<>(List.of(name));
        TableName like = create.like() == null
                ? null
                : new TableName(
                        Cluster.schema(create.like(), session),
                        create.like().name().text());
        Made made = cluster.change(parsed.text(), session, Set.of(name.schema()), locked, job -> {
            boolean exists = cluster.table(name) != null || cluster.isView(name);
            if (exists && create.ifNotExists()) {
                return null;
            }
            if (exists && !create.orReplace() || cluster.isView(name)) {
                throw ErrorCode.TABLE_EXISTS.with(name.table());
            }
            return create(job, name, like);
        });
        if (made == null) {
            return DdlOutcome.with(List.of(
                    new Note("Note", ErrorCode.TABLE_EXISTS.number(), "Table '" + name.table() + "' already exists")));
        }
        return made.outcome();
    }

    private Made create(Job job, TableName name, @Nullable TableName like) {
        Table source = like == null ? null : cluster.existing(like);
        refuseWhatIsNotThere();
        Table old = cluster.table(name);
        Kind kind = kind(source);
        checkForeignKeys(kind, name);
        List<Cleanup> cleanup = new ArrayList<>();
        if (old != null) {
            cleanup.addAll(new TableRemoval(cluster, session).moveAway(job, List.of(name)));
        }
        String home = cluster.home();
        cluster.checkFree(home, List.of(name));
        List<Note> notes = job.one(
                        "face", new Action(home, faceState(), faceText(name, like), new Undo.DropTable(name)))
                .notes();
        Described face = cluster.onHome(work -> {
            if (create.query() != null) {
                work.execute("TRUNCATE TABLE " + name.quoted());
            }
            Structure structure = new SchemaReader(work)
                    .read(name.schema(), List.of(name.table()))
                    .get(name.table());
            if (structure == null) {
                throw ErrorCode.NO_SUCH_TABLE.with(name.schema(), name.table());
            }
            return new Described(Definitions.show(work, name), structure);
        });
        Database database = cluster.database(create.table(), session);
        Rule rule = kind == Kind.SHARDED ? rule(database, face.structure(), source) : null;
        List<Partition> partitions = rule == null ? List.of() : Layout.partitions(database, name.table(), rule);
        GlobalIndexes globalIndexes = new GlobalIndexes(cluster, session, job, name);
        List<GlobalIndex> indexes = rule == null
                ? List.of()
                : globalIndexes
                        .make(List.of(), face.structure(), rule, wishes(source), cleanup)
                        .indexes();
        List<Note> told = new ArrayList<>(notes);
        told.addAll(globalIndexes.notes());
        Table table = new Table(
                name.table(),
                kind,
                face.structure().columns(),
                face.structure().keys(),
                rule,
                partitions,
                cluster.catalog().version() + 1,
                indexes,
                false);
        List<TableName> cascading =
                rule == null ? List.of() : new ForeignKeys(cluster, name).check(face.definition(), table);
        createPlaces(job, name, kind, partitions, face.definition());
        if (kind != Kind.SINGLE && table.autoIncrementColumn() != null) {
            job.step(
                    "sequence",
                    List.of(
                            Sequences.restart(home, name, firstNumber(), null),
                            Sequences.kind(home, name, numbering())));
        }
        UnaryOperator<Catalog> change = catalog -> {
            Database now = catalog.databases().get(name.schema());
            return now == null ? catalog : cascading(catalog.withDatabase(now.withTable(table)), cascading);
        };
        if (create.query() == null) {
            job.publish(change, cleanup);
            return new Made(DdlOutcome.with(told));
        }
        job.publishUnfilled(change, cleanup);
        DdlOutcome outcome = fill(name, table, told);
        job.filled(cleanup);
        return new Made(outcome);
    }

    private static Catalog cascading(Catalog catalog, List<TableName> parents) {
        Catalog next = catalog;
        for (TableName parent : parents) {
            Database database = next.database(parent.schema());
            Table table = database == null ? null : database.table(parent.table());
            if (database != null && table != null) {
                next = next.withDatabase(database.withTable(table.asCascading()));
            }
        }
        return next;
    }

    /** The global indexes that the statement asks for, or that the table has which it copies. */
    private Map<String, GlobalIndexes.Wish> wishes(@Nullable Table source) {
        Map<String, GlobalIndexes.Wish> wishes = new TreeMap<>();
        create.indexes().stream()
                .filter(index -> index.global() != null)
                .forEach(index -> GlobalIndexClause.wish(index, parsed.source(), wishes));
        if (source != null) {
            source.storedIndexes().stream().filter(index -> !index.automatic()).forEach(index -> {
                Rule own = index.stored().rule();
                wishes.put(
                        index.name().toLowerCase(Locale.ROOT),
                        new GlobalIndexes.Wish(
                                index.name(), index.clustered(), index.covering(), own == null ? "" : own.clause()));
            });
        }
        return wishes;
    }

    private record Described(String definition, Structure structure) {}

    private void createPlaces(Job job, TableName name, Kind kind, List<Partition> partitions, String definition) {
        List<Action> actions = new ArrayList<>();
        Map<String, List<TableName>> wanted = new LinkedHashMap<>();
        ForeignKeys foreignKeys = new ForeignKeys(cluster, name);
        Map<TableName, Partition> byName = new HashMap<>();
        partitions.forEach(partition -> byName.put(new TableName(partition.schema(), partition.table()), partition));
        for (Place place : Layout.places(cluster.catalog(), name, kind, partitions)) {
            if (!place.name().equals(name) || !place.group().equals(cluster.home())) {
                wanted.computeIfAbsent(place.group(), group -> new ArrayList<>())
                        .add(place.name());
                Partition partition = byName.get(place.name());
                String own = partition == null ? definition : foreignKeys.placed(definition, partition);
                actions.add(Action.plain(
                        place.group(), Definitions.named(own, place.name()), new Undo.DropTable(place.name())));
            }
        }
        wanted.forEach(cluster::checkFree);
        job.step("partitions", actions);
    }

    private Kind kind(@Nullable Table source) {
        PartitionBy partitionBy = create.partitionBy();
        return switch (create.distribution()) {
            case Distribution.Sharded _ -> Kind.SHARDED;
            case Distribution.Broadcast _ -> Kind.BROADCAST;
            case Distribution.Single _ -> Kind.SINGLE;
            case null ->
                source != null
                        ? source.kind()
                        : partitionBy != null && partitionBy.kind() != PartitionBy.Kind.SYSTEM_TIME
                                ? Kind.SHARDED
                                : Kind.SINGLE;
        };
    }

    private Rule rule(Database database, Structure structure, @Nullable Table source) {
        String clause = create.distribution() != null
                ? create.distribution().text(parsed.source())
                : create.partitionBy() != null
                        ? create.partitionBy().text(parsed.source())
                        : source != null && source.rule() != null
                                ? source.rule().clause()
                                : "";
        List<String> primary = structure.keys().stream()
                .filter(key -> key.primary())
                .flatMap(key -> key.columns().stream())
                .toList();
        return rule(
                cluster, clause, structure.columns(), primary, database.shards().size());
    }

    /** Reads a clause with all that its keys need to be known of collations. */
    static Rule rule(Cluster cluster, String clause, List<Column> columns, List<String> primary, int shards) {
        List<KeyColumn> keys = columns.stream().map(Column::key).toList();
        List<KeyType> types = keys.stream()
                .filter(key -> mentions(clause, key.name()))
                .map(KeyColumn::type)
                .toList();
        cluster.collations().learn(types, cluster.home());
        KeyConversion conversion = new KeyConversion(cluster.collations().current(), ZoneOffset.UTC);
        return new ClauseReader(keys, primary, shards, conversion::stored).read(clause);
    }

    private static boolean mentions(String clause, String column) {
        return clause.toLowerCase(java.util.Locale.ROOT).contains(column.toLowerCase(java.util.Locale.ROOT));
    }

    /** The user's own text: only the name is completed, and what instances don't know is cut out. */
    private String faceText(TableName name, @Nullable TableName like) {
        TextEdits edits = new TextEdits(parsed.source());
        edits.replace(create.table().span(), name.quoted());
        if (create.like() != null && like != null) {
            edits.replace(create.like().span(), like.quoted());
        }
        if (create.distribution() != null) {
            edits.remove(create.distribution().span());
        }
        PartitionBy partitionBy = create.partitionBy();
        boolean isRule = !(create.distribution() instanceof Distribution.Single);
        if (partitionBy != null && isRule && partitionBy.kind() != PartitionBy.Kind.SYSTEM_TIME) {
            edits.remove(partitionBy.span());
        }
        for (IndexDefinition index : create.indexes()) {
            if (index.global() != null) {
                edits.replace(index.span(), GlobalIndexClause.local(index, parsed.source()));
            }
        }
        for (ColumnDefinition column : create.columns()) {
            column.attribute(ColumnAttribute.AutoIncrement.class).ifPresent(automatic -> {
                if (automatic.dialectSpan().length() > 0) {
                    edits.remove(automatic.dialectSpan());
                }
            });
        }
        return edits.render(create.span());
    }

    private drds.atom.SessionState faceState() {
        return cluster.stateOf(session);
    }

    private void refuseWhatIsNotThere() {
        boolean global = create.indexes().stream().anyMatch(index -> index.global() != null);
        if (global && !(create.distribution() instanceof Distribution.Sharded) && create.partitionBy() == null) {
            throw ErrorCode.NOT_SUPPORTED.with("GLOBAL INDEX of a table that is not sharded");
        }
        if (create.distribution() instanceof Distribution.Sharded && create.partitionBy() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("DBPARTITION BY together with PARTITION BY");
        }
    }

    /** A foreign key is kept by the instance, so parent and child must lie together wherever they lie. */
    private void checkForeignKeys(Kind kind, TableName name) {
        List<TableElement.References> references = new ArrayList<>();
        create.elements().forEach(element -> {
            if (element instanceof TableElement.ForeignKey key) {
                references.add(key.references());
            }
        });
        create.columns()
                .forEach(column -> column.attribute(ColumnAttribute.Reference.class)
                        .ifPresent(reference -> references.add(reference.references())));
        for (TableElement.References reference : references) {
            String schema = reference.table().schema() == null
                    ? name.schema()
                    : reference.table().schema().text();
            TableName parent = new TableName(schema, reference.table().name().text());
            Table table = cluster.table(parent);
            Kind parentKind = table != null ? table.kind() : parent.equals(name) ? kind : Kind.SINGLE;
            boolean together = kind == Kind.SINGLE && parentKind != Kind.SHARDED
                    || kind == Kind.SHARDED && parentKind != Kind.SINGLE && !parent.equals(name)
                    || kind == Kind.BROADCAST && parentKind == Kind.BROADCAST;
            if (!together) {
                throw ErrorCode.NOT_SUPPORTED.with("FOREIGN KEY between tables that don't lie in the same place ("
                        + name + " and " + parent + ")");
            }
        }
    }

    /** AUTO_INCREMENT BY ...; null for the plain way, which is that of GROUP. */
    private NamedSequences.@Nullable Definition numbering() {
        for (ColumnDefinition column : create.columns()) {
            ColumnAttribute.AutoIncrement automatic =
                    column.attribute(ColumnAttribute.AutoIncrement.class).orElse(null);
            if (automatic != null && automatic.kind() != null) {
                int units = Math.max(1, automatic.unitCount());
                return NamedSequences.Definition.ofColumn(
                        NamedSequences.IMPLICIT + create.table().name().text(),
                        automatic.kind(),
                        firstNumber(),
                        units,
                        Math.max(0, automatic.unitIndex()));
            }
        }
        return null;
    }

    private long firstNumber() {
        TableOption option = create.option("AUTO_INCREMENT").orElse(null);
        return option == null || !option.value().matches("\\d{1,18}") ? 1 : Math.max(1, Long.parseLong(option.value()));
    }

    /**
     * CREATE TABLE ... SELECT: the rows come by an INSERT ... SELECT; if that fails the table goes. Nobody else sees
     * it meanwhile: the change has its lock alone.
     */
    private DdlOutcome fill(TableName name, Table table, List<Note> notes) {
        Span query = create.query() == null ? create.span() : create.query().span();
        String text = query.of(parsed.source());
        String kindOfInsert = "INSERT";
        Span behind = create.querySpan();
        if (behind != null) {
            String lead =
                    parsed.source().substring(behind.start(), query.start()).toUpperCase(java.util.Locale.ROOT);
            kindOfInsert = lead.contains("IGNORE") ? "INSERT IGNORE" : lead.contains("REPLACE") ? "REPLACE" : "INSERT";
        }
        int count = selectedColumns(text);
        List<Column> columns = table.columns();
        String list = String.join(
                ", ",
                columns.subList(columns.size() - count, columns.size()).stream()
                        .map(column -> Definitions.quoted(column.name()))
                        .toList());
        DdlSession.Inserted inserted =
                session.inserter().insert(name, kindOfInsert + " INTO " + name.quoted() + " (" + list + ") " + text);
        return new DdlOutcome(inserted.affectedRows(), inserted.info(), notes);
    }

    /** How many columns a query has, asked of the home instance, where all its tables have their faces. */
    private int selectedColumns(String query) {
        return cluster.columnCount(faceState(), "SELECT * FROM (" + query + ") AS `counted` LIMIT 0");
    }
}
