package drds.planner;

import drds.parser.Expression;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.Select;
import drds.parser.TableReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The literals and parameters whose values matter to a gather's plan only as far as they decide on partitions: those in WHERE,
 * ON and HAVING. All others may stand in a heading, a LIMIT or a position.
 */
final class FreeLiterals {
    private final List<Expression> found = new ArrayList<>();

    private FreeLiterals() {}

    static List<Expression> in(Node statement) {
        FreeLiterals literals = new FreeLiterals();
        literals.walk(statement, false);
        return literals.found;
    }

    private void walk(@Nullable Node node, boolean free) {
        switch (node) {
            case null -> {}
            case Select select ->
                select.forEachChild(child -> walk(child, child == select.where() || child == select.having()));
            case TableReference.Join join -> join.forEachChild(child -> walk(child, child == join.on()));
            case Literal literal when free -> found.add(literal);
            case Expression.Parameter parameter when free -> found.add(parameter);
            default -> node.forEachChild(child -> walk(child, free));
        }
    }
}
