package drds.session;

import drds.planner.Plan;
import java.util.ArrayList;
import java.util.List;

/** A plan as EXPLAIN shows it: what is done, why, and the SQL for each place. */
final class PlanLines {
    private static final int FRAGMENTS_SHOWN = 64;

    private final List<String> lines = new ArrayList<>();

    private PlanLines() {}

    static List<String> of(Plan plan) {
        PlanLines text = new PlanLines();
        text.add(plan, "");
        return text.lines;
    }

    private void add(Plan plan, String indent) {
        String inner = indent + "  ";
        switch (plan) {
            case Plan.Route route -> {
                head(indent, "Route to " + route.group(), plan);
                lines.add(inner + oneLine(route.sql()));
            }
            case Plan.Gather gather -> {
                head(indent, "Gather from " + gather.queries().size() + " places, merge: " + merge(gather.merge()), plan);
                fragments(gather.queries(), inner);
            }
            case Plan.Residual residual -> {
                head(indent, "Residual: tables are copied, the statement runs on the copies", plan);
                for (Plan.Input input : residual.inputs()) {
                    lines.add(inner + "copy " + input.database() + "." + input.table().name() + " from "
                            + input.sources().size() + " places");
                }
                lines.add(inner + oneLine(residual.sql()));
            }
            case Plan.Spread spread -> {
                String kind = spread.broadcast() ? "Broadcast to " : "Spread to ";
                head(indent, kind + spread.statements().size() + " places", plan);
                fragments(spread.statements(), inner);
            }
            case Plan.InsertRows insert ->
                head(indent, "InsertRows: " + insert.rows().size() + " rows into " + insert.database() + "."
                        + insert.table().name(), plan);
            case Plan.InsertSelect insert -> {
                head(indent, "InsertSelect into " + insert.insert().database() + "."
                        + insert.insert().table().name(), plan);
                add(insert.source(), inner);
            }
            case Plan.ReadThenWrite write -> {
                head(indent, "ReadThenWrite", plan);
                for (Plan.Target target : write.targets()) {
                    lines.add(inner + "write " + target.database() + "." + target.table().name() + " by "
                            + String.join(", ", target.keyColumns()));
                }
                add(write.select(), inner);
            }
        }
    }

    private void head(String indent, String what, Plan plan) {
        lines.add(indent + what + (plan.reason().isEmpty() ? "" : "  -- " + plan.reason()));
    }

    private void fragments(List<Plan.Fragment> fragments, String indent) {
        fragments.stream()
                .limit(FRAGMENTS_SHOWN)
                .forEach(fragment -> lines.add(indent + fragment.group()
                        + (fragment.partition() < 0 ? "" : " partition " + fragment.partition()) + ": "
                        + oneLine(fragment.sql())));
        if (fragments.size() > FRAGMENTS_SHOWN) {
            lines.add(indent + "... and " + (fragments.size() - FRAGMENTS_SHOWN) + " more");
        }
    }

    private static String merge(Plan.Merge merge) {
        List<String> steps = new ArrayList<>();
        if (!merge.order().isEmpty()) {
            steps.add("ordered");
        }
        if (merge.aggregation() != null) {
            steps.add("aggregates");
        }
        if (merge.distinct()) {
            steps.add("distinct");
        }
        if (!merge.sort().isEmpty()) {
            steps.add("sort");
        }
        if (merge.limit() != null) {
            steps.add("limit " + merge.limit() + " offset " + merge.offset());
        }
        return steps.isEmpty() ? "concatenation" : String.join(", ", steps);
    }

    private static String oneLine(String sql) {
        return sql.strip().replaceAll("\\s+", " ");
    }
}
