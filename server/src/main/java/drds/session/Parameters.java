package drds.session;

import drds.parser.Expression;
import drds.parser.ParsedStatement;
import drds.parser.TextEdits;
import java.util.List;

/** Fills the places of {@code ?} in a statement's text. */
final class Parameters {
    private Parameters() {}

    /** @param values one SQL text for each {@code ?}, in their order */
    static String filledIn(ParsedStatement statement, List<String> values) {
        if (values.isEmpty()) {
            return statement.source();
        }
        TextEdits edits = new TextEdits(statement.source());
        statement.statement().walk(node -> {
            if (node instanceof Expression.Parameter parameter) {
                edits.replace(parameter.span(), values.get(parameter.ordinal()));
            }
        });
        return edits.render();
    }
}
