package drds.analyzer;

import drds.parser.Expression;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two columns that are equal, and neither of them NULL, in every joined row for which a condition is true.
 *
 * @param reach as in {@link Filter}
 * @param where whether the condition stands in WHERE
 * @param condition null for USING
 */
public record Link(
        Column left,
        Column right,
        Map<Source, Boolean> reach,
        boolean where,
        @Nullable Expression condition) {
    public boolean reaches(Source source) {
        return reach.containsKey(source);
    }
}
