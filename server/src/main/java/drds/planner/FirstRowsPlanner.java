package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Resolution;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.Table;
import drds.parser.Expression.ColumnReference;
import drds.parser.OrderBy;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plans a join of which only some rows are wanted, in the order of one table or in none: the first rows of that table are joined, and
 * where they give enough rows nothing behind them can matter.
 */
final class FirstRowsPlanner {
    private static final long WANTED_LIMIT = 1000;
    private static final long FEWEST = 500;
    private static final long MOST = 5000;

    /** So many times the rows are taken that should be enough. */
    private static final double SURE = 4;

    private final StatementPlanner planner;
    private final Analysis analysis;
    private final Select select;
    private final Block block;
    private final RowConditions conditions;

    private FirstRowsPlanner(StatementPlanner planner, Analysis analysis, Select select, Block block) {
        this.planner = planner;
        this.analysis = analysis;
        this.select = select;
        this.block = block;
        this.conditions =
                new RowConditions(analysis, planner.reader(), planner.context().sizes());
    }

    /**
     * @param instead the plan that copies all tables together
     * @param whole the plan over all rows
     * @throws NotPushable if the statement is of another kind, or few rows are not enough
     */
    static Plan.Ahead plan(
            StatementPlanner planner, Analysis analysis, Plan.Residual instead, Plan whole, boolean locks) {
        Block block = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        Select select = block == null ? null : block.select();
        Traits traits = analysis.traits();
        if (block == null
                || select == null
                || select != analysis.statement()
                || locks
                || !traits.steady()
                || traits.homeOnly()
                || traits.parameter()
                || !isPlain(select)) {
            throw new NotPushable("a statement of another kind");
        }
        return new FirstRowsPlanner(planner, analysis, select, block).plan(instead, whole);
    }

    private static boolean isPlain(Select select) {
        return select.limit() != null
                && select.from() != null
                && !select.distinct()
                && select.groupBy() == null
                && select.having() == null
                && select.windows() == null
                && select.into() == null
                && select.with() == null
                && !select.options().contains(Select.Option.SQL_CALC_FOUND_ROWS)
                && select.items().stream().noneMatch(item -> {
                    Traits traits = Traits.of(item);
                    return traits.aggregate() || traits.window();
                });
    }

    private Plan.Ahead plan(Plan.Residual instead, Plan whole) {
        Window window = Window.of(select.limit());
        Long limit = window.limit();
        long wanted = limit == null ? 0 : limit + window.offsetRows();
        if (limit == null || limit < 1 || window.offsetRows() > WANTED_LIMIT || wanted > WANTED_LIMIT) {
            throw new NotPushable("many rows are wanted");
        }
        TableUse driving = driving();
        long taken = taken(driving, wanted);
        AheadTables tables = new AheadTables(planner, instead);
        String query = query(driving, taken);
        Plan source = planner.subSelect(query);
        if (!(source instanceof Plan.Gather) && !(source instanceof Plan.Route)) {
            throw new NotPushable("the first rows are not found by the partitions");
        }
        String name = tables.next();
        tables.add(query, source, columns(driving));
        tables.standsFor(driving);
        Map<TableUse, String> replacements = new IdentityHashMap<>();
        replacements.put(driving, name);
        TextEdits edits = PhysicalText.edits(analysis, replacements);
        Plan then = tables.plan(edits, select.span(), analysis.source());
        if (!(then instanceof Plan.Gather) && !(then instanceof Plan.Route)) {
            throw new NotPushable("other tables would have to be sent all the same");
        }
        return new Plan.Ahead(
                tables.stages(),
                AheadTables.groups(then),
                then,
                new Plan.FirstRows(taken, limit),
                whole,
                instead.reason());
    }

    // ---- the table ----

