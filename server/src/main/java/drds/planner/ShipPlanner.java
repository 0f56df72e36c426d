package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Query;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans a SELECT whose tables don't meet in one partition: some stay where they are, the rows of the others that can matter are
 * sent to each Group, and then each partition answers. What stays is chosen so that little is sent.
 */
final class ShipPlanner {
    private static final int PLACES_LIMIT = 16;

    /** Shipping leaves the big work where the data is, and all instances work. */
    private static final double WORTH_MORE_THAN_COPIES = 1.5;

    /** What a row costs that comes through DRDS, where one that is copied on its own instance costs one. */
    private static final double SENT = 3;

    private static final double HALF = 0.5;

    /** What each statement costs that a partition has to answer, in values of rows. */
    private static final double FRAGMENT = 300;

    /** With so few rows it is not worth while to ask all partitions what can be asked in one place. */
    private static final double FEW_ROWS = 5_000;

    /** Beyond so many they are not few, whatever was guessed. */
    private static final long NOT_FEW = 20_000;

    private final StatementPlanner planner;
    private final Analysis analysis;
    private final KeyConstraints constraints;
    private final RowConditions conditions;
    private final TableSizes sizes;
    private final ResidualPlanner residual;
    /** What the plan costs that was made; none if there is no such plan. */
    private double made = Double.MAX_VALUE;

    ShipPlanner(StatementPlanner planner, Analysis analysis, KeyConstraints constraints) {
        this.planner = planner;
        this.analysis = analysis;
        this.constraints = constraints;
        this.sizes = planner.context().sizes();
        this.conditions = new RowConditions(analysis, planner.reader(), sizes);
        this.residual = new ResidualPlanner(analysis, constraints, conditions);
    }

    /** What could be sent while the rest stays, in the order of sending. */
    private record Option(List<TableUse> order, ShippedRows rows, Shipping shipping, double cost) {}

    /**
     * @param instead the plan that copies everything together
     * @throws NotPushable if nothing can stay, or copying together costs less
     */
    Plan.Ship plan(Plan.Residual instead, boolean locks) {
        Block top = analysis.statement() instanceof Query query ? analysis.block(query) : null;
        if (top == null || locks) {
            throw new NotPushable("rows are locked, or there are several SELECTs");
        }
        List<TableUse> places = places();
        NotPushable last = new NotPushable("no table can stay where it is for less than copying all");
        for (Option option : options(top, places)) {
            try {
                Plan.Ship ship = ship(option, instead);
                made = cost(option, ship.shipments(), ship.gather());
                return ship;
            } catch (NotPushable other) {
                last = other;
            }
        }
        throw last;
    }

    /**
     * All rows that can matter, if they are few, are sent home, where the statement itself runs.
     *
     * @param beyond the plan where they are not few
     * @return that one if it costs less
     */
    Plan atHome(Plan.Residual instead, Plan beyond, boolean locks) {
        Traits traits = analysis.traits();
        boolean plain = analysis.statement() instanceof Query query
                && query.into() == null
                && !(query instanceof Select select
                        && (select.into() != null || select.options().contains(Select.Option.SQL_CALC_FOUND_ROWS)));
        boolean guessed = analysis.shardedTables().stream()
                .anyMatch(use -> sizes.rows(String.valueOf(use.database()), use.definition()) < 0);
        boolean asIs = locks || traits.impure() || traits.assignment() || traits.systemVariable();
        if (!plain || guessed || asIs || OrderDependence.ofDigits(analysis.statement())) {
            return beyond;
        }
        try {
            return atHome(instead, beyond);
        } catch (NotPushable no) {
            return beyond;
        }
    }

