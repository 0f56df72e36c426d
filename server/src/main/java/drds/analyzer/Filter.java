package drds.analyzer;

import drds.parser.Expression;
import java.util.Map;

/**
 * A condition that must be true of every joined row that matters: a conjunct of WHERE, or one of ON for the sources which
 * that ON decides about.
 *
 * @param reach the sources that it filters, and for each whether an outer join below the condition may have filled its
 *     columns with NULL
 * @param where whether it comes from WHERE
 */
public record Filter(Expression condition, Map<Source, Boolean> reach, boolean where) {
    /** Whether rows of the source that fail the condition can be left out, if NULLs fail it as well as it does here. */
    public boolean reaches(Source source) {
        return reach.containsKey(source);
    }

    public boolean maybeNullFilled(Source source) {
        return reach.getOrDefault(source, false);
    }
}