    /** The one whose order is the answer's; none of its rows may be filled in with NULL. */
    private TableUse driving() {
        TableUse found = null;
        for (Source source : block.sources()) {
            if (source instanceof TableUse use && use.isSharded() && isOrderedBy(use)) {
                found = use;
                break;
            }
        }
        if (found == null
                || !isPreserved(found)
                || found.definition().columns().stream().anyMatch(c -> c.invisible())) {
            throw new NotPushable("the order is not that of one table");
        }
        return found;
    }

    private boolean isOrderedBy(TableUse use) {
        List<String> seen = new ArrayList<>();
        if (select.orderBy() == null) {
            return true;
        }
        for (OrderBy.Item item : select.orderBy().items()) {
            Column column = column(item);
            if (column == null || column.source() != use) {
                // What follows orders rows that have one row of the table in common.
                return isUnique(use, seen);
            }
            seen.add(column.name());
        }
        return true;
    }

    private @Nullable Column column(OrderBy.Item item) {
        if (!(item.expression() instanceof ColumnReference reference)) {
            return null;
        }
        return switch (analysis.resolution(reference)) {
            case Resolution.OfSource(Column column) -> column;
            case Resolution.OfItem(int index) ->
                select.items().get(index) instanceof Select.ExpressionItem item2
                                && item2.expression() instanceof ColumnReference inner
                        ? analysis.column(inner)
                        : null;
            case Resolution.Unknown unknown -> null;
        };
    }

    private static boolean isUnique(TableUse use, List<String> columns) {
        Table.Key key = use.definition().primaryKey();
        return key != null
                && !key.prefixed()
                && key.columns().stream().allMatch(part -> columns.stream().anyMatch(part::equalsIgnoreCase));
    }

    private boolean isPreserved(TableUse use) {
        TableReference from = block.from();
        return from != null && isPreserved(from, use);
    }

    /** Whether the table stands here, where no outer join fills its rows with NULL. */
    private boolean isPreserved(TableReference reference, TableUse use) {
        return switch (reference) {
            case TableReference.Join join ->
                switch (join.kind()) {
                    case COMMA, INNER, CROSS -> isPreserved(join.left(), use) || isPreserved(join.right(), use);
                    case LEFT -> isPreserved(join.left(), use);
                    case RIGHT -> isPreserved(join.right(), use);
                    case STRAIGHT, NATURAL, NATURAL_LEFT, NATURAL_RIGHT -> false;
                };
            case TableReference.ParenthesizedTables inner -> isPreserved(inner.tables(), use);
            default -> block.source(reference) == use;
        };
    }

    private List<Table.Column> columns(TableUse driving) {
        List<String> wanted =
                planner.residual(analysis, planner.constraints(analysis)).columns(driving);
        return driving.definition().columns().stream()
                .filter(column -> wanted.contains(column.name()))
                .toList();
    }

    /** So many rows should be enough. */
    private long taken(TableUse driving, long wanted) {
        double share = 1;
        for (TableUse use : analysis.tables()) {
            if (use != driving && use.table() != null) {
                for (RowConditions.Part part : conditions.of(use)) {
                    share *= part.share();
                }
            }
        }
        double rows = SURE * wanted / share;
        if (rows > MOST) {
            throw new NotPushable("few rows of one table have partners that are wanted");
        }
        return Math.max(FEWEST, (long) rows);
    }

    /** The first rows of the table that can matter. */
    private String query(TableUse driving, long taken) {
        String items = columns(driving).stream().map(c -> Sql.quote(c.name())).collect(Collectors.joining(", "));
        String where = conditions.text(driving);
        List<String> order = new ArrayList<>();
        if (select.orderBy() != null) {
            for (OrderBy.Item item : select.orderBy().items()) {
                Column column = column(item);
                if (column == null || column.source() != driving) {
                    break;
                }
                order.add(Sql.quote(column.name()) + (item.descending() ? " DESC" : ""));
            }
        }
        return "SELECT " + items + " FROM "
                + Sql.table(
                        String.valueOf(driving.database()), driving.definition().name())
                + (where == null ? "" : " WHERE " + where)
                + (order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order))
                + " LIMIT " + taken;
    }
}