    private Plan atHome(Plan.Residual instead, Plan beyond) {
        List<TableUse> order = new ArrayList<>(places());
        Collections.reverse(order);
        Shipping shipping = Shipping.of(order, List.of(), planner.home());
        ShippedRows rows = new ShippedRows(conditions, sizes, shipping, order);
        for (TableUse use : order) {
            TableUse other = covering(rows, shipping, use, order);
            shipping = other == null ? shipping : shipping.sharing(use, other);
        }
        Shipping all = shipping;
        ShippedRows reduced = new ShippedRows(conditions, sizes, all, order);
        List<TableUse> sent = order.stream()
                .filter(use -> use.isSharded() && !isShared(use, order, all))
                .toList();
        double few = sent.stream().mapToDouble(use -> rows(reduced, use, false)).sum();
        if (few > FEW_ROWS) {
            return beyond;
        }
        String sql = PhysicalText.edits(analysis, all.replacements(planner.home()))
                .render(analysis.statement().span());
        String database = planner.context().currentDatabase();
        Plan.Gather gather = new Plan.Gather(
                List.of(new Plan.Fragment(planner.home(), -1, sql)),
                analysis.source(),
                Plan.Merge.CONCATENATE,
                false,
                analysis.traits().clock(),
                null,
                new Plan.Names(database == null ? "" : database, all.renamings()),
                "few rows can matter");
        Option option = new Option(order, reduced, all, 0);
        List<Plan.Shipment> shipments = shipments(option, gather);
        return cost(option, shipments, gather) > made
                ? beyond
                : new Plan.Ship(shipments, gather, instead, new Plan.Beyond(NOT_FEW, beyond), instead.reason());
    }

    /** What a whole plan costs: the values of rows that are sent, and the statements. */
    private double cost(Option option, List<Plan.Shipment> shipments, Plan.Gather gather) {
        int groups = planner.context().catalog().groups().size();
        double cost = FRAGMENT * gather.queries().size();
        for (Plan.Shipment shipment : shipments) {
            TableUse use = option.order().stream()
                    .filter(place -> option.shipping().table(place).equals(shipment.name()))
                    .findFirst()
                    .orElseThrow();
            double all = rows(option.rows(), use, !option.shipping().places().contains(use))
                    * (2.0 + shipment.input().columns().size());
            double to = shipment.targets().size();
            cost += all * (to / groups + SENT * to * (groups - 1) / groups)
                    + FRAGMENT * shipment.input().sources().size();
        }
        return cost;
    }

    /** An earlier place of the same table whose rows include this one's; null if there is none. */
    private @Nullable TableUse covering(ShippedRows rows, Shipping shipping, TableUse use, List<TableUse> order) {
        for (TableUse other : order.subList(0, order.indexOf(use))) {
            if (use.isSharded()
                    && other.definition().equals(use.definition())
                    && String.valueOf(other.database()).equals(String.valueOf(use.database()))
                    && !isShared(other, order, shipping)
                    && !isAskedForPartners(other)
                    && residual.columns(other).containsAll(residual.columns(use))
                    && constraints.partitions(other).stream()
                            .boxed()
                            .toList()
                            .containsAll(
                                    constraints.partitions(use).stream().boxed().toList())
                    && constraints.partitions(use).stream()
                            .mapToObj(use.definition().partitions()::get)
                            .allMatch(p -> rows.covers(other, use, p.index(), p.group()))) {
                return other;
            }
        }
        return null;
    }

    /** Whether a place before has the same table. */
    private static boolean isShared(TableUse use, List<TableUse> order, Shipping shipping) {
        for (TableUse other : order) {
            if (other == use) {
                return false;
            }
            if (shipping.shares(use, other)) {
                return true;
            }
        }
        return false;
    }

    /** The places that may be sent, big ones first. */
    private List<TableUse> places() {
        List<TableUse> places = new ArrayList<>();
        for (TableUse use : analysis.tables()) {
            if (use.place() == TableUse.Place.SYSTEM || use.table() == null || use.block() == null) {
                throw new NotPushable("a table that can't be sent");
            }
            if (use.place() != TableUse.Place.EVERYWHERE) {
                places.add(use);
            }
        }
        if (places.size() > PLACES_LIMIT) {
            throw new NotPushable("many tables");
        }
        places.sort(Comparator.comparingDouble(this::size).reversed());
        return places;
    }

    private double size(TableUse use) {
        return ShippedRows.own(use, conditions, sizes);
    }

    /** The cheapest first. */
    private List<Option> options(Block top, List<TableUse> places) {
        List<Option> options = new ArrayList<>();
        double copying = places.stream()
                .filter(TableUse::isSharded)
                .mapToDouble(use -> size(use) * width(use) * SENT)
                .sum();
        Set<Set<TableUse>> tried = new LinkedHashSet<>();
        for (TableUse seed : places) {
            Set<TableUse> staying = seed.isSharded() ? staying(top, seed, places) : Set.of();
            if (!staying.isEmpty() && tried.add(staying)) {
                Option option = option(staying, List.of(), places);
                options.add(option);
                List<TableUse> keys = reducing(staying, option);
                if (!keys.isEmpty()) {
                    options.add(option(staying, keys, places));
                }
            }
        }
        options.removeIf(option -> option.cost() > WORTH_MORE_THAN_COPIES * copying);
        options.sort(Comparator.comparingDouble(Option::cost));
        return options;
    }

