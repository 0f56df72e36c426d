package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.catalog.Table.Kind;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.Layout.Place;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.DataDefinition.DropTable;
import drds.parser.DataDefinition.TruncateTable;
import drds.parser.ParsedStatement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * DROP TABLE and TRUNCATE. Tables in several places are renamed away first and dropped only when the catalog no longer has
 * them: until then nothing is lost.
 */
final class TableRemoval {
    private final Cluster cluster;
    private final DdlSession session;
    /** The next free name in the schema of things put away. */
    private int away;

    TableRemoval(Cluster cluster, DdlSession session) {
        this.cluster = cluster;
        this.session = session;
    }

    DdlOutcome drop(ParsedStatement parsed, DropTable drop) {
        if (drop.temporary()) {
            throw ErrorCode.NOT_SUPPORTED.with("DROP TEMPORARY TABLE");
        }
        List<TableName> names = drop.tables().stream()
                .map(table -> new TableName(
                        Cluster.schema(table, session), table.name().text()))
                .toList();
        return drop(parsed.text(), names, drop.ifExists());
    }

    /** All that exist go; then those that don't are an error or notes. */
    DdlOutcome drop(String statement, List<TableName> names, boolean ifExists) {
        Set<TableName> all = new LinkedHashSet<>(names);
        Set<String> schemas = all.stream().map(TableName::schema).collect(Collectors.toCollection(TreeSet::new));
        Set<TableName> dropped = new HashSet<>();
        if (all.stream().anyMatch(name -> cluster.table(name) != null)) {
            cluster.change(statement, session, schemas, all, job -> {
                all.stream().filter(name -> cluster.table(name) != null).forEach(dropped::add);
                dropPresent(job, List.copyOf(dropped));
                return dropped;
            });
        }
        List<TableName> rest =
                all.stream().filter(name -> !dropped.contains(name)).toList();
        return report(
                rest.stream().filter(cluster::isView).toList(),
                rest.stream().filter(name -> !cluster.isView(name)).toList(),
                ifExists);
    }

    private void dropPresent(Job job, List<TableName> present) {
        List<TableName> spread = new ArrayList<>();
        List<TableName> single = new ArrayList<>();
        present.forEach(name -> (cluster.existing(name).kind() == Kind.SINGLE ? single : spread).add(name));
        spread.forEach(name -> refuseParent(name, present));
        List<Cleanup> cleanup = moveAway(job, spread);
        if (!single.isEmpty()) {
            String list = single.stream().map(TableName::quoted).collect(Collectors.joining(", "));
            job.step(
                    "drop",
                    List.of(new Action(
                            cluster.home(), session.plainState(), "DROP TABLE " + list, new Undo.Nothing())));
        }
        List<Action> sequences = spread.stream()
                .filter(name -> cluster.existing(name).autoIncrementColumn() != null)
                .flatMap(name -> Sequences.drop(cluster, name).stream())
                .toList();
        if (!sequences.isEmpty()) {
            job.step("sequences", sequences);
        }
        job.publish(without(present), cleanup);
    }

    private static UnaryOperator<Catalog> without(List<TableName> names) {
        return catalog -> {
            Catalog next = catalog;
            for (TableName name : names) {
                Database database = next.database(name.schema());
                if (database != null) {
                    Database left = database.withoutTable(name.table());
                    for (Database.Program trigger : database.triggers(name.table())) {
                        left = left.withoutProgram(trigger.kind(), trigger.name());
                    }
                    next = next.withDatabase(left);
                }
            }
            return next;
        };
    }

    private static DdlOutcome report(List<TableName> views, List<TableName> unknown, boolean ifExists) {
        if (!ifExists && views.size() == 1 && unknown.isEmpty()) {
            throw ErrorCode.IS_A_VIEW.with(
                    views.getFirst().schema(), views.getFirst().table());
        }
        List<TableName> wrong = new ArrayList<>(unknown);
        wrong.addAll(views);
        if (!ifExists && !wrong.isEmpty()) {
            throw ErrorCode.UNKNOWN_TABLE.with(
                    wrong.stream().map(TableName::toString).collect(Collectors.joining(",")));
        }
        List<Note> notes = new ArrayList<>();
        views.forEach(view -> notes.add(note(ErrorCode.IS_A_VIEW.with(view.schema(), view.table()))));
        if (!unknown.isEmpty()) {
            notes.add(note(ErrorCode.UNKNOWN_TABLE.with(
                    unknown.stream().map(TableName::toString).collect(Collectors.joining(",")))));
        }
        return DdlOutcome.with(notes);
    }

    static Note note(SqlError error) {
        return new Note("Note", error.number(), error.message());
    }

