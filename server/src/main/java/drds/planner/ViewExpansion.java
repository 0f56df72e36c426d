package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.TableUse;
import drds.catalog.Database;
import drds.parser.TextEdits;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts the queries of views in the place of their names: a view's own copy at home would read the empty faces. */
final class ViewExpansion {
    static final int DEEPEST = 32;

    private ViewExpansion() {}

    /** The text with one level of views expanded. */
    static String expand(Analysis analysis) {
        Map<TableUse, String> replacements = new IdentityHashMap<>();
        for (TableUse use : analysis.tables()) {
            if (use.view() != null) {
                replacements.put(use, query(use.view()));
            }
        }
        TextEdits edits = PhysicalText.edits(analysis, replacements);
        return edits.render(analysis.statement().span());
    }

    /** Names for a derived table's columns are given through a common table expression, since not every server takes (a, b). */
    private static String query(Database.View view) {
        if (view.columns().isEmpty()) {
            return "(" + view.query() + ")";
        }
        String name = Sql.quote(view.name());
        String columns = view.columns().stream().map(Sql::quote).collect(Collectors.joining(", "));
        return "(WITH " + name + "(" + columns + ") AS (" + view.query() + ") SELECT * FROM " + name + ")";
    }
}
