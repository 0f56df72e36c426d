package drds.ddl;

import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Kind;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.Layout.Place;
import drds.ddl.SchemaReader.Structure;
import drds.error.ErrorCode;
import drds.rule.Rule;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * ALTER TABLE, CREATE INDEX and DROP INDEX: on an empty model of the table first (the face), where MySQL says what is wrong
 * with the statement. Where it can be taken back without touching a row it then runs on each physical table; otherwise it
 * runs on a copy of each, and the copies change places with the tables when all are done.
 */
final class TableAlteration {
    private final Cluster cluster;
    private final DdlSession session;
    private final String statement;
    private final TableName name;
    private final Function<TableName, String> text;
    private final long nextNumber;
    private final Map<String, GlobalIndexes.Wish> wishes;

    /**
     * @param text the statement for a physical table
     * @param nextNumber of an AUTO_INCREMENT = n, 0 if there is none
     * @param wishes the global indexes that the statement asks for, by their names in lower case
     */
    TableAlteration(
            Cluster cluster,
            DdlSession session,
            String statement,
            TableName name,
            Function<TableName, String> text,
            long nextNumber,
            Map<String, GlobalIndexes.Wish> wishes) {
        this.wishes = wishes;
        this.cluster = cluster;
        this.session = session;
        this.statement = statement;
        this.name = name;
        this.text = text;
        this.nextNumber = nextNumber;
    }

    DdlOutcome run() {
        cluster.existing(name);
        return cluster.change(statement, session, Set.of(name.schema()), Set.of(name), job -> {
            Table table = cluster.existing(name);
            return table.kind() == Kind.SINGLE ? single(job, table) : spread(job, table);
        });
    }

    private DdlOutcome single(Job job, Table table) {
        DdlOutcome outcome = job.one(
                "alter", new Action(cluster.home(), session.plainState(), text.apply(name), new Undo.Nothing()));
        Structure structure = structure(name);
        publish(job, table, structure, null, List.of(), List.of());
        return outcome;
    }

    private DdlOutcome spread(Job job, Table table) {
        List<Cleanup> cleanup = new ArrayList<>();
        Names names = new Names(job);
        TableName model = name;
        if (table.kind() == Kind.BROADCAST) {
            model = names.next();
            Swap asModel = new Swap(new Place(cluster.home(), name), model, model);
            job.step("model", List.of(asModel.copyOfDefinition()));
            cleanup.add(new Cleanup(cluster.home(), "DROP TABLE IF EXISTS " + model.quoted()));
        }
        TableName tried = model;
        String before = cluster.onHome(work -> Definitions.show(work, tried));
        DdlOutcome outcome = job.one(
                "face",
                new Action(cluster.home(), session.plainState(), text.apply(model), new Undo.Recreate(model, before)));
        String after = cluster.onHome(work -> Definitions.show(work, tried));
        Structure structure = structure(model);
        Rule rule = table.rule() == null ? null : ShardKeys.keep(cluster, name, table, structure);
        refuseNewNumbers(table, structure);
        Optional<String> inverse = before.equals(after) ? Optional.of("") : Definitions.inverse(before, after);
        Map<String, Long> rows =
                inverse.isPresent() ? inPlace(job, table, inverse.get()) : byCopies(job, table, names, cleanup);
        numbers(job, table, structure);
        GlobalIndexes indexes = new GlobalIndexes(cluster, session, job, name);
        Table changed = Cluster.redefined(table, structure, rule, cluster.catalog());
        if (rule != null) {
            GlobalIndexes.Result result = indexes.make(table.globalIndexes(), structure, rule, wishes, cleanup);
            changed = changed.withGlobalIndexes(result.indexes());
            indexes.fill(changed, result.empty());
        }
        publish(job, table, structure, rule, changed.globalIndexes(), cleanup);
        DdlOutcome counted = counted(outcome, table, rows);
        List<Note> notes = new ArrayList<>(counted.notes());
        notes.addAll(indexes.notes());
        return new DdlOutcome(counted.affectedRows(), counted.info(), notes);
    }

    /** The face has no rows: the tables' own answers count, a broadcast table's once. */
    private DdlOutcome counted(DdlOutcome ofFace, Table table, Map<String, Long> rows) {
        long count = table.kind() == Kind.BROADCAST
                ? rows.getOrDefault(cluster.home(), 0L)
                : rows.values().stream().mapToLong(Long::longValue).sum();
        return new DdlOutcome(count, ofFace.info().replaceFirst("Records: \\d+", "Records: " + count), ofFace.notes());
    }

    /** Names in the schema of things put away, one after the other. */
    private static final class Names {
        private final Job job;
        private int count;

        Names(Job job) {
            this.job = job;
        }

