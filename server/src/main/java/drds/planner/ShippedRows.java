package drds.planner;

import drds.analyzer.Column;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.planner.RowConditions.Part;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of each shipped place can matter, as conditions for the instances that have them: beside the place's own, that a row
 * finds its partner in what is there by then: a broadcast table, the partition of the same number, an earlier shipment.
 */
final class ShippedRows {
    private static final int DEEPEST = 3;
    private static final double USEFUL = 0.9;
    private static final double ROWS_UNKNOWN = 10_000;

    private final RowConditions conditions;
    private final TableSizes sizes;
    private final Shipping shipping;
    private final List<TableUse> order;
    private final Map<TableUse, List<Reducer>> reducers = new IdentityHashMap<>();

    /** @param order the shipped places in the order in which they are sent */
    ShippedRows(RowConditions conditions, TableSizes sizes, Shipping shipping, List<TableUse> order) {
        this.conditions = conditions;
        this.sizes = sizes;
        this.shipping = shipping;
        this.order = order;
    }

    /** A row matters only if {@code by} has one whose {@code others} equal its {@code own}. */
    private record Reducer(TableUse by, List<Column> own, List<Column> others) {}

    /** About how many rows a table has. */
    static double size(TableUse use, TableSizes sizes) {
        long rows = sizes.rows(String.valueOf(use.database()), use.definition());
        return rows < 0 ? ROWS_UNKNOWN : Math.max(1, rows);
    }

    /** About how many rows matter by the place's own conditions. */
    static double own(TableUse use, RowConditions conditions, TableSizes sizes) {
        return Math.max(1, size(use, sizes) * ownShare(use, conditions));
    }

    private static double ownShare(TableUse use, RowConditions conditions) {
        return conditions.of(use).stream().mapToDouble(Part::share).reduce(1, (a, b) -> a * b);
    }

    /** About how many rows of the place are sent. */
    double rows(TableUse use) {
        return Math.max(1, size(use, sizes) * share(use, List.of(use)));
    }

    /**
     * The keys sent before of which each has to be found once.
     *
     * @param columns those that are sent of the place; equal values of them are the same in everything
     * @return null if the place's rows are not found by exactly these columns among what was sent
     */
    @Nullable
    SoughtKeys sought(TableUse use, List<String> columns) {
        for (Reducer reducer : usable(use, List.of(use))) {
            TableUse by = reducer.by();
            if (!isDirect(reducer)
                    && by.place() == TableUse.Place.PARTITIONS
                    && share(by, List.of(use, by)) < USEFUL
                    && hasExactly(reducer, columns)) {
                return new SoughtKeys(by, shipping.table(by), names(reducer.own()), names(reducer.others()));
            }
        }
        return null;
    }

    private static boolean hasExactly(Reducer reducer, List<String> columns) {
        List<String> own = reducer.own().stream().map(Column::name).toList();
        if (own.size() != columns.size() || !Set.copyOf(own).equals(Set.copyOf(columns))) {
            return false;
        }
        for (int i = 0; i < own.size(); i++) {
            Table.Column mine = reducer.own().get(i).definition();
            Table.Column other = reducer.others().get(i).definition();
            if (mine == null || other == null || !mine.type().equals(other.type())) {
                return false;
            }
        }
        return true;
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(c -> Sql.quote(c.name())).toList();
    }

    /** Whether one place's rows are all among those that are sent for another. */
    boolean covers(TableUse other, TableUse use, int partition, String group) {
        return Set.copyOf(parts(use, partition, group, List.of(use), null))
                .containsAll(parts(other, partition, group, List.of(other), null));
    }

    /** As {@link #where}, without what is sought. */
    @Nullable
    String whereBeside(SoughtKeys sought, TableUse use, int partition, String group) {
        List<String> parts = parts(use, partition, group, List.of(use), sought.by());
        return parts.isEmpty() ? null : String.join(" AND ", parts);
    }

    /** @param path the places on the way to this one, itself the last: each asks the next for partners once */
    private double share(TableUse use, List<TableUse> path) {
        double share = ownShare(use, conditions);
        for (Reducer reducer : usable(use, path)) {
            share *= Math.min(1, share(reducer.by(), with(path, reducer.by())));
        }
        return share;
    }

    private List<Reducer> usable(TableUse use, List<TableUse> path) {
        if (path.size() > DEEPEST) {
            return List.of();
        }
        return reducers(use).stream()
                .filter(r -> path.stream().noneMatch(place -> place == r.by()) && isAvailable(r, path.get(0)))
                .toList();
    }

    private static List<TableUse> with(List<TableUse> path, TableUse use) {
        List<TableUse> longer = new ArrayList<>(path);
        longer.add(use);
        return longer;
    }

    /** The columns by which others find the place's rows, one list for each of them. */
    List<List<String>> keys(TableUse use) {
        Set<List<String>> keys = new LinkedHashSet<>();
        for (Reducer reducer : reducers(use)) {
            keys.add(reducer.own().stream().map(Column::name).toList());
        }
        conditions.equals().linked(use).forEach(column -> keys.add(List.of(column.name())));
        return keys.stream()
                .filter(key -> keys.stream()
                        .noneMatch(longer -> longer.size() > key.size()
                                && longer.subList(0, key.size()).equals(key)))
                .toList();
    }

