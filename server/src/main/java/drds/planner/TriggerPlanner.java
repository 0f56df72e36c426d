package drds.planner;

import drds.analyzer.BodyReach;
import drds.analyzer.TableUse;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Insert;
import drds.parser.ParsedStatement;
import drds.parser.StoredTrigger;
import drds.parser.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tables with triggers. Those of a sharded table are rehearsed on its face, where the triggers fire; what they do to
 * other tables they do to copies of those, and it is carried out like the change itself. A single table's triggers fire at home.
 */
final class TriggerPlanner {
    /** The reason in EXPLAIN. */
    static final String REASON = "triggers fire";

    private TriggerPlanner() {}

    /** Whether a change of this kind fires triggers of a table that is in several places. */
    static boolean fire(TableUse target, DataChange change, Catalog catalog) {
        return target.table() != null
                && target.isSharded()
                && !fired(String.valueOf(target.database()), target.definition(), change, catalog)
                        .isEmpty();
    }

    private static List<Program> fired(String database, Table table, DataChange change, Catalog catalog) {
        Database known = catalog.database(database);
        List<Program> all = known == null ? List.of() : known.triggers(table.name());
        if (all.isEmpty()) {
            return all;
        }
        Set<String> events = events(change);
        return all.stream()
                .filter(trigger -> {
                    StoredTrigger tree = BodyReach.tree(trigger);
                    return tree == null || events.contains(tree.event());
                })
                .toList();
    }

    private static Set<String> events(DataChange change) {
        Set<String> events = new TreeSet<>();
        switch (change) {
            case Insert insert -> {
                events.add("INSERT");
                if (insert.onDuplicateKey() != null) {
                    events.add("UPDATE");
                }
                if (insert.replace()) {
                    events.add("DELETE");
                }
            }
            case Update update -> events.add("UPDATE");
            case Delete delete -> events.add("DELETE");
            default -> {}
        }
        return events;
    }

    /** The plan with what its triggers need; the plan itself where none fires that doesn't fire by itself. */
    static Plan complete(Plan plan, ParsedStatement parsed, DataChange change, StatementPlanner planner) {
        Catalog catalog = planner.context().catalog();
        boolean any = catalog.databases().values().stream()
                .flatMap(database -> database.programs().values().stream())
                .anyMatch(program -> program.kind().equals("TRIGGER"));
        if (!any) {
            return plan;
        }
        if (plan instanceof Plan.Rehearsal rehearsal) {
            return complete(rehearsal, change, catalog);
        }
        checkAtHome(parsed, change, planner);
        return plan;
    }

