package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.View;
import drds.catalog.Table;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import drds.ddl.Layout.Place;
import drds.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** RENAME TABLE and ALTER TABLE ... RENAME: all of them or none, in the order of the statement. */
final class TableRenaming {
    private final Cluster cluster;
    private final DdlSession session;

    record Renaming(TableName from, TableName to) {}

    TableRenaming(Cluster cluster, DdlSession session) {
        this.cluster = cluster;
        this.session = session;
    }

    DdlOutcome run(String statement, List<Renaming> renamings) {
        Set<TableName> names = new LinkedHashSet<>();
        Set<String> schemas = new TreeSet<>();
        for (Renaming renaming : renamings) {
            names.add(renaming.from());
            names.add(renaming.to());
            schemas.add(renaming.from().schema());
            schemas.add(renaming.to().schema());
        }
        return cluster.change(statement, session, schemas, names, job -> {
            List<Action> actions = new ArrayList<>();
            Catalog next = cluster.catalog();
            for (Renaming renaming : renamings) {
                next = rename(next, renaming, actions);
            }
            job.step("rename", actions);
            job.publish(catalog -> merged(catalog, names), List.of());
            return DdlOutcome.DONE;
        });
    }

    /** What the names stand for at the end, by name: filled by {@link #rename}. */
    private final Map<TableName, Object> results = new HashMap<>();

    private Catalog rename(Catalog catalog, Renaming renaming, List<Action> actions) {
        TableName from = renaming.from();
        TableName to = renaming.to();
        Database source = catalog.database(from.schema());
        Table table = source == null ? null : source.table(from.table());
        View view = source == null ? null : source.views().get(from.table());
        if (source == null || table == null && view == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(from.schema(), from.table());
        }
        Database target = catalog.database(to.schema());
        if (target == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(to.schema());
        }
        if (target.table(to.table()) != null || target.views().containsKey(to.table())) {
            throw ErrorCode.TABLE_EXISTS.with(to.table());
        }
        if (table == null) {
            return renameView(catalog, renaming, source, Objects.requireNonNull(view), actions);
        }
        if (table.kind() == Kind.SHARDED && !from.schema().equals(to.schema())) {
            throw ErrorCode.NOT_SUPPORTED.with("RENAME TABLE of a sharded table to another database");
        }
        Table renamed = renamed(target, table, to.table(), catalog);
        List<Place> old = new ArrayList<>(Layout.places(catalog, from.schema(), table));
        List<Place> now = new ArrayList<>(Layout.places(catalog, to.schema(), renamed));
        if (table.kind() == Kind.SHARDED) {
            old.addFirst(new Place(cluster.home(), from));
            now.addFirst(new Place(cluster.home(), to));
        }
        for (int i = 0; i < old.size(); i++) {
            actions.add(move(old.get(i).group(), old.get(i).name(), now.get(i).name()));
        }
        if (table.kind() != Kind.SINGLE && table.autoIncrementColumn() != null) {
            actions.add(Sequences.rename(cluster.home(), from, to));
            actions.add(Sequences.renameKind(cluster.home(), from, to));
        }
        results.remove(from);
        results.put(to, renamed);
        Catalog without = catalog.withDatabase(source.withoutTable(from.table()));
        Database place = Objects.requireNonNull(without.database(to.schema()));
        return without.withDatabase(place.withTable(renamed));
    }

    private static Table renamed(Database database, Table table, String name, Catalog catalog) {
        List<Partition> partitions = table.rule() == null ? List.of() : Layout.partitions(database, name, table.rule());
        return new Table(
                name,
                table.kind(),
                table.columns(),
                table.keys(),
                table.rule(),
                partitions,
                catalog.version() + 1,
                table.globalIndexes(),
                table.cascading());
    }

    private Catalog renameView(Catalog catalog, Renaming renaming, Database database, View view, List<Action> actions) {
        if (!renaming.from().schema().equals(renaming.to().schema())) {
            throw ErrorCode.NOT_SUPPORTED.with("RENAME TABLE of a view to another database");
        }
        actions.add(move(cluster.home(), renaming.from(), renaming.to()));
        View renamed = new View(renaming.to().table(), view.columns(), view.query());
        results.remove(renaming.from());
        results.put(renaming.to(), renamed);
        return catalog.withDatabase(database.withoutView(view.name()).withView(renamed));
    }

    private static Action move(String group, TableName from, TableName to) {
        return Action.plain(
                group, "RENAME TABLE " + from.quoted() + " TO " + to.quoted(), new Undo.RenameBack(from, to));
    }

    private Catalog merged(Catalog catalog, Set<TableName> names) {
        Catalog next = catalog;
        for (TableName name : names) {
            Database database = next.database(name.schema());
            if (database == null) {
                continue;
            }
            Database without = database.withoutTable(name.table()).withoutView(name.table());
            next = next.withDatabase(
                    switch (results.get(name)) {
                        case Table table -> without.withTable(table);
                        case View view -> without.withView(view);
                        case null, default -> without;
                    });
        }
        return next;
    }
}