    /** The condition on the rows of one partition (-1 for a single table); null for all rows. */
    @Nullable
    String where(TableUse use, int partition, String group) {
        List<String> parts = parts(use, partition, group, List.of(use), null);
        return parts.isEmpty() ? null : String.join(" AND ", parts);
    }

    /** @param but a place that needs not be asked for partners */
    private List<String> parts(TableUse use, int partition, String group, List<TableUse> path, @Nullable TableUse but) {
        List<String> parts =
                new ArrayList<>(conditions.of(use).stream().map(Part::text).toList());
        for (Reducer reducer : usable(use, path)) {
            List<TableUse> longer = with(path, reducer.by());
            if (reducer.by() != but && share(reducer.by(), longer) < USEFUL) {
                parts.add(in(reducer, partition, group, longer));
            }
        }
        return parts;
    }

    private String in(Reducer reducer, int partition, String group, List<TableUse> path) {
        TableUse by = reducer.by();
        String own = columns(reducer.own());
        String select = "SELECT "
                + reducer.others().stream().map(c -> Sql.quote(c.name())).collect(Collectors.joining(", ")) + " FROM ";
        String condition = "";
        if (isDirect(reducer) || shipping.isThere(by, group)) {
            select += by.isSharded()
                    ? Sql.table(by.definition().partitions().get(partition))
                    : Sql.table(String.valueOf(by.database()), by.definition().name());
            List<String> parts = parts(by, partition, group, path, null);
            condition = parts.isEmpty() ? "" : " WHERE " + String.join(" AND ", parts);
        } else {
            select += shipping.table(by);
        }
        return own + " IN (" + select + condition + ")";
    }

    private static String columns(List<Column> columns) {
        String names = columns.stream().map(c -> Sql.quote(c.name())).collect(Collectors.joining(", "));
        return columns.size() == 1 ? names : "(" + names + ")";
    }

    /** Whether sending the keys of one place leaves out rows of another that is sent. */
    boolean reduces(TableUse by, TableUse sent) {
        return reducers(sent).stream().anyMatch(r -> r.by() == by && !isDirect(r));
    }

    /** The columns of a place that stays by which the rows of those that are sent are found. */
    List<String> linked(TableUse use) {
        return order.stream()
                .flatMap(sent -> reducers(sent).stream())
                .filter(r -> r.by() == use && !isDirect(r))
                .flatMap(r -> r.others().stream())
                .map(Column::name)
                .distinct()
                .toList();
    }

    // ---- what is there ----

    /** Whether the reducer's rows are where those of a place are, when that one is sent. */
    private boolean isAvailable(Reducer reducer, TableUse sent) {
        return isDirect(reducer) || isEarlier(reducer.by(), sent);
    }

    /** Whether the table itself is where the rows are. */
    private boolean isDirect(Reducer reducer) {
        TableUse by = reducer.by();
        TableUse use = (TableUse) reducer.own().get(0).source();
        return switch (by.place()) {
            case EVERYWHERE -> true;
            case HOME -> use.place() == TableUse.Place.HOME;
            case PARTITIONS -> use.isSharded() && isColocated(reducer, use);
            case SYSTEM -> false;
        };
    }

    private boolean isEarlier(TableUse by, TableUse use) {
        int at = position(by);
        return at >= 0 && (position(use) < 0 || at < position(use));
    }

    private int position(TableUse use) {
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i) == use) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isColocated(Reducer reducer, TableUse use) {
        Anchor own = anchor(use);
        Anchor other = anchor(reducer.by());
        if (own == null || other == null || !own.sameDistribution(other)) {
            return false;
        }
        for (int i = 0; i < own.columns().size(); i++) {
            int at = reducer.own().indexOf(own.column(i));
            if (at < 0 || !reducer.others().get(at).equals(other.column(i))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Anchor anchor(TableUse use) {
        Rule rule = use.definition().rule();
        return rule == null ? null : new Anchor(use, use.definition(), rule.columns(), false);
    }

    private List<Reducer> reducers(TableUse use) {
        return reducers.computeIfAbsent(use, this::find);
    }

    private List<Reducer> find(TableUse use) {
        Map<TableUse, Reducer> found = new IdentityHashMap<>();
        List<Reducer> inOrder = new ArrayList<>();
        for (Column own : conditions.equals().linked(use)) {
            for (Column other : conditions.equals().of(own)) {
                if (other.source() instanceof TableUse by && by != use && by.table() != null) {
                    Reducer reducer = found.get(by);
                    if (reducer == null) {
                        reducer = new Reducer(by, new ArrayList<>(), new ArrayList<>());
                        found.put(by, reducer);
                        inOrder.add(reducer);
                    }
                    if (!reducer.own().contains(own)) {
                        reducer.own().add(own);
                        reducer.others().add(other);
                    }
                }
            }
        }
        return inOrder;
    }
}
