package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.parser.Expression;
import drds.parser.Node;
import drds.parser.Span;
import java.util.ArrayList;
import java.util.List;

/** The subqueries in a condition that are numbers found ahead: the same wherever the condition is asked. */
record AheadValues(List<Span> spans) {
    static final AheadValues NONE = new AheadValues(List.of());

    /** All of them, or none where the condition has a subquery of another kind, or something that is no plain value. */
    static AheadValues in(Expression condition, Analysis analysis) {
        if (!Traits.of(condition).subquery()) {
            return NONE;
        }
        List<Span> spans = new ArrayList<>();
        boolean[] plain = {true};
        condition.walk(node -> {
            switch (node) {
                case Expression.InSubquery in -> plain[0] = false;
                case Expression.Exists exists -> plain[0] = false;
                case Expression.Quantified quantified -> plain[0] = false;
                case Expression.Subquery subquery -> {
                    plain[0] &= isAhead(subquery, analysis);
                    spans.add(subquery.span());
                }
                default -> {}
            }
        });
        return plain[0] ? new AheadValues(spans) : NONE;
    }

    /** Such a table stands alone in its subquery, which names nothing around it, and gives one row. */
    private static boolean isAhead(Expression.Subquery subquery, Analysis analysis) {
        List<TableUse> inside = analysis.tables().stream()
                .filter(use -> subquery.span().covers(use.name().span()))
                .toList();
        return inside.size() == 1
                && Shipping.SCHEMA.equals(inside.getFirst().database())
                && AheadTables.isOneRow(inside.getFirst().definition());
    }

    boolean any() {
        return !spans.isEmpty();
    }

    boolean covers(Node node) {
        return spans.stream().anyMatch(span -> span.covers(node.span()));
    }
}