    /** The tables that can stay together with one, as many as possible; none if that one can't. */
    private Set<TableUse> staying(Block top, TableUse seed, List<TableUse> places) {
        Set<TableUse> staying = Collections.newSetFromMap(new IdentityHashMap<>());
        staying.add(seed);
        if (!meets(top, staying, places)) {
            return Set.of();
        }
        for (TableUse use : places) {
            if (use.isSharded() && staying.add(use) && !meets(top, staying, places)) {
                staying.remove(use);
            }
        }
        return staying;
    }

    private boolean meets(Block top, Set<TableUse> staying, List<TableUse> places) {
        try {
            Colocation.of(analysis, top, planner, others(staying, places));
            return true;
        } catch (NotPushable apart) {
            return false;
        }
    }

    private static Set<TableUse> others(Set<TableUse> staying, List<TableUse> places) {
        Set<TableUse> others = Collections.newSetFromMap(new IdentityHashMap<>());
        others.addAll(places);
        others.removeAll(staying);
        return others;
    }

    /** The tables that stay, of which only a part matters, and whose keys tell which rows of the others do. */
    private List<TableUse> reducing(Set<TableUse> staying, Option option) {
        return staying.stream()
                .filter(use -> size(use) < HALF * ShippedRows.size(use, sizes))
                .filter(use ->
                        option.order().stream().anyMatch(sent -> option.rows().reduces(use, sent)))
                .toList();
    }

    /** @param keys those of the staying ones whose keys are sent too */
    private Option option(Set<TableUse> staying, List<TableUse> keys, List<TableUse> places) {
        List<TableUse> order = new ArrayList<>(places.stream()
                .filter(p -> !staying.contains(p) || keys.contains(p))
                .toList());
        Collections.reverse(order);
        Shipping shipping = Shipping.of(order, keys, planner.home());
        ShippedRows rows = new ShippedRows(conditions, sizes, shipping, order);
        int groups = planner.context().catalog().groups().size();
        double cost = order.stream()
                .mapToDouble(use -> rows(rows, use, keys.contains(use))
                        * (keys.contains(use) ? 2.0 + rows.linked(use).size() : width(use))
                        * (1 + SENT * (groups - 1)))
                .sum();
        return new Option(order, rows, shipping, cost);
    }

    /** About how many rows are sent: of keys that are sought not more than there are. */
    private double rows(ShippedRows rows, TableUse use, boolean keys) {
        SoughtKeys sought = !keys && mayBeDistinct(use, residual.columns(use), false)
                ? rows.sought(use, residual.columns(use))
                : null;
        return sought == null ? rows.rows(use) : Math.min(rows.rows(use), rows.rows(sought.by()));
    }

    private double width(TableUse use) {
        return 2.0 + residual.columns(use).size();
    }

    // ---- the plan ----

    private Plan.Ship ship(Option option, Plan.Residual instead) {
        if (!(GatherPlanner.plan(planner, analysis, constraints, option.shipping(), false)
                instanceof Plan.Gather gather)) {
            throw new NotPushable("no partition is asked");
        }
        return new Plan.Ship(shipments(option, gather), gather, instead, instead.reason());
    }

    private List<Plan.Shipment> shipments(Option option, Plan.Gather gather) {
        Set<String> groups = new LinkedHashSet<>();
        gather.queries().forEach(fragment -> groups.add(fragment.group()));
        List<Plan.Shipment> shipments = new ArrayList<>();
        // From the last to the first: an earlier one must also be where later ones are read with it.
        for (int i = option.order().size() - 1; i >= 0; i--) {
            TableUse use = option.order().get(i);
            if (isShared(use, option.order(), option.shipping())) {
                continue;
            }
            Plan.Shipment shipment = shipment(option, use, groups, shipments);
            if (!shipment.targets().isEmpty()) {
                shipments.addFirst(shipment);
            }
        }
        return shipments;
    }

