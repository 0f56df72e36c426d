package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.OpaqueSource;
import drds.analyzer.QuerySource;
import drds.analyzer.Resolution;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.FunctionCall;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans a SELECT some of whose subqueries depend on nothing around them: those run first, and their rows take their places. */
final class ValuePlanner {
    private final StatementPlanner planner;
    private final Analysis analysis;
    private final Plan.Residual instead;
    private final AheadTables tables;
    private final TextEdits edits;

    private ValuePlanner(StatementPlanner planner, Analysis analysis, Plan.Residual instead) {
        this.planner = planner;
        this.analysis = analysis;
        this.instead = instead;
        this.tables = new AheadTables(planner, instead);
        this.edits = new TextEdits(analysis.source());
    }

    /**
     * @param instead the plan that copies all tables together
     * @throws NotPushable if there is no such subquery, or the rest can't do with its rows alone
     */
    static Plan.Ahead plan(StatementPlanner planner, Analysis analysis, Plan.Residual instead, boolean locks) {
        Traits traits = analysis.traits();
        if (locks || !traits.steady() || traits.homeOnly() || traits.parameter()) {
            throw new NotPushable("what runs ahead could see something else");
        }
        return new ValuePlanner(planner, analysis, instead).plan();
    }

    private Plan.Ahead plan() {
        List<Span> done = new ArrayList<>();
        for (Block block : analysis.blocks()) {
            for (Expression.Subquery subquery : block.subqueries()) {
                boolean inside = done.stream().anyMatch(span -> span.covers(subquery.span()));
                if (!inside && isCondition(subquery) && goesAhead(subquery)) {
                    done.add(subquery.span());
                }
            }
        }
        if (tables.isEmpty()) {
            throw new NotPushable("no subquery is independent of what is around it");
        }
        Plan then = tables.plan(edits, analysis.statement().span(), analysis.source());
        return new Plan.Ahead(tables.stages(), AheadTables.groups(then), then, null, instead, instead.reason());
    }

    /** Whether nothing shows the subquery's text or takes part in an order: those depend on it more than on its value. */
    private boolean isCondition(Expression.Subquery subquery) {
        for (Block block : analysis.blocks()) {
            Select select = block.select();
            if (select != null
                    && (select.itemsSpan().covers(subquery.span())
                            || covers(select.groupBy(), subquery)
                            || covers(select.orderBy(), subquery)
                            || covers(select.limit(), subquery))) {
                return false;
            }
        }
        return true;
    }

    private static boolean covers(@Nullable Node clause, Node inner) {
        return clause != null && clause.span().covers(inner.span());
    }

    private boolean goesAhead(Expression.Subquery subquery) {
        Block block = analysis.block(subquery.query());
        Select select = block == null ? null : block.select();
        if (block == null || select == null || select.with() != null || !isIndependent(subquery)) {
            return false;
        }
        List<TableUse> uses = analysis.tables().stream()
                .filter(use -> subquery.span().covers(use.name().span()))
                .toList();
        if (uses.stream().noneMatch(TableUse::isSharded)) {
            return false;
        }
        try {
            return aggregates(select) ? aggregated(subquery, select) : listed(subquery, select, block, uses);
        } catch (NotPushable no) {
            return false;
        }
    }

    // ---- what a subquery depends on ----

    /** Whether every name in it means something inside. */
    private boolean isIndependent(Expression.Subquery subquery) {
        boolean[] own = {true};
        subquery.walk(node -> {
            if (node instanceof ColumnReference reference) {
                own[0] &= switch (analysis.resolution(reference)) {
                    case Resolution.OfSource(Column column) -> isInside(column.source(), subquery);
                    case Resolution.OfItem item -> true;
                    case Resolution.Unknown unknown -> false;
                };
            }
        });
        return own[0]
                && analysis.blocks().stream()
                        .filter(block -> subquery.span().covers(block.node().span()))
                        .flatMap(block -> block.sources().stream())
                        .noneMatch(source -> source instanceof QuerySource query && query.definition() != null);
    }

    private boolean isInside(Source source, Expression.Subquery subquery) {
        return switch (source) {
            case TableUse use -> subquery.span().covers(use.name().span());
            case QuerySource query -> subquery.span().covers(query.query().span());
            case OpaqueSource opaque -> false;
        };
    }

    // ---- its rows ----

    private static boolean aggregates(Select select) {
        return select.groupBy() == null
                && select.items().size() == 1
                && select.items().getFirst() instanceof Select.ExpressionItem item
                && Traits.of(item.expression()).aggregate();
    }

    /** One row of aggregates, from which the subquery's expression is computed where it stood. */
    private boolean aggregated(Expression.Subquery subquery, Select select) {
        if (!(select.items().getFirst() instanceof Select.ExpressionItem item) || !isNumeric(item.expression())) {
            return false;
        }
        String text = subquery.query().text(analysis.source());
        Analysis inner = planner.withoutViews(planner.context().parser().parse(text));
        StagePlanner steps = StagePlanner.of(planner, inner, tables.next());
        Plan.Staged staged = steps.groups(instead);
        edits.replace(subquery.query().span(), staged.sql());
        tables.add(
                staged.stage().query(),
                staged.stage().source(),
                steps.names().stream().map(AheadTables::unknown).toList());
        return true;
    }

    /** Whether it gives a number or a date whatever the rows are, so that no collation is lost with it. */
    private boolean isNumeric(Expression expression) {
        return switch (expression) {
            case FunctionCall call ->
                call.is("COUNT")
                        || call.is("SUM")
                        || call.is("AVG")
                        || (isOfExact(call) && (call.is("MIN") || call.is("MAX")));
            case Literal.IntegerLiteral literal -> true;
            case Literal.DecimalLiteral literal -> true;
            case Expression.Binary binary ->
                switch (binary.operator()) {
                    case PLUS, MINUS, MULTIPLY, DIVIDE -> isNumeric(binary.left()) && isNumeric(binary.right());
                    default -> false;
                };
            default -> false;
        };
    }

    private boolean isOfExact(FunctionCall call) {
        Column column = call.arguments().size() == 1 && call.arguments().getFirst() instanceof ColumnReference reference
                ? analysis.column(reference)
                : null;
        return column != null && RowConditions.isExact(column.definition());
    }

    /** Rows of plain columns. One table's alone are better shipped: only those that find a partner. */
    private boolean listed(Expression.Subquery subquery, Select select, Block block, List<TableUse> uses) {
        if (uses.size() < 2 && select.groupBy() == null && select.having() == null) {
            return false;
        }
        List<Table.Column> columns = new ArrayList<>();
        for (Select.Item item : select.items()) {
            Column column = item instanceof Select.ExpressionItem expression
                            && expression.expression() instanceof ColumnReference reference
                    ? analysis.column(reference)
                    : null;
            Table.Column definition = column == null ? null : column.definition();
            if (column == null || definition == null || !block.sources().contains(column.source())) {
                return false;
            }
            columns.add(definition);
        }
        String text = subquery.query().text(analysis.source());
        Plan source = planner.subSelect(text);
        if (source instanceof Plan.Residual) {
            return false;
        }
        edits.replace(subquery.query().span(), "SELECT * FROM " + tables.next());
        tables.add(text, source, columns);
        return true;
    }
}
