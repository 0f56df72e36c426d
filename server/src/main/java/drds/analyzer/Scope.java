package drds.analyzer;

import drds.parser.Expression.ColumnReference;
import drds.parser.Identifier;
import drds.parser.Select;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names that an expression in one place of a block can use.
 *
 * @param visible the block's sources that can be named there
 */
record Scope(Block block, List<Source> visible, Clause clause) {
    /** Where aliases of the select list count depends on the clause. */
    enum Clause {
        ON,
        GROUP_BY,
        HAVING,
        ORDER_BY,
        OTHER
    }

    Resolution resolve(ColumnReference reference) {
        Select select = block.select();
        if (reference.table() == null && select != null && clause != Clause.ON && clause != Clause.OTHER) {
            int alias = alias(select, reference.column());
            if (alias == AMBIGUOUS) {
                return Resolution.UNKNOWN;
            }
            if (alias >= 0) {
                return withAlias(reference, alias);
            }
        }
        return inSources(reference);
    }

    /** An alias has the name: ORDER BY takes it, GROUP BY only if no column has the name; for HAVING it depends. */
    private Resolution withAlias(ColumnReference reference, int alias) {
        if (clause == Clause.ORDER_BY) {
            return new Resolution.OfItem(alias);
        }
        Resolution local = at(reference, visible, block);
        if (local == null) {
            return new Resolution.OfItem(alias);
        }
        return clause == Clause.GROUP_BY ? local : Resolution.UNKNOWN;
    }

    private static final int AMBIGUOUS = -2;

    /** The select item with that alias, -1 if there is none. */
    private static int alias(Select select, Identifier name) {
        int found = -1;
        for (int i = 0; i < select.items().size(); i++) {
            if (select.items().get(i) instanceof Select.ExpressionItem item
                    && item.alias() != null
                    && item.alias().is(name.text())) {
                if (found >= 0) {
                    return AMBIGUOUS;
                }
                found = i;
            }
        }
        return found;
    }

    private Resolution inSources(ColumnReference reference) {
        Resolution local = at(reference, visible, block);
        if (local != null) {
            return local;
        }
        for (Block outer = block.parent(); outer != null; outer = outer.parent()) {
            Resolution found = at(reference, outer.sources(), outer);
            if (found != null) {
                return found;
            }
        }
        return Resolution.UNKNOWN;
    }

    /** What the reference means among these sources; null if they don't have it. */
    private static @Nullable Resolution at(ColumnReference reference, List<Source> sources, Block block) {
        String name = TableNames.lower(reference.column().text());
        List<Source> found = new ArrayList<>();
        boolean uncertain = false;
        for (Source source : sources) {
            if (reference.table() != null && !matches(source, reference.schema(), reference.table())) {
                continue;
            }
            List<String> columns = source.columnNames();
            if (columns == null) {
                uncertain = true;
            } else if (columns.contains(name)) {
                found.add(source);
            } else if (reference.table() != null) {
                return Resolution.UNKNOWN;
            }
        }
        if (uncertain) {
            return Resolution.UNKNOWN;
        }
        if (found.isEmpty()) {
            return null;
        }
        boolean sure = found.size() == 1 || reference.table() == null && block.merges(found, name);
        return sure ? new Resolution.OfSource(new Column(found.get(0), name)) : Resolution.UNKNOWN;
    }

    /** Whether {@code table.column} or {@code schema.table.column} can mean a column of the source. */
    static boolean matches(Source source, @Nullable Identifier schema, Identifier table) {
        if (!table.text().equals(source.correlationName())) {
            return false;
        }
        return schema == null || source instanceof TableUse use && schema.text().equals(use.database());
    }
}
