package drds.session;

import drds.parser.Expression;
import drds.parser.ParsedStatement;
import drds.parser.Span;
import drds.planner.FilledIn;
import java.util.List;

/** Fills the places of {@code ?} in a statement's text. */
final class Parameters {
    private Parameters() {}

    /** @param values one SQL text for each {@code ?}, in their order */
    static String filledIn(ParsedStatement statement, List<String> values) {
        return filledIn(statement, values, new boolean[values.size()]);
    }

    /** @param open which places stay question marks */
    static String filledIn(ParsedStatement statement, List<String> values, boolean[] open) {
        if (values.isEmpty()) {
            return statement.source();
        }
        return FilledIn.text(
                statement, values, open, new Span(0, statement.source().length()));
    }

    /** Where the question marks stand, in their order. */
    static List<Span> spans(ParsedStatement statement) {
        Span[] spans = new Span[statement.parameters()];
        statement.statement().walk(node -> {
            if (node instanceof Expression.Parameter parameter) {
                spans[parameter.ordinal()] = parameter.span();
            }
        });
        return List.of(spans);
    }
}
