package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Analyzer;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.Into;
import drds.parser.Locking;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.List;

/** One statement on its way to a plan: what the planners of its parts share. */
final class StatementPlanner {
    private final PlanningContext context;
    private final LiteralKeyReader reader;

    StatementPlanner(PlanningContext context, LiteralKeyReader reader) {
        this.context = context;
        this.reader = reader;
    }

    PlanningContext context() {
        return context;
    }

    LiteralKeyReader reader() {
        return reader;
    }

    Analysis analyze(ParsedStatement parsed) {
        return Analyzer.analyze(parsed, context.catalog(), context.currentDatabase());
    }

    /** The stored tables that a change names, of which those that it changes are some. */
    List<TableUse> changed(ParsedStatement parsed) {
        return analyze(parsed).tables();
    }

    /** The statement without its views, or itself where it names none. */
    Analysis withoutViews(ParsedStatement parsed) {
        Analysis analysis = analyze(parsed);
        Table hidden = null;
        for (int depth = 0; analysis.tables().stream().anyMatch(t -> t.view() != null); depth++) {
            if (depth > ViewExpansion.DEEPEST) {
                throw ErrorCode.NOT_SUPPORTED.with("views nested more than " + ViewExpansion.DEEPEST + " deep");
            }
            for (TableUse use : analysis.tables()) {
                hidden = use.view() != null && use.view().hidden() != null
                        ? use.view().hidden()
                        : hidden;
            }
            analysis = analyze(context.parser().parse(ViewExpansion.expand(analysis)));
        }
        // The home instance's own view reads the permanent table, but of a sharded one it has the face only.
        if (hidden != null && (hidden.kind() == Table.Kind.SHARDED || analysis.hasSharded())) {
            throw ErrorCode.NOT_SUPPORTED.with(
                    "a view of the table " + hidden.name() + ", which a temporary table hides");
        }
        return analysis;
    }

    /** The tables of a change with the views among its sources expanded. */
    List<TableUse> withoutViews(ParsedStatement parsed, Analysis analysis) {
        List<TableUse> tables = new ArrayList<>(analysis.tables());
        for (TableUse use : analysis.tables()) {
            if (use.view() != null) {
                tables.addAll(tablesOf(use));
            }
        }
        return tables;
    }

    List<TableUse> tablesOf(TableUse view) {
        return queryOf(view).tables();
    }

    /** All that a view shows. */
    private Analysis queryOf(TableUse view) {
        String text = "SELECT * FROM "
                + Sql.table(String.valueOf(view.database()), view.name().name().text());
        return withoutViews(context.parser().parse(text));
    }

    /** Whether a view that is named calls stored functions for its rows that no instance alone computes right. */
    boolean viewsCallOut(Analysis analysis) {
        return analysis.tables().stream()
                .anyMatch(use -> use.view() != null && FunctionReach.callsOut(queryOf(use), context));
    }

    /** A view is changed at home, where only single tables can be changed. */
    void refuseShardedView(TableUse view) {
        Analysis query = queryOf(view);
        FunctionReach.refuse(query, context);
        boolean more = query.tables().stream().anyMatch(t -> t.place() != TableUse.Place.HOME);
        if (more) {
            throw ErrorCode.NOT_SUPPORTED.with("changing rows through a view of tables that are not single");
        }
    }

    /** The plan of a query that stands inside a statement. */
    Plan subSelect(String text) {
        return select(context.parser().parse(text));
    }

    /**
     * The plan of a query that the partitions answer together.
     *
     * @throws NotPushable if they can't
     */
    Plan direct(String text) {
        Analysis analysis = withoutViews(context.parser().parse(text));
        KeyConstraints constraints = constraints(analysis);
        try {
            return GatherPlanner.plan(this, analysis, constraints, Shipping.NONE, false);
        } catch (NotPushable apart) {
            Plan.Residual residual = residual(analysis, constraints).plan(apart.reason(), false);
            return new ShipPlanner(this, analysis, constraints).plan(residual, false);
        }
    }

    KeyConstraints constraints(Analysis analysis) {
        return new KeyConstraints(analysis, reader);
    }

    String home() {
        return context.catalog().defaultGroup();
    }

    /** The statement as it stands, on the home schema's instance. */
    Plan.Route home(ParsedStatement parsed, boolean write, String reason) {
        String database = context.currentDatabase() == null ? "" : context.currentDatabase();
        return new Plan.Route(home(), parsed.text(), write, new Plan.Names(database, List.of()), reason);
    }

