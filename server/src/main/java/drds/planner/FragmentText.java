package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.TableUse;
import drds.parser.Node;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.TextEdits;
import java.util.Map;

/** The text of one fragment of a Gather. */
final class FragmentText {
    private FragmentText() {}

    static String render(
            Analysis analysis,
            Select select,
            Map<TableUse, String> replacements,
            SelectList list,
            GatherShape shape,
            Window window) {
        String hidden = list.text(PhysicalText.pieces(analysis, replacements));
        TextEdits edits = PhysicalText.edits(analysis, replacements, shape.changes());
        if (!hidden.isEmpty()) {
            edits.insert(select.itemsSpan().end(), hidden);
        }
        String orderBy = shape.orderBy();
        if (orderBy != null && !orderBy.isEmpty() && select.orderBy() == null) {
            edits.insert(endBeforeOrder(select), " " + orderBy);
        }
        Span whole = analysis.statement().span();
        StringBuilder text = new StringBuilder();
        int position = whole.start();
        if (orderBy != null && select.orderBy() != null) {
            text.append(edits.render(new Span(position, select.orderBy().start())))
                    .append(orderBy);
            position = select.orderBy().end();
        }
        if (select.limit() != null) {
            String limit = shape.limited() ? window.fragmentLimit() : null;
            text.append(edits.render(new Span(position, select.limit().start())));
            text.append(limit == null ? "" : limit);
            position = select.limit().end();
        }
        return text.append(edits.render(new Span(position, whole.end()))).toString();
    }

    /** The end of the last clause that stands before ORDER BY. */
    private static int endBeforeOrder(Select select) {
        int end = select.itemsSpan().end();
        for (Node clause :
                new Node[] {select.from(), select.where(), select.groupBy(), select.having(), select.windows()}) {
            if (clause != null) {
                end = Math.max(end, clause.end());
            }
        }
        return end;
    }
}
