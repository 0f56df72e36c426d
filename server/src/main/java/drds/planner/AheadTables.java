package drds.planner;

import drds.analyzer.TableUse;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tables that are filled before a statement runs and are the same on every Group then: the statement is planned with them as if
 * they were broadcast.
 */
final class AheadTables {
    private static final String SCHEMA = Shipping.SCHEMA;
    private static final String UNKNOWN = "unknown";

    private final StatementPlanner planner;
    private final Plan.Residual instead;
    private final List<Plan.Stage> stages = new ArrayList<>();
    private final List<Plan.Names.Renaming> renamings = new ArrayList<>();
    private Database database = new Database(SCHEMA, "utf8mb4", "utf8mb4_general_ci", List.of(), Map.of(), Map.of());

    /**
     * @param instead what copies all tables together
     * @throws NotPushable if the statement has been given such tables already
     */
    AheadTables(StatementPlanner planner, Plan.Residual instead) {
        if (planner.context().catalog().database(SCHEMA) != null) {
            throw new NotPushable("what runs ahead has nothing ahead of itself");
        }
        this.planner = planner;
        this.instead = instead;
    }

    /** The name of the next table, quoted. */
    String next() {
        return Sql.table(SCHEMA, "ahead_" + stages.size());
    }

    /**
     * The next table.
     *
     * @param query what it holds
     * @param columns those that are known; of others only the names
     */
    void add(String query, Plan source, List<Table.Column> columns) {
        String name = "ahead_" + stages.size();
        stages.add(new Plan.Stage(Sql.table(SCHEMA, name), query, source));
        database = database.withTable(new Table(name, Table.Kind.BROADCAST, columns, List.of(), null, List.of(), 0));
    }

    /** The last table stands for another: what comes of it has that one's name. */
    void standsFor(TableUse use) {
        String name = "ahead_" + (stages.size() - 1);
        renamings.add(new Plan.Names.Renaming(
                SCHEMA, name, String.valueOf(use.database()), use.definition().name()));
    }

    /** A column of aggregates, of which only the name is known. */
    static Table.Column unknown(String name) {
        return new Table.Column(name, UNKNOWN, UNKNOWN, null, null, true, null, false, false, false, null);
    }

    /** Whether one of these tables has aggregates over all rows: one row. */
    static boolean isOneRow(Table ahead) {
        return !ahead.columns().isEmpty()
                && ahead.columns().stream().allMatch(column -> column.dataType().equals(UNKNOWN));
    }

    boolean isEmpty() {
        return stages.isEmpty();
    }

    List<Plan.Stage> stages() {
        return List.copyOf(stages);
    }

    /**
     * The plan of the statement that names the tables.
     *
     * @param original the source of the statement that stood there before, which tells the columns of the answer
     * @throws NotPushable if tables would have to be copied together all the same
     */
    Plan plan(TextEdits edits, drds.parser.Span whole, String original) {
        PlanningContext before = planner.context();
        PlanningContext context = new PlanningContext(
                before.catalog().withDatabase(database),
                before.currentDatabase(),
                before.parser(),
                before.keys(),
                before.parameters(),
                before.sizes(),
                before.indexes());
        Plan plan = new StatementPlanner(context, planner.reader())
                .select(context.parser().parse(edits.render(whole)));
        return switch (plan) {
            case Plan.Route route -> route;
            case Plan.Gather gather -> named(gather, original);
            case Plan.Ship ship -> named(ship, original);
            default -> throw new NotPushable("the rest needs all tables together");
        };
    }

    private Plan.Ship named(Plan.Ship ship, String original) {
        Plan.Beyond beyond = ship.beyond();
        Plan.Beyond kept = beyond == null
                ? null
                : new Plan.Beyond(
                        beyond.rows(), beyond.plan() instanceof Plan.Ship other ? named(other, original) : instead);
        return new Plan.Ship(ship.shipments(), named(ship.gather(), original), instead, kept, ship.reason());
    }

    private Plan.Gather named(Plan.Gather gather, String original) {
        List<Plan.Names.Renaming> all = new ArrayList<>(gather.names().renamings());
        all.addAll(renamings);
        return new Plan.Gather(
                gather.queries(),
                original,
                gather.merge(),
                gather.locks(),
                gather.clock(),
                gather.fallback() == null ? null : instead,
                new Plan.Names(gather.names().database(), all),
                gather.reason());
    }

    /** The Groups whose instances read the tables. */
    static List<String> groups(Plan plan) {
        Map<String, Boolean> groups = new LinkedHashMap<>();
        switch (plan) {
            case Plan.Route route -> groups.put(route.group(), true);
            case Plan.Gather gather -> gather.queries().forEach(fragment -> groups.put(fragment.group(), true));
            case Plan.Ship ship -> {
                groups(ship.gather()).forEach(group -> groups.put(group, true));
                ship.shipments()
                        .forEach(shipment ->
                                shipment.input().sources().forEach(source -> groups.put(source.group(), true)));
                if (ship.beyond() != null && ship.beyond().plan() instanceof Plan.Ship other) {
                    groups(other).forEach(group -> groups.put(group, true));
                }
            }
            default -> throw new IllegalStateException("not planned with tables ahead");
        }
        return List.copyOf(groups.keySet());
    }
}