        TableName next() {
            return job.away(count++);
        }
    }

    private Structure structure(TableName of) {
        Structure structure = cluster.onHome(work -> new SchemaReader(work).read(of.schema(), List.of(of.table())))
                .get(of.table());
        if (structure == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(of.schema(), of.table());
        }
        return structure;
    }

    private Map<String, Long> inPlace(Job job, Table table, String inverse) {
        Map<String, List<Place>> byGroup = Layout.places(cluster.catalog(), name.schema(), table).stream()
                .collect(Collectors.groupingBy(Place::group, LinkedHashMap::new, Collectors.toList()));
        List<Action> actions = new ArrayList<>();
        byGroup.forEach((group, places) -> Work.on(cluster.backends(), group, Action.PLAIN, work -> {
            for (Place place : places) {
                Undo undo = inverse.isEmpty()
                        ? new Undo.Nothing()
                        : new Undo.AlterBack(
                                place.name(),
                                Definitions.fingerprint(Definitions.show(work, place.name())),
                                "ALTER TABLE " + place.name().quoted() + " " + inverse);
                actions.add(new Action(group, session.plainState(), text.apply(place.name()), undo));
            }
            return null;
        }));
        return job.step("partitions", actions);
    }

    private Map<String, Long> byCopies(Job job, Table table, Names names, List<Cleanup> cleanup) {
        String list = table.columns().stream()
                .filter(column -> !column.generated())
                .map(column -> Definitions.quoted(column.name()))
                .collect(Collectors.joining(", "));
        List<Action> copies = new ArrayList<>();
        List<Action> alterations = new ArrayList<>();
        List<Action> exchanges = new ArrayList<>();
        for (Place place : Layout.places(cluster.catalog(), name.schema(), table)) {
            Swap swap = new Swap(place, names.next(), names.next());
            copies.add(swap.copyOfDefinition());
            copies.add(new Action(
                    place.group(),
                    Action.PLAIN.withVariable("sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"),
                    "INSERT INTO " + swap.shadow().quoted() + " (" + list + ") SELECT " + list + " FROM "
                            + place.name().quoted(),
                    new Undo.Nothing()));
            alterations.add(
                    new Action(place.group(), session.plainState(), text.apply(swap.shadow()), new Undo.Nothing()));
            exchanges.add(swap.exchange());
            cleanup.add(swap.dropOld());
        }
        if (cluster.onHome(work -> Definitions.show(work, name)).contains(" FOREIGN KEY ")) {
            throw ErrorCode.NOT_SUPPORTED.with(
                    "such an ALTER TABLE of a table with a foreign key that lies in several places");
        }
        job.step("copies", copies);
        Map<String, Long> rows = job.step("alter copies", alterations);
        job.step("exchange", exchanges);
        return rows;
    }

    /** Numbers for rows that are there already would have to come from one counter. */
    private void refuseNewNumbers(Table table, Structure structure) {
        for (Column column : structure.columns()) {
            if (column.autoIncrement() && table.column(column.name()) == null) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "adding an AUTO_INCREMENT column to a table that lies in several places");
            }
        }
    }

    /** The sequence goes on behind the largest number, or where AUTO_INCREMENT = n says. */
    private void numbers(Job job, Table table, Structure structure) {
        Column now = structure.columns().stream()
                .filter(Column::autoIncrement)
                .findFirst()
                .orElse(null);
        if (now == null || nextNumber == 0 && table.autoIncrementColumn() != null) {
            return;
        }
        long largest = 0;
        for (Place place : Layout.places(cluster.catalog(), name.schema(), table)) {
            largest = Math.max(largest, largest(place, now.name()));
        }
        long next = Math.max(nextNumber, largest + 1);
        job.step("sequence", Sequences.restart(cluster, name, next));
    }

    private long largest(Place place, String column) {
        return Work.on(cluster.backends(), place.group(), Action.PLAIN, work -> {
            byte @Nullable [] value = work.rows("SELECT CAST(COALESCE(MAX(" + Definitions.quoted(column)
                            + "), 0) AS SIGNED) FROM " + place.name().quoted())
                    .getFirst()[0];
            return value == null ? 0L : Math.max(0, Long.parseLong(new String(value, StandardCharsets.US_ASCII)));
        });
    }

    private void publish(
            Job job,
            Table table,
            Structure structure,
            @Nullable Rule rule,
            List<GlobalIndex> indexes,
            List<Cleanup> cleanup) {
        job.publish(
                catalog -> {
                    Database database = catalog.database(name.schema());
                    return database == null
                            ? catalog
                            : catalog.withDatabase(database.withTable(Cluster.redefined(table, structure, rule, catalog)
                                    .withGlobalIndexes(indexes)));
                },
                cleanup);
    }
}