    private static Plan complete(Plan.Rehearsal plan, DataChange change, Catalog catalog) {
        BodyReach reach = new BodyReach(catalog);
        boolean any = false;
        for (Plan.Input target : plan.targets()) {
            List<Program> fired = fired(target.database(), target.table(), change, catalog);
            any |= !fired.isEmpty();
            if (!fired.isEmpty() && (plan.onFaces() != null || target.table().kind() != Table.Kind.SHARDED)) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "such a change of '" + target.table().name() + "', which has triggers");
            }
            fired.forEach(trigger -> reach.add(trigger, target.database()));
        }
        return any ? new Triggered(plan, reach, catalog).completed() : plan;
    }

    /** A single table's triggers fire inside its instance, and see what that has. */
    private static void checkAtHome(ParsedStatement parsed, DataChange change, StatementPlanner planner) {
        Catalog catalog = planner.context().catalog();
        for (TableUse use : planner.changed(parsed)) {
            Table table = use.table();
            if (table == null || table.kind() != Table.Kind.SINGLE) {
                continue;
            }
            List<Program> fired = fired(String.valueOf(use.database()), table, change, catalog);
            BodyReach reach = new BodyReach(catalog);
            fired.forEach(trigger -> reach.add(trigger, String.valueOf(use.database())));
            Set<String> all = new TreeSet<>(reach.read());
            all.addAll(reach.written().keySet());
            for (String name : all) {
                Table reached = Triggered.table(name, catalog);
                boolean elsewhere = reached != null
                        && reached.kind() != Table.Kind.SINGLE
                        && (reached.kind() != Table.Kind.BROADCAST
                                || reach.written().containsKey(name));
                if (reached != null && elsewhere) {
                    throw ErrorCode.NOT_SUPPORTED.with("changing the single table '" + table.name()
                            + "', whose triggers reach '" + reached.name() + "' in other places");
                }
            }
        }
    }

    /** A rehearsal whose statement fires triggers. */
    private record Triggered(Plan.Rehearsal plan, BodyReach reach, Catalog catalog) {
        Plan.Rehearsal completed() {
            if (reach.obstacle() != null) {
                throw ErrorCode.NOT_SUPPORTED.with("a trigger that " + reach.obstacle());
            }
            List<Plan.Input> targets = new ArrayList<>();
            for (Plan.Input target : plan.targets()) {
                String name = target.database() + "/" + target.table().name();
                boolean whole = reach.reads(name) || plan.inserts() && setsKey(target.table());
                targets.add(whole ? everyRow(target.database(), target.table()) : target);
            }
            List<Plan.Input> inputs = new ArrayList<>(plan.inputs());
            List<Plan.HomeTable> atHome = new ArrayList<>(plan.homeTables());
            List<Plan.Reached> reached = new ArrayList<>();
            for (Map.Entry<String, BodyReach.Written> entry : reach.written().entrySet()) {
                Table table = table(entry.getKey(), catalog);
                String database = database(entry.getKey());
                if (table == null || isTarget(database, table)) {
                    continue;
                }
                refuseNested(database, table);
                BodyReach.Written written = entry.getValue();
                boolean rows = written.allRows() || reach.reads(entry.getKey());
                refuseNamed(database, table);
                reached.add(new Plan.Reached(
                        rows ? everyRow(database, table) : noRows(database, table), isNumbered(table, written)));
            }
            for (String name : reach.read()) {
                Table table = table(name, catalog);
                String database = database(name);
                if (table == null || isTarget(database, table)) {
                    continue;
                }
                inputs.removeIf(input -> input.database().equals(database)
                        && input.table().name().equals(table.name()));
                if (table.kind() == Table.Kind.SHARDED) {
                    inputs.add(everyRow(database, table));
                } else if (atHome.stream()
                        .noneMatch(home ->
                                home.database().equals(database) && home.table().equals(table))) {
                    atHome.add(new Plan.HomeTable(database, table));
                }
            }
            return new Plan.Rehearsal(
                    targets,
                    inputs,
                    atHome,
                    plan.sql(),
                    plan.candidates(),
                    plan.inserts(),
                    null,
                    new Plan.Triggers(reached),
                    REASON);
        }

        /** Rows that come may meet others than their statement says. */
        private boolean setsKey(Table table) {
            return table.keys().stream()
                    .filter(Table.Key::unique)
                    .flatMap(key -> key.columns().stream())
                    .anyMatch(reach.assigned()::contains);
        }

        private boolean isTarget(String database, Table table) {
            return plan.targets().stream()
                    .anyMatch(target -> target.database().equals(database)
                            && target.table().name().equals(table.name()));
        }

        /** MySQL sees it when the trigger fires; here it is an error where no row changes, too. */
        private void refuseNamed(String database, Table table) {
            boolean named = plan.inputs().stream()
                            .anyMatch(input -> input.database().equals(database)
                                    && input.table().name().equals(table.name()))
                    || plan.homeTables().stream()
                            .anyMatch(home -> home.database().equals(database)
                                    && home.table().name().equals(table.name()));
            if (named) {
                throw ErrorCode.USED_TABLE_IN_TRIGGER.with(table.name());
            }
        }

        private void refuseNested(String database, Table table) {
            Database known = catalog.database(database);
            if (known != null && !known.triggers(table.name()).isEmpty()) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "a trigger that changes '" + table.name() + "', which has triggers itself");
            }
        }

        /** Whether the instance makes up the numbers of rows that come, which has to be done again from the table's own counter. */
        private static boolean isNumbered(Table table, BodyReach.Written written) {
            Table.Column numbered = table.autoIncrementColumn();
            Set<String> columns = written.columns();
            if (numbered == null || columns != null && columns.isEmpty()) {
                return false;
            }
            if (columns == null || columns.contains(numbered.name())) {
                throw ErrorCode.NOT_SUPPORTED.with("a trigger that gives the AUTO_INCREMENT column of '" + table.name()
                        + "' a value, or may; name the other columns alone");
            }
            return true;
        }

        private static @Nullable Table table(String name, Catalog catalog) {
            int slash = name.indexOf('/');
            Database database = catalog.database(name.substring(0, slash));
            String table = name.substring(slash + 1);
            if (database != null && database.views().containsKey(table)) {
                throw ErrorCode.NOT_SUPPORTED.with("a trigger that reaches the view '" + table + "'");
            }
            return database == null ? null : database.table(table);
        }

        private static String database(String name) {
            return name.substring(0, name.indexOf('/'));
        }

        private Plan.Input everyRow(String database, Table table) {
            return RehearsalPlanner.whole(database, table, catalog.defaultGroup());
        }

        private static Plan.Input noRows(String database, Table table) {
            return new Plan.Input(database, table, RehearsalPlanner.storedColumns(table), List.of());
        }
    }
}
