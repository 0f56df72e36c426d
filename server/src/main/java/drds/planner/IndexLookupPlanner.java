package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.TextEdits;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a condition fixes the columns of a global index and not the shard key, the index tells which partitions matter. */
final class IndexLookupPlanner {
    private final Analysis analysis;
    private final KeyConstraints constraints;

    private final Map<String, String> wanted;

    /** @param wanted the indexes that hints name, by the tables' names in lower case */
    IndexLookupPlanner(Analysis analysis, KeyConstraints constraints, Map<String, String> wanted) {
        this.wanted = wanted;
        this.analysis = analysis;
        this.constraints = constraints;
    }

    /**
     * A lookup for one of the tables whose rows may lie in several partitions; null where no index helps.
     *
     * @param then plans the statement again when that table's partitions are known
     */
    Plan.@Nullable IndexLookup plan(boolean locks, Plan.Narrowed then) {
        for (TableUse use : analysis.shardedTables()) {
            Table table = use.definition();
            int needed = constraints.partitions(use).cardinality();
            if (needed < 2
                    || constraints.isNarrowed(use)
                    || table.storedIndexes().isEmpty()) {
                continue;
            }
            String named = wanted.get(use.name().name().text().toLowerCase(Locale.ROOT));
            for (GlobalIndex index : table.storedIndexes()) {
                if (named != null && !named.equalsIgnoreCase(index.name())) {
                    continue;
                }
                Plan.IndexLookup lookup = plan(use, index, needed, locks, then);
                if (lookup != null) {
                    return lookup;
                }
            }
        }
        return null;
    }

    /** @throws drds.error.SqlError 4509 in DRDS's numbers if an index that a hint names can't be used */
    void refuseUseless() {
        for (Map.Entry<String, String> hint : wanted.entrySet()) {
            TableUse use = analysis.shardedTables().stream()
                    .filter(table -> table.name().name().is(hint.getKey()))
                    .findFirst()
                    .orElseThrow(() -> error("the statement names no sharded table " + hint.getKey()));
            boolean there = use.definition().storedIndexes().stream()
                    .anyMatch(index -> index.name().equalsIgnoreCase(hint.getValue()));
            if (!there) {
                throw error("the table " + hint.getKey() + " has no global index " + hint.getValue());
            }
            if (constraints.partitions(use).cardinality() > 1 && !constraints.isNarrowed(use)) {
                throw error("the conditions don't tell which entries of the index " + hint.getValue() + " are meant");
            }
        }
    }

    private static SqlError error(String what) {
        return ErrorCode.BAD_HINT.with(what);
    }

    private Plan.@Nullable IndexLookup plan(
            TableUse use, GlobalIndex index, int needed, boolean locks, Plan.Narrowed then) {
        Rule rule = index.stored().rule();
        if (rule == null) {
            return null;
        }
        BitSet places = constraints.partitions(use, rule);
        String where = condition(use, index.stored());
        if (where == null || places.cardinality() == rule.partitions() || places.cardinality() >= needed) {
            return null;
        }
        return new Plan.IndexLookup(
                use.definition(),
                index,
                places.stream().boxed().toList(),
                where,
                locks,
                partitions -> {
                    constraints.narrow(use, partitions);
                    return then.plan(partitions);
                },
                "the key of the index " + index.name() + " is given and the shard key is not");
    }

    /** All that the statement asks of the columns that the index holds; null if nothing. */
    private @Nullable String condition(TableUse use, Table index) {
        Block block = use.block();
        if (block == null || analysis.traits().assignment()) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        for (Filter filter : block.filters()) {
            if (filter.reaches(use) && !filter.maybeNullFilled(use) && isAbout(filter.condition(), use, index)) {
                parts.add("(" + alone(filter.condition()) + ")");
            }
        }
        return parts.isEmpty() ? null : String.join(" AND ", parts);
    }

    private boolean isAbout(Expression condition, TableUse use, Table index) {
        Traits traits = Traits.of(condition);
        if (!traits.steady() || traits.subquery() || traits.aggregate() || traits.window() || traits.parameter()) {
            return false;
        }
        boolean[] only = {true};
        boolean[] any = {false};
        condition.walk(node -> {
            if (node instanceof ColumnReference reference) {
                Column column = analysis.column(reference);
                only[0] &= column != null
                        && column.source() == use
                        && index.column(reference.column().text()) != null;
                any[0] = true;
            }
            only[0] &= !(node instanceof Query);
        });
        return only[0] && any[0];
    }

    private String alone(Node condition) {
        TextEdits edits = new TextEdits(analysis.source());
        condition.walk(node -> {
            if (node instanceof ColumnReference reference) {
                edits.replace(reference.span(), Sql.quote(reference.column().text()));
            }
        });
        return edits.render(condition.span());
    }
}
