package drds.planner;

import drds.catalog.Table;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A plan for people to read: what EXPLAIN shows. */
public final class PlanText {
    /**
     * One row.
     *
     * @param step what is done, indented below the step that uses it
     * @param place Groups and the numbers of their partitions, empty where DRDS itself does it
     * @param sql what goes there (of several alike the first), or what DRDS does
     */
    public record Line(String step, String place, String sql) {}

    private final List<Line> lines = new ArrayList<>();

    private PlanText() {}

    public static List<Line> of(Plan plan) {
        PlanText text = new PlanText();
        text.plan(plan, 0);
        return text.lines;
    }

    private void plan(Plan plan, int depth) {
        switch (plan) {
            case Plan.Route route -> add(depth, route.write() ? "route (write)" : "route", route.group(), route.sql());
            case Plan.Gather gather -> gather(gather, depth);
            case Plan.IndexLookup lookup -> {
                add(
                        depth,
                        lookup.locks() ? "index lookup (locks)" : "index lookup",
                        lookup.index().name() + " "
                                + lookup.places().stream().map(String::valueOf).collect(Collectors.joining(",")),
                        lookup.where());
                BitSet one = new BitSet();
                one.set(0);
                add(depth + 1, "then, where the rows lie", "", "for example:");
                plan(lookup.then().plan(one), depth + 1);
            }
            case Plan.Ship ship -> ship(ship, depth);
            case Plan.Ahead ahead -> {
                Plan.FirstRows first = ahead.first();
                add(
                        depth,
                        "ahead",
                        String.join(" ", ahead.groups()),
                        first == null
                                ? ""
                                : "of the first " + first.taken() + " rows; if they give less than " + first.wanted()
                                        + ", of all: " + kind(ahead.fallback()));
                for (Plan.Stage stage : ahead.stages()) {
                    add(depth + 1, "as " + stage.name(), "", stage.query());
                    plan(stage.source(), depth + 2);
                }
                plan(ahead.then(), depth + 1);
            }
            case Plan.Staged staged -> {
                add(depth, "staged", "", staged.sql());
                add(depth + 1, "as " + staged.stage().name(), "", staged.stage().query());
                plan(staged.stage().source(), depth + 2);
            }
            case Plan.Residual residual -> residual(residual, depth);
            case Plan.Spread spread ->
                fragments(depth, spread.broadcast() ? "every copy" : "spread", spread.statements());
            case Plan.InsertRows insert -> insert(insert, depth);
            case Plan.InsertSelect insert -> {
                insert(insert.insert(), depth);
                plan(insert.source(), depth + 1);
                if (insert.wholly() != null) {
                    add(depth, "where digits are hidden", "", "");
                    plan(insert.wholly(), depth + 1);
                }
            }
            case Plan.Rehearsal change -> rehearsal(change, depth);
        }
        add(depth, "reason", "", plan.reason());
    }

