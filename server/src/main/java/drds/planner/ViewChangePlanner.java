package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.Delete;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes through views of sharded tables: rehearsed on the faces themselves, since a view there reads the faces and not
 * temporary tables of their names.
 */
final class ViewChangePlanner {
    private static final String REASON = "rows are changed through a view";

    private final StatementPlanner planner;
    private final ParsedStatement parsed;
    private final Analysis analysis;

    ViewChangePlanner(StatementPlanner planner, ParsedStatement parsed) {
        this.planner = planner;
        this.parsed = parsed;
        this.analysis = planner.analyze(parsed);
    }

    /** The plan; null if no view of sharded tables is named where rows change. */
    @Nullable
    Plan plan() {
        return switch (parsed.statement()) {
            case Update update -> change(update.tables(), update.where(), update.orderBy() == null);
            case Delete delete -> change(delete.tables(), delete.where(), delete.orderBy() == null);
            case Insert insert -> insert(insert);
            default -> null;
        };
    }

    private @Nullable Plan change(Node tables, @Nullable Node where, boolean steady) {
        boolean views = analysis.tables().stream()
                .anyMatch(use -> use.view() != null
                        && use.block() != null
                        && use.block().node() == parsed.statement()
                        && planner.tablesOf(use).stream().anyMatch(TableUse::isSharded));
        if (!views) {
            return null;
        }
        FunctionReach.refuse(analysis, planner.context());
        String source = parsed.source();
        String found =
                "SELECT * FROM " + tables.text(source) + (where == null || !steady ? "" : " " + where.text(source));
        Analysis rows = planner.withoutViews(planner.context().parser().parse(found));
        FunctionReach.refuse(rows, planner.context());
        return rehearsal(seen(rows, everything(rows)), 0, false);
    }

    private @Nullable Plan insert(Insert insert) {
        TableUse target = analysis.target();
        if (target == null || target.view() == null) {
            return null;
        }
        List<TableUse> tables = planner.tablesOf(target);
        if (tables.stream().noneMatch(TableUse::isSharded)) {
            return null;
        }
        FunctionReach.refuse(analysis, planner.context());
        int rows = switch (insert.source()) {
            case Insert.Rows values -> values.rows().size();
            case Insert.Assignments one -> 1;
            case Insert.FromQuery query ->
                throw ErrorCode.NOT_SUPPORTED.with("INSERT ... SELECT into a view of sharded tables");
        };
        String every = "SELECT * FROM "
                + Sql.table(
                        String.valueOf(target.database()), target.name().name().text());
        boolean meets = insert.replace() || insert.ignore() || insert.onDuplicateKey() != null;
        Analysis all = planner.withoutViews(planner.context().parser().parse(every));
        FunctionReach.refuse(all, planner.context());
        List<Plan.Input> inputs = everything(all);
        // A row that comes has to meet those that it can't live beside, whether the view shows them or not.
        List<Plan.Input> needed = inputs.stream()
                .map(input -> new Plan.Input(
                        input.database(),
                        input.table(),
                        input.columns(),
                        meets ? whole(input.database(), input.table()).sources() : List.of()))
                .toList();
        return rehearsal(seen(all, needed), rows, true);
    }

    /**
     * What the statement has to find on the faces: of a table that it reads besides, in a subquery, all rows.
     *
     * @param rows what finds the rows that can change
     * @param inputs those
     */
    private List<Plan.Input> seen(Analysis rows, List<Plan.Input> inputs) {
        List<TableUse> named = planner.withoutViews(parsed, analysis);
        refuseOthers(named);
        List<Plan.Input> seen = new ArrayList<>();
        for (Plan.Input input : inputs) {
            boolean more = uses(named, input.table()) > uses(rows.tables(), input.table());
            seen.add(more ? whole(input.database(), input.table()) : input);
        }
        for (TableUse use : named) {
            if (use.isSharded() && seen.stream().noneMatch(input -> input.table() == use.table())) {
                seen.add(whole(String.valueOf(use.database()), use.definition()));
            }
        }
        return seen;
    }

    private static long uses(List<TableUse> tables, Table table) {
        return tables.stream().filter(use -> use.table() == table).count();
    }

    private Plan.Input whole(String database, Table table) {
        return RehearsalPlanner.whole(database, table, planner.home());
    }

    private List<Plan.Input> everything(Analysis rows) {
        KeyConstraints constraints = planner.constraints(rows);
        return new RehearsalPlanner(rows, constraints, planner.residual(rows, constraints), planner.home())
                .everything();
    }

    private static void refuseOthers(List<TableUse> tables) {
        for (TableUse use : tables) {
            if (use.view() == null && !use.isSharded()) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "changing rows through a view of sharded tables beside other tables");
            }
        }
    }

    private Plan rehearsal(List<Plan.Input> targets, int numbers, boolean inserts) {
        return new Plan.Rehearsal(
                targets, List.of(), List.of(), parsed.text(), null, inserts, new Plan.OnFaces(numbers), null, REASON);
    }
}
