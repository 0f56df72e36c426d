package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.KeyConstraints;
import drds.analyzer.Outputs;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.analyzer.TraitsOfBlock;
import drds.catalog.Table;
import drds.parser.Literal;
import drds.parser.OrderBy;
import drds.parser.Query;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans a SELECT that each partition answers alone, and what is done with the answers. */
final class GatherPlanner {
    private final StatementPlanner planner;
    private final Analysis analysis;
    private final KeyConstraints constraints;
    private final Shipping shipping;
    private final Select select;
    private final Block block;
    private final Colocation colocation;
    private final SelectList list;
    private final SortKinds kinds;
    private final OutputFinder finder;

    private GatherPlanner(
            StatementPlanner planner,
            Analysis analysis,
            KeyConstraints constraints,
            Shipping shipping,
            Select select,
            Block block) {
        this.planner = planner;
        this.analysis = analysis;
        this.constraints = constraints;
        this.shipping = shipping;
        this.select = select;
        this.block = block;
        this.colocation = Colocation.of(analysis, block, planner, shipping.places());
        this.list = new SelectList(Outputs.of(select, block, analysis.source()));
        this.kinds = new SortKinds(analysis);
        this.finder = new OutputFinder(analysis, select, list);
    }

    /**
     * @param shipping the places whose rows will be where the partitions are
     * @return a Gather, or a Route where one partition is enough
     * @throws NotPushable if there is no such plan
     */
    static Plan plan(
            StatementPlanner planner, Analysis analysis, KeyConstraints constraints, Shipping shipping, boolean locks) {
        Block block = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        if (block == null || block.select() == null) {
            throw new NotPushable("UNION and the like over several partitions");
        }
        return new GatherPlanner(planner, analysis, constraints, shipping, block.select(), block).plan(locks);
    }

    /**
     * The plan for all values of literals that have no other part in it than to decide on partitions; it does for one partition
     * too.
     *
     * @throws NotPushable if there is none
     */
    static GatherTemplate template(StatementPlanner planner, GatherTemplateMaker maker, Analysis analysis) {
        Block block = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        if (block == null || block.select() == null) {
            throw new NotPushable("UNION and the like over several partitions");
        }
        KeyConstraints constraints = planner.constraints(analysis);
        return new GatherPlanner(planner, analysis, constraints, Shipping.NONE, block.select(), block).template(maker);
    }

    private GatherTemplate template(GatherTemplateMaker maker) {
        refuse();
        Window window = Window.of(select.limit());
        GatherShape shape = shape(window);
        maker.holes(OwnValues.in(analysis, block, colocation.members()));
        List<PhysicalText.Change> changes = new ArrayList<>(shape.changes());
        changes.addAll(maker.changes());
        GatherShape open = new GatherShape(shape.merge(), shape.orderBy(), shape.limited(), changes);
        List<Placement> placements = new ArrayList<>();
        List<@Nullable String> texts = new ArrayList<>();
        List<Table.Partition> partitions =
                colocation.members().iterator().next().definition().partitions();
        for (int p = 0; p < partitions.size(); p++) {
            if (colocation.admits(partitions.get(p))) {
                Placement placement = placement(p);
                placements.add(placement);
                texts.add(FragmentText.render(analysis, select, placement.replacements(), list, open, window));
            } else {
                texts.add(null);
            }
        }
        boolean locks = StatementPlanner.locks(analysis.statement());
        return maker.make(colocation, partitions, texts, shape.merge(), locks, names(placements));
    }

    private Plan plan(boolean locks) {
        refuse();
        BitSet partitions = colocation.partitions(constraints);
        if (partitions.cardinality() == 1) {
            return route(partitions.nextSetBit(0), locks);
        }
        Window window = Window.of(select.limit());
        GatherShape shape = shape(window);
        List<OwnValues> own = OwnValues.in(analysis, block, colocation.members());
        List<int[]> places =
                own.stream().map(list -> list.partitions(planner.reader())).toList();
        List<Plan.Fragment> fragments = new ArrayList<>();
        List<Placement> placements = new ArrayList<>();
        for (int p = partitions.nextSetBit(0); p >= 0; p = partitions.nextSetBit(p + 1)) {
            Placement placement = placement(p);
            List<PhysicalText.Change> changes = new ArrayList<>(shape.changes());
            for (int i = 0; i < own.size(); i++) {
                String text = own.get(i).text(analysis.source(), OwnValues.own(places.get(i), p));
                changes.add(new PhysicalText.Change(own.get(i).span(), text));
            }
            GatherShape open = new GatherShape(shape.merge(), shape.orderBy(), shape.limited(), changes);
            String sql = FragmentText.render(analysis, select, replacements(placement), list, open, window);
            fragments.add(new Plan.Fragment(placement.group(), p, sql));
            placements.add(placement);
        }
        // Inside a transaction an ordered merge collects too: all partitions of a Group come over one connection.
        Plan.Residual fallback =
                shape.merge().sort().isEmpty() && shape.merge().order().isEmpty()
                        ? null
                        : planner.residual(analysis, constraints).plan("the merge would collect too much", locks);
        return new Plan.Gather(
                fragments,
                analysis.source(),
                shape.merge(),
                locks,
                analysis.traits().clock(),
                fallback,
                names(placements),
                "each of " + fragments.size() + " partitions answers for its own rows");
    }