    /** Renames all that belongs to these tables out of the way, and says how it is dropped when they are gone. */
    List<Cleanup> moveAway(Job job, List<TableName> names) {
        // A table with triggers can't go to another schema.
        job.step(
                "triggers",
                names.stream()
                        .flatMap(name -> TriggerDefinition.drop(cluster, name).stream())
                        .toList());
        List<Action> actions = new ArrayList<>();
        List<Cleanup> cleanup = new ArrayList<>();
        for (TableName name : names) {
            Table table = cluster.existing(name);
            List<Place> places = new ArrayList<>(Layout.places(cluster.catalog(), name.schema(), table));
            if (table.kind() == Kind.SHARDED) {
                places.add(new Place(cluster.home(), name));
            }
            table.storedIndexes().forEach(index -> places.addAll(GlobalIndexes.places(index, cluster.home())));
            for (Place place : places) {
                TableName target = job.away(away++);
                actions.add(Action.plain(
                        place.group(),
                        "RENAME TABLE " + place.name().quoted() + " TO " + target.quoted(),
                        new Undo.RenameBack(place.name(), target)));
                cleanup.add(new Cleanup(place.group(), "DROP TABLE IF EXISTS " + target.quoted()));
            }
        }
        job.step("move away", actions);
        return cleanup;
    }

    /** @param going what goes in the same statement: MySQL looks at the tables that stay */
    private void refuseParent(TableName name, List<TableName> going) {
        boolean isParent = checks() && children(name).stream().anyMatch(child -> !going.contains(child));
        if (isParent) {
            throw ErrorCode.ROW_IS_REFERENCED.with();
        }
    }

    private boolean checks() {
        String set = session.state().variables().getOrDefault("foreign_key_checks", "1");
        return !"0".equals(set) && !"off".equalsIgnoreCase(set);
    }

    /** The tables whose foreign keys name this one, itself left out. */
    private List<TableName> children(TableName name) {
        return cluster.onHome(work -> work
                .rows("SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
                        + " WHERE UNIQUE_CONSTRAINT_SCHEMA = " + Definitions.literal(name.schema())
                        + " AND REFERENCED_TABLE_NAME = " + Definitions.literal(name.table()))
                .stream()
                .map(row -> new TableName(text(row[0]), text(row[1])))
                .filter(child -> !child.equals(name) && cluster.table(child) != null)
                .toList());
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The rows go; the next number is 1 again. */
    DdlOutcome truncate(ParsedStatement parsed, TruncateTable truncate) {
        TableName name = new TableName(
                Cluster.schema(truncate.table(), session),
                truncate.table().name().text());
        if (cluster.table(name) == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(name.schema(), name.table());
        }
        return cluster.change(parsed.text(), session, Set.of(name.schema()), Set.of(name), job -> {
            Table table = cluster.existing(name);
            if (table.kind() == Kind.SINGLE) {
                job.step(
                        "truncate",
                        List.of(new Action(
                                cluster.home(),
                                session.plainState(),
                                "TRUNCATE TABLE " + name.quoted(),
                                new Undo.Nothing())));
                job.publish(catalog -> catalog, List.of());
            } else {
                exchange(job, name, table);
            }
            return DdlOutcome.DONE;
        });
    }

    /** Every place gets an empty copy in its place. */
    private void exchange(Job job, TableName name, Table table) {
        String definition = cluster.onHome(work -> Definitions.show(work, name));
        if (definition.contains(" FOREIGN KEY ")) {
            throw ErrorCode.NOT_SUPPORTED.with(
                    "TRUNCATE of a table with a foreign key that lies in several places; DELETE does the same");
        }
        if (table.kind() == Kind.SHARDED) {
            // The face is empty: MySQL says whether a foreign key forbids it.
            job.step(
                    "try",
                    List.of(new Action(
                            cluster.home(),
                            session.plainState(),
                            "TRUNCATE TABLE " + name.quoted(),
                            new Undo.Nothing())));
        } else if (checks() && !children(name).isEmpty()) {
            throw ErrorCode.TRUNCATE_PARENT.with(children(name).getFirst());
        }
        List<Action> copies = new ArrayList<>();
        List<Action> swaps = new ArrayList<>();
        List<Cleanup> cleanup = new ArrayList<>();
        List<Place> places = new ArrayList<>(Layout.places(cluster.catalog(), name.schema(), table));
        table.storedIndexes().forEach(index -> places.addAll(GlobalIndexes.places(index, cluster.home())));
        for (Place place : places) {
            Swap swap = new Swap(place, job.away(away++), job.away(away++));
            copies.add(swap.copyOfDefinition());
            swaps.add(swap.exchange());
            cleanup.add(swap.dropOld());
        }
        job.step("empty copies", copies);
        job.step("exchange", swaps);
        if (table.autoIncrementColumn() != null) {
            job.step("sequence", Sequences.restart(cluster, name, 1));
        }
        job.publish(
                catalog -> {
                    Database database = catalog.database(name.schema());
                    return database == null
                            ? catalog
                            : catalog.withDatabase(database.withTable(Cluster.redefined(
                                    table,
                                    new SchemaReader.Structure(table.columns(), table.keys()),
                                    table.rule(),
                                    catalog)));
                },
                cleanup);
    }
}