    private static String kind(Plan plan) {
        return plan.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private void gather(Plan.Gather gather, int depth) {
        add(depth, gather.locks() ? "gather (locks)" : "gather", "", merge(gather.merge()));
        fragments(depth + 1, "fragment", gather.queries());
        if (gather.clock()) {
            add(depth + 1, "clock", "", "one moment for all fragments");
        }
    }

    private static String merge(Plan.Merge merge) {
        List<String> steps = new ArrayList<>();
        if (!merge.order().isEmpty()) {
            steps.add("merge by " + keys(merge.order()));
        }
        if (merge.aggregation() != null) {
            steps.add("combine "
                    + merge.aggregation().outputs().stream()
                            .map(PlanText::output)
                            .collect(Collectors.joining(", ")));
        }
        if (merge.distinct()) {
            steps.add("distinct");
        }
        if (!merge.sort().isEmpty()) {
            steps.add("sort by " + keys(merge.sort()));
        }
        if (merge.limit() != null || merge.offset() > 0) {
            steps.add("limit " + merge.limit() + " offset " + merge.offset());
        }
        if (merge.visibleColumns() != Integer.MAX_VALUE) {
            steps.add("keep " + merge.visibleColumns() + " columns");
        }
        return steps.isEmpty() ? "one after the other" : String.join("; ", steps);
    }

    private static String keys(List<Plan.SortKey> keys) {
        return keys.stream()
                .map(k -> k.column()
                        + (k.weightColumn() < 0 ? "" : " (weight " + k.weightColumn() + ")")
                        + (k.descending() ? " desc" : ""))
                .collect(Collectors.joining(", "));
    }

    private static String output(Plan.Aggregation.Output output) {
        return switch (output) {
            case Plan.Aggregation.Output.First(int column) -> "first(" + column + ")";
            case Plan.Aggregation.Output.Count(int column) -> "count(" + column + ")";
            case Plan.Aggregation.Output.Sum(int column) -> "sum(" + column + ")";
            case Plan.Aggregation.Output.Min(int column, int weight) -> "min(" + column + weight(weight) + ")";
            case Plan.Aggregation.Output.Max(int column, int weight) -> "max(" + column + weight(weight) + ")";
            case Plan.Aggregation.Output.Avg(int sum, int count) -> "avg(" + sum + "/" + count + ")";
            case Plan.Aggregation.Output.GroupConcat(int column, String separator) ->
                "group_concat(" + column + ", '" + separator + "')";
            case Plan.Aggregation.Output.BitAnd(int column) -> "bit_and(" + column + ")";
            case Plan.Aggregation.Output.BitOr(int column) -> "bit_or(" + column + ")";
            case Plan.Aggregation.Output.BitXor(int column) -> "bit_xor(" + column + ")";
        };
    }

    private static String weight(int column) {
        return column < 0 ? "" : " weight " + column;
    }

    private void rehearsal(Plan.Rehearsal change, int depth) {
        add(depth, change.onFaces() == null ? "rehearse" : "rehearse on the faces", "", change.sql());
        for (Plan.Input target : change.targets()) {
            input(target, "copy to change ", depth + 1);
        }
        for (Plan.Input input : change.inputs()) {
            input(input, "copy ", depth + 1);
        }
        for (Plan.HomeTable table : change.homeTables()) {
            add(depth + 1, "at home", "", table.table().name());
        }
        Plan.Candidates candidates = change.candidates();
        if (candidates != null) {
            add(
                    depth + 1,
                    "copy rows with the keys of",
                    "",
                    "(" + String.join(", ", candidates.columns()) + ") " + candidates.source());
        }
    }

    private void ship(Plan.Ship ship, int depth) {
        add(depth, "ship", "", ship.shipments().size() + " tables, then gather");
        for (Plan.Shipment shipment : ship.shipments()) {
            String keys = shipment.keys().stream()
                    .map(key -> "key (" + String.join(", ", key) + ")")
                    .collect(Collectors.joining(" "));
            add(depth + 1, "as " + shipment.name(), "to " + String.join(" ", shipment.targets()), keys);
            input(shipment.input(), copying(shipment.rows()), depth + 2);
        }
        gather(ship.gather(), depth + 1);
        Plan.Beyond beyond = ship.beyond();
        if (beyond != null) {
            add(depth + 1, "beyond " + beyond.rows() + " rows", "", name(beyond.plan()));
        }
    }

    private static String name(Plan plan) {
        return switch (plan) {
            case Plan.Ship ship -> "ship and gather";
            case Plan.Staged staged -> "staged";
            default -> "residual";
        };
    }

    private static String copying(Plan.Shipment.Rows rows) {
        return switch (rows) {
            case ALL -> "copy ";
            case DISTINCT -> "copy distinct ";
            case SOUGHT -> "look up keys in ";
        };
    }

    private void residual(Plan.Residual residual, int depth) {
        add(depth, residual.locks() ? "residual (locks)" : "residual", "", residual.sql());
        for (Plan.Input input : residual.inputs()) {
            input(input, "copy ", depth + 1);
        }
        for (Plan.HomeTable table : residual.homeTables()) {
            add(depth + 1, "at home", "", table.table().name());
        }
    }

    private void input(Plan.Input input, String what, int depth) {
        Table table = input.table();
        String columns = input.columns().stream().collect(Collectors.joining(", "));
        String where = input.sources().isEmpty() || input.sources().get(0).where() == null
                ? ""
                : " WHERE " + input.sources().get(0).where();
        String from = input.sources().isEmpty()
                ? " (no rows)"
                : " FROM " + input.sources().get(0).from();
        Map<String, List<String>> places = new LinkedHashMap<>();
        input.sources()
                .forEach(s -> places.computeIfAbsent(s.group(), g -> new ArrayList<>())
                        .add(s.partition() < 0 ? "" : String.valueOf(s.partition())));
        add(depth, what + table.name(), places(places), columns + from + where);
    }

    private void insert(Plan.InsertRows insert, int depth) {
        String rows = insert.rows().stream()
                .map(r -> "(" + String.join(", ", r.values()) + ")")
                .collect(Collectors.joining(", "));
        add(
                depth,
                "insert rows",
                insert.table().name(),
                insert.head() + "? (" + String.join(", ", insert.columns()) + ")"
                        + (rows.isEmpty() ? "" : " VALUES " + rows) + insert.tail());
    }

    private void fragments(int depth, String step, List<Plan.Fragment> fragments) {
        Map<String, List<String>> places = new LinkedHashMap<>();
        fragments.forEach(f -> places.computeIfAbsent(f.group(), g -> new ArrayList<>())
                .add(f.partition() < 0 ? "" : String.valueOf(f.partition())));
        add(
                depth,
                step,
                places(places),
                fragments.isEmpty() ? "" : fragments.get(0).sql());
    }

    private static String places(Map<String, List<String>> places) {
        return places.entrySet().stream()
                .map(e -> e.getValue().contains("")
                        ? e.getKey()
                        : e.getKey() + "[" + String.join(",", e.getValue()) + "]")
                .collect(Collectors.joining(" "));
    }

    private void add(int depth, String step, String place, String sql) {
        lines.add(new Line("  ".repeat(depth) + step, place, sql));
    }
}