    private void refuse() {
        if (select.options().contains(Select.Option.SQL_CALC_FOUND_ROWS)) {
            throw new NotPushable("SQL_CALC_FOUND_ROWS counts all rows");
        }
        if (select.into() != null || analysis.statement() instanceof Query query && query.into() != null) {
            throw new NotPushable("INTO");
        }
    }

    private Placement placement(int partition) {
        Map<TableUse, Table.Partition> physical = new IdentityHashMap<>();
        colocation
                .members()
                .forEach(use -> physical.put(use, use.definition().partitions().get(partition)));
        return new Placement(physical.values().iterator().next().group(), physical);
    }

    private Map<TableUse, String> replacements(Placement placement) {
        Map<TableUse, String> replacements = placement.replacements();
        replacements.putAll(shipping.replacements(placement.group()));
        return replacements;
    }

    private Plan route(int partition, boolean locks) {
        if (!shipping.places().isEmpty()) {
            return alone(partition);
        }
        return planner.route(analysis, placement(partition), locks, "one partition has all rows that can matter");
    }

    /** The whole statement on one partition, beside what was shipped there. */
    private Plan alone(int partition) {
        Placement placement = placement(partition);
        String sql = PhysicalText.edits(analysis, replacements(placement))
                .render(analysis.statement().span());
        return new Plan.Gather(
                List.of(new Plan.Fragment(placement.group(), partition, sql)),
                analysis.source(),
                Plan.Merge.CONCATENATE,
                false,
                analysis.traits().clock(),
                null,
                names(List.of(placement)),
                "one partition has all rows that can matter");
    }

    private Plan.Names names(List<Placement> placements) {
        List<Plan.Names.Renaming> renamings = new ArrayList<>();
        placements.forEach(p -> renamings.addAll(p.names(null).renamings()));
        renamings.addAll(shipping.renamings());
        String database = planner.context().currentDatabase();
        return new Plan.Names(database == null ? "" : database, renamings);
    }

    // ---- the merge ----

    private GatherShape shape(Window window) {
        PartitionWise wise = new PartitionWise(analysis, block, select, colocation.anchors());
        if (wise.holds()) {
            return rows(window);
        }
        Traits traits = new TraitsOfBlock(select).all();
        if (traits.window() || select.windows() != null) {
            throw new NotPushable("a window function looks at rows of several partitions");
        }
        if (wise.groups()) {
            return distinct(window);
        }
        if (select.distinct()) {
            throw new NotPushable("DISTINCT over groups from several partitions");
        }
        return new AggregationPlanner(analysis, block, select, list, kinds).shape(window);
    }

    /** Rows that need no more than to be put together, in order. */
    private GatherShape rows(Window window) {
        List<Plan.SortKey> order = new ArrayList<>();
        if (select.orderBy() != null) {
            for (OrderBy.Item item : select.orderBy().items()) {
                Plan.SortKey key = orderKey(item);
                if (key != null) {
                    order.add(key);
                }
            }
        }
        return new GatherShape(merge(order, false, window), null, true, List.of());
    }

    private Plan.Merge merge(List<Plan.SortKey> order, boolean distinct, Window window) {
        int visible = list.hasHidden() ? list.visible() : Integer.MAX_VALUE;
        return new Plan.Merge(order, null, distinct, List.of(), window.limit(), window.offsetRows(), visible);
    }

    /** Rows of which equal ones must meet: ordered by all columns, those of ORDER BY first. */
    private GatherShape distinct(Window window) {
        Map<Integer, Boolean> ordinals = new LinkedHashMap<>();
        if (select.orderBy() != null) {
            for (OrderBy.Item item : select.orderBy().items()) {
                ordinals.putIfAbsent(selected(item), item.descending());
            }
        }
        for (int i = 0; i < list.visible(); i++) {
            ordinals.putIfAbsent(i, false);
        }
        List<Plan.SortKey> order = new ArrayList<>();
        List<String> orderBy = new ArrayList<>();
        ordinals.forEach((ordinal, descending) -> {
            Plan.SortKey key = outputKey(ordinal, descending);
            order.add(key);
            orderBy.add((key.column() + 1) + (descending ? " DESC" : ""));
        });
        String text = "ORDER BY " + String.join(", ", orderBy);
        return new GatherShape(merge(order, true, window), text, true, List.of());
    }

    private int selected(OrderBy.Item item) {
        int ordinal = finder.find(item.expression());
        if (ordinal < 0) {
            throw new NotPushable("DISTINCT is ordered by something that is not selected");
        }
        return ordinal;
    }

    /** The key of an ORDER BY item; null where it is a constant that orders nothing. */
    private Plan.@Nullable SortKey orderKey(OrderBy.Item item) {
        int ordinal = finder.find(item.expression());
        if (ordinal >= 0) {
            return outputKey(ordinal, item.descending());
        }
        if (item.expression() instanceof Literal) {
            return null;
        }
        if (select.distinct()) {
            throw new NotPushable("DISTINCT is ordered by something that is not selected");
        }
        return list.hiddenKey(Piece.of(item.expression()), kinds.of(item.expression(), block), item.descending());
    }

    private Plan.SortKey outputKey(int ordinal, boolean descending) {
        Outputs.Output output = list.outputs().get(ordinal);
        return list.key(ordinal, OutputFinder.piece(output), kinds.of(output, block), descending);
    }
}
