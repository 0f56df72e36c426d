package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.BodyReach;
import drds.analyzer.StoredFunctionCalls;
import drds.analyzer.TableUse;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.FunctionCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that stored functions read which a statement calls for its rows. Such a statement runs on copies at home, and what the
 * functions read is copied beside them: a function sees a temporary table in the place of the table of its name.
 */
final class FunctionReach {
    static final String REASON = "stored functions read tables";

    private final Catalog catalog;
    private final List<Plan.HomeTable> tables;

    private FunctionReach(Catalog catalog, List<Plan.HomeTable> tables) {
        this.catalog = catalog;
        this.tables = tables;
    }

    /**
     * What the calls of a statement need.
     *
     * @return null if its functions only compute, or if they and the statement name single tables only, so that it runs at home
     * @throws drds.error.SqlError if no copies make them right: they change rows, or ask what only the session knows
     */
    static @Nullable FunctionReach of(Analysis analysis, PlanningContext context) {
        Catalog catalog = context.catalog();
        List<FunctionCall> calls = callingOut(analysis, context);
        if (calls.isEmpty()) {
            return null;
        }
        BodyReach reach = new BodyReach(catalog);
        calls.forEach(call -> reach.call(call, String.valueOf(context.currentDatabase())));
        String obstacle = reach.obstacle() != null
                ? reach.obstacle()
                : !reach.written().isEmpty()
                        ? "changes rows"
                        : reach.namesUserVariables() ? "names user variables" : null;
        if (obstacle != null) {
            throw refusal(calls.getFirst(), context, "which " + obstacle);
        }
        List<Plan.HomeTable> tables = new ArrayList<>();
        for (String name : reach.read()) {
            int slash = name.indexOf('/');
            Database database = catalog.database(name.substring(0, slash));
            String table = name.substring(slash + 1);
            if (database != null && database.views().containsKey(table)) {
                throw refusal(calls.getFirst(), context, "which reads the view '" + table + "'");
            }
            Table known = database == null ? null : database.table(table);
            if (database != null && known != null) {
                tables.add(new Plan.HomeTable(database.name(), known));
            }
        }
        return new FunctionReach(catalog, tables);
    }

    /** Refuses such calls in a statement that no copies are made for. */
    static void refuse(Analysis analysis, PlanningContext context) {
        List<FunctionCall> calls = callingOut(analysis, context);
        if (!calls.isEmpty()) {
            throw refusal(calls.getFirst(), context, "which reaches tables or the session");
        }
    }

    /** Whether there are such calls. */
    static boolean callsOut(Analysis analysis, PlanningContext context) {
        return !callingOut(analysis, context).isEmpty();
    }

    private static List<FunctionCall> callingOut(Analysis analysis, PlanningContext context) {
        List<FunctionCall> calls =
                StoredFunctionCalls.in(analysis.statement(), context.catalog(), context.currentDatabase());
        return calls.isEmpty() || isAtHome(analysis, calls, context) ? List.of() : calls;
    }

    private static RuntimeException refusal(FunctionCall call, PlanningContext context, String why) {
        Program function = StoredFunctionCalls.function(call, context.catalog(), context.currentDatabase());
        String name = function == null ? call.name().text() : function.name();
        return ErrorCode.NOT_SUPPORTED.with(
                "the stored function " + name + ", " + why + ", of values that a query computes for its rows");
    }

    private static boolean isAtHome(Analysis analysis, List<FunctionCall> calls, PlanningContext context) {
        return analysis.tables().stream().allMatch(FunctionReach::isSingle)
                && calls.stream().allMatch(call -> {
                    Program function = StoredFunctionCalls.function(call, context.catalog(), context.currentDatabase());
                    return function == null || StoredFunctionCalls.isAtHome(function, context.catalog());
                });
    }

    private static boolean isSingle(TableUse use) {
        Table table = use.table();
        return use.view() == null
                && (use.place() == TableUse.Place.SYSTEM
                        || use.place() == TableUse.Place.HOME && (table == null || table.kind() == Table.Kind.SINGLE));
    }

    /** The statement's copies and those for its functions. */
    Plan.Residual with(Plan.Residual plan) {
        List<Plan.Input> inputs = new ArrayList<>(plan.inputs());
        List<Plan.HomeTable> atHome = new ArrayList<>(plan.homeTables());
        add(tables, inputs, atHome);
        return new Plan.Residual(inputs, atHome, plan.sql(), plan.locks(), plan.reason());
    }

    /** The same of a change: of a table that changes, and that a function reads, all rows are needed. */
    Plan.Rehearsal with(Plan.Rehearsal plan) {
        List<Plan.Input> targets = new ArrayList<>(plan.targets());
        List<Plan.HomeTable> others = new ArrayList<>(tables);
        targets.replaceAll(target -> others.removeIf(read -> isOf(target, read))
                ? RehearsalPlanner.whole(target.database(), target.table(), catalog.defaultGroup())
                : target);
        List<Plan.Input> inputs = new ArrayList<>(plan.inputs());
        List<Plan.HomeTable> atHome = new ArrayList<>(plan.homeTables());
        add(others, inputs, atHome);
        return new Plan.Rehearsal(
                targets,
                inputs,
                atHome,
                plan.sql(),
                plan.candidates(),
                plan.inserts(),
                plan.onFaces(),
                plan.triggers(),
                plan.reason());
    }

    private void add(List<Plan.HomeTable> read, List<Plan.Input> inputs, List<Plan.HomeTable> atHome) {
        for (Plan.HomeTable table : read) {
            if (table.table().kind() == Table.Kind.SHARDED) {
                inputs.removeIf(input -> isOf(input, table));
                inputs.add(RehearsalPlanner.whole(table.database(), table.table(), catalog.defaultGroup()));
            } else if (!atHome.contains(table)) {
                atHome.add(table);
            }
        }
    }

    private static boolean isOf(Plan.Input input, Plan.HomeTable table) {
        return input.database().equals(table.database()) && input.table().equals(table.table());
    }
}