    /** The keys by which the place's rows are found, and those of the places that read the same table. */
    private static List<List<String>> keys(Option option, TableUse use) {
        Set<List<String>> keys = new LinkedHashSet<>(option.rows().keys(use));
        option.order().stream()
                .filter(other -> option.shipping().shares(other, use))
                .forEach(other -> keys.addAll(option.rows().keys(other)));
        return List.copyOf(keys);
    }

    private Plan.Shipment shipment(Option option, TableUse use, Set<String> groups, List<Plan.Shipment> later) {
        String name = option.shipping().table(use);
        boolean keys = !option.shipping().places().contains(use);
        Set<String> targets = new LinkedHashSet<>(keys ? Set.of() : groups);
        for (Plan.Shipment other : later) {
            other.input().sources().stream()
                    .filter(source -> reads(source, name))
                    .forEach(source -> targets.add(source.group()));
        }
        targets.removeIf(group -> option.shipping().isThere(use, group));
        List<String> columns = keys ? option.rows().linked(use) : residual.columns(use);
        Plan.Shipment.Rows kind = kind(option, use, columns, keys);
        SoughtKeys sought = kind == Plan.Shipment.Rows.SOUGHT ? option.rows().sought(use, columns) : null;
        Plan.Input input = new Plan.Input(
                String.valueOf(use.database()), use.definition(), columns, sources(option.rows(), use, sought));
        return new Plan.Shipment(input, name, keys(option, use), List.copyOf(targets), kind);
    }

    private static boolean reads(Plan.Input.Source source, String table) {
        String where = source.where();
        return source.from().contains(table) || where != null && where.contains(table);
    }

    private Plan.Shipment.Rows kind(Option option, TableUse use, List<String> columns, boolean keys) {
        if (!mayBeDistinct(use, columns, keys)) {
            return Plan.Shipment.Rows.ALL;
        }
        return option.rows().sought(use, columns) == null ? Plan.Shipment.Rows.DISTINCT : Plan.Shipment.Rows.SOUGHT;
    }

    private boolean mayBeDistinct(TableUse use, List<String> columns, boolean keys) {
        return (keys || isAskedForPartners(use)) && isExact(use.definition(), columns);
    }

    /** Whether equal values are the same in everything, so that one stands for all. */
    private static boolean isExact(Table table, List<String> columns) {
        return columns.stream().allMatch(name -> RowConditions.isExact(table.column(name)));
    }

    /** Whether the place's rows are looked for in EXISTS, IN and the like alone: how many equal ones there are doesn't matter. */
    private boolean isAskedForPartners(TableUse use) {
        Block block = use.block();
        Select select = block == null ? null : block.select();
        if (block == null
                || select == null
                || block.role() != Block.Role.SUBQUERY
                || select.groupBy() != null
                || select.having() != null
                || select.limit() != null
                || select.windows() != null
                || !analysis.traits().steady()
                || select.items().stream()
                        .anyMatch(item ->
                                Traits.of(item).aggregate() || Traits.of(item).window())) {
            return false;
        }
        boolean[] found = new boolean[1];
        analysis.statement()
                .walk(node -> found[0] |= switch (node) {
                    case Expression.Exists exists ->
                        analysis.block(exists.subquery().query()) == block;
                    case Expression.InSubquery in ->
                        analysis.block(in.subquery().query()) == block;
                    case Expression.Quantified quantified ->
                        analysis.block(quantified.subquery().query()) == block;
                    default -> false;
                });
        return found[0];
    }

    private List<Plan.Input.Source> sources(ShippedRows rows, TableUse use, @Nullable SoughtKeys sought) {
        Table table = use.definition();
        if (!use.isSharded()) {
            String from = Sql.table(String.valueOf(use.database()), table.name());
            return List.of(source(rows, use, sought, planner.home(), -1, from));
        }
        return constraints.partitions(use).stream()
                .mapToObj(table.partitions()::get)
                .map(p -> source(rows, use, sought, p.group(), p.index(), Sql.table(p)))
                .toList();
    }

    private static Plan.Input.Source source(
            ShippedRows rows, TableUse use, @Nullable SoughtKeys sought, String group, int partition, String from) {
        return sought == null
                ? new Plan.Input.Source(group, partition, from, rows.where(use, partition, group))
                : sought.source(group, partition, from, rows.whereBeside(sought, use, partition, group));
    }
}