    /** The whole statement on one instance. */
    Plan.Route route(Analysis analysis, Placement placement, boolean write, String reason) {
        TextEdits edits = PhysicalText.edits(analysis, placement.replacements());
        return new Plan.Route(
                placement.group(),
                edits.render(analysis.statement().span()),
                write,
                placement.names(context.currentDatabase()),
                reason);
    }

    // ---- SELECT ----

    Plan select(ParsedStatement parsed) {
        Analysis analysis = withoutViews(parsed);
        boolean locks = locks(analysis.statement());
        boolean write = locks || analysis.traits().impure();
        FunctionReach functions = FunctionReach.of(analysis, context);
        if (functions != null) {
            refuse(analysis);
            return functions.with(residual(analysis, constraints(analysis)).plan(FunctionReach.REASON, locks));
        }
        if (!analysis.hasSharded()) {
            return home(parsed, write, "no sharded table is named");
        }
        refuse(analysis);
        return sharded(analysis, constraints(analysis), locks, write);
    }

    private Plan sharded(Analysis analysis, KeyConstraints constraints, boolean locks, boolean write) {
        try {
            Placement placement = Placement.find(analysis, constraints, home());
            return route(analysis, placement, write, "all rows that can matter lie in one place");
        } catch (NotPushable several) {
            IndexLookupPlanner lookups = new IndexLookupPlanner(analysis, constraints, context.indexes());
            Plan lookup = lookups.plan(locks, partitions -> sharded(analysis, constraints, locks, write));
            if (lookup != null) {
                return lookup;
            }
            lookups.refuseUseless();
            return gatherOrResidual(analysis, constraints, locks, several.reason());
        }
    }

    private Plan gatherOrResidual(Analysis analysis, KeyConstraints constraints, boolean locks, String notRouted) {
        try {
            return GatherPlanner.plan(this, analysis, constraints, Shipping.NONE, locks);
        } catch (NotPushable apart) {
            return shipOrResidual(analysis, constraints, locks, notRouted + "; " + apart.reason());
        }
    }

    private Plan shipOrResidual(Analysis analysis, KeyConstraints constraints, boolean locks, String notGathered) {
        Plan.Residual residual = residual(analysis, constraints).plan(notGathered, locks);
        try {
            return ValuePlanner.plan(this, analysis, residual, locks);
        } catch (NotPushable no) {
            Plan whole = whole(analysis, constraints, residual, locks);
            try {
                return FirstRowsPlanner.plan(this, analysis, residual, whole, locks);
            } catch (NotPushable all) {
                return whole;
            }
        }
    }

    private Plan whole(Analysis analysis, KeyConstraints constraints, Plan.Residual residual, boolean locks) {
        ShipPlanner ships = new ShipPlanner(this, analysis, constraints);
        Plan spread;
        try {
            spread = ships.plan(residual, locks);
        } catch (NotPushable no) {
            spread = stagedOrResidual(analysis, residual, locks, no.reason());
        }
        return ships.atHome(residual, spread, locks);
    }

    private Plan stagedOrResidual(Analysis analysis, Plan.Residual residual, boolean locks, String notShipped) {
        String notGathered = residual.reason();
        try {
            return StagePlanner.plan(this, analysis, residual, locks);
        } catch (NotPushable no) {
            return new Plan.Residual(
                    residual.inputs(),
                    residual.homeTables(),
                    residual.sql(),
                    locks,
                    notGathered.endsWith(notShipped) ? notGathered : notGathered + "; not shipped: " + notShipped);
        }
    }

    ResidualPlanner residual(Analysis analysis, KeyConstraints constraints) {
        return new ResidualPlanner(analysis, constraints, new RowConditions(analysis, reader, context.sizes()));
    }

    /** What no plan can do right. */
    private static void refuse(Analysis analysis) {
        analysis.statement().walk(node -> {
            if (node instanceof Into.File) {
                throw ErrorCode.NOT_SUPPORTED.with("SELECT ... INTO OUTFILE from sharded tables");
            }
        });
        for (TableUse use : analysis.shardedTables()) {
            if (use.node() != null && !use.node().partitions().isEmpty()) {
                throw ErrorCode.NOT_SUPPORTED.with("PARTITION (...) of a sharded table");
            }
        }
    }

    static boolean locks(Node statement) {
        boolean[] found = new boolean[1];
        statement.walk(node -> found[0] |= node instanceof Locking);
        return found[0];
    }
}
