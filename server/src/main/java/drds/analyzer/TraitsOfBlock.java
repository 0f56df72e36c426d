package drds.analyzer;

import drds.parser.Node;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.List;

/** The traits of one SELECT's own clauses. */
public record TraitsOfBlock(Select select) {
    /** Of the select list, HAVING and ORDER BY: where aggregates and windows of the block can stand. */
    public Traits all() {
        Traits sum = Traits.NONE;
        for (Node part : parts()) {
            sum = sum.and(Traits.of(part));
        }
        return sum;
    }

    private List<Node> parts() {
        List<Node> parts = new ArrayList<>(select.items());
        if (select.where() != null) parts.add(select.where());
        if (select.having() != null) parts.add(select.having());
        if (select.orderBy() != null) parts.add(select.orderBy());
        return parts;
    }
}
