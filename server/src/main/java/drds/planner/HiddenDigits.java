package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.TableUse;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.FunctionCall;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.Select;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The columns of a query whose exact numbers may have more digits inside the server than it shows: quotients and averages. An INSERT
 * ... SELECT on one server stores those digits where the column has room for them.
 */
final class HiddenDigits {
    private HiddenDigits() {}

    /** @param columns how many the query has */
    static BitSet of(Query query, Analysis analysis, int columns) {
        BitSet found = new BitSet();
        boolean everywhere = analysis.tables().stream().anyMatch(HiddenDigits::viewHas);
        if (query instanceof Select select && !everywhere) {
            List<Select.Item> items = select.items();
            boolean plain = items.stream().allMatch(Select.ExpressionItem.class::isInstance);
            for (int i = 0; i < items.size() && plain; i++) {
                found.set(i, has(items.get(i)));
            }
            boolean[] elsewhere = new boolean[1];
            select.forEachChild(child -> elsewhere[0] |= (!plain || !(child instanceof Select.Item)) && has(child));
            everywhere = elsewhere[0];
        } else {
            everywhere |= has(query);
        }
        if (everywhere) {
            found.set(0, columns);
        }
        return found;
    }

    private static boolean has(Node top) {
        boolean[] found = new boolean[1];
        top.walk(node ->
                found[0] |= node instanceof Expression.Binary binary && binary.operator() == BinaryOperator.DIVIDE
                        || node instanceof FunctionCall call && call.is("AVG"));
        return found[0];
    }

    private static boolean viewHas(TableUse use) {
        if (use.view() == null) {
            return false;
        }
        String query = use.view().query().toLowerCase(Locale.ROOT);
        return query.indexOf('/') >= 0 || query.contains("avg");
    }
}
