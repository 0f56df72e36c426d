package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.KeyConstraints;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.Condition;
import drds.parser.Limit;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.TableReference;
import drds.parser.With;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What UPDATE and DELETE have in common: where the change can be made in place. */
final class ChangePlanner {
    private final StatementPlanner planner;
    private final ParsedStatement original;
    private final Analysis analysis;
    private final Block block;

    /** The clauses that find the rows. */
    record Clauses(
            @Nullable With with,
            TableReference tables,
            @Nullable Condition where,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit) {}

    ChangePlanner(StatementPlanner planner, ParsedStatement original) {
        this.planner = planner;
        this.original = original;
        Analysis first = planner.analyze(original);
        for (TableUse use : first.tables()) {
            if (use.view() != null && use.block() != null && use.block().node() == original.statement()) {
                planner.refuseShardedView(use);
            }
        }
        boolean needed = planner.withoutViews(original, first).stream().anyMatch(TableUse::isSharded);
        this.analysis = needed ? planner.withoutViews(original) : first;
        this.block = analysis.blocks().stream()
                .filter(b -> b.node() == analysis.statement())
                .findFirst()
                .orElseThrow();
    }

    Analysis analysis() {
        return analysis;
    }

    Block block() {
        return block;
    }

    /**
     * The change as one statement at home, in one partition, or in several places; null where it must be read first.
     *
     * @param targets the tables that change
     * @param single whether the statement has the form with one table
     * @param keyChange whether a shard key changes
     */
    @Nullable
    Plan inPlace(List<TableUse> targets, boolean single, boolean keyChange, Clauses clauses) {
        boolean copies = targets.stream().anyMatch(t -> t.place() == TableUse.Place.EVERYWHERE);
        if (!analysis.hasSharded() && !copies) {
            return planner.home(original, true, "only tables of the home schema are named");
        }
        refusePartitions();
        if (keyChange) {
            return null;
        }
        if (copies) {
            return single ? onCopies(clauses) : null;
        }
        KeyConstraints constraints = planner.constraints(analysis);
        try {
            Placement placement = Placement.find(analysis, constraints, planner.home());
            return planner.route(analysis, placement, true, "all rows that can matter lie in one place");
        } catch (NotPushable several) {
            return spread(targets, constraints, clauses);
        }
    }

    private void refusePartitions() {
        for (TableUse use : analysis.tables()) {
            if (use.place() != TableUse.Place.HOME
                    && use.node() != null
                    && !use.node().partitions().isEmpty()) {
                throw ErrorCode.NOT_SUPPORTED.with("PARTITION (...) of a table that is not single");
            }
        }
    }

    /** The same change on every copy of a broadcast table, if it must come out the same. */
    private @Nullable Plan onCopies(Clauses clauses) {
        boolean alike = analysis.tables().stream().allMatch(t -> t.place() == TableUse.Place.EVERYWHERE);
        if (!alike || clauses.limit() != null || !isSteady() || hasLimit()) {
            return null;
        }
        List<Plan.Fragment> fragments = planner.context().catalog().groups().values().stream()
                .map(GroupDefinition::name)
                .map(group -> new Plan.Fragment(group, -1, original.text()))
                .toList();
        return new Plan.Spread(fragments, true, analysis.traits().clock(), "every Group has a copy");
    }

    private boolean isSteady() {
        return !analysis.traits().impure() && !analysis.traits().assignment();
    }

    /** Whether a subquery picks rows, which can be others on another instance. */
    private boolean hasLimit() {
        boolean[] found = new boolean[1];
        analysis.statement().walk(node -> found[0] |= node instanceof Query query && query.limit() != null);
        return found[0];
    }

    /** The same change in each partition that can have such rows. */
    private @Nullable Plan spread(List<TableUse> targets, KeyConstraints constraints, Clauses clauses) {
        if (clauses.limit() != null || !isSteady()) {
            return null;
        }
        try {
            Colocation colocation = Colocation.of(analysis, block, planner);
            if (!colocation.members().containsAll(targets)) {
                return null;
            }
            BitSet partitions = colocation.partitions(constraints);
            List<Plan.Fragment> fragments = new ArrayList<>();
            for (int p = partitions.nextSetBit(0); p >= 0; p = partitions.nextSetBit(p + 1)) {
                fragments.add(fragment(colocation, p));
            }
            return new Plan.Spread(fragments, false, analysis.traits().clock(), "each partition changes its own rows");
        } catch (NotPushable apart) {
            return null;
        }
    }

    private Plan.Fragment fragment(Colocation colocation, int partition) {
        Map<TableUse, String> replacements = new IdentityHashMap<>();
        String group = "";
        for (TableUse use : colocation.members()) {
            Table.Partition physical = use.definition().partitions().get(partition);
            replacements.put(use, Sql.table(physical));
            group = physical.group();
        }
        String sql = PhysicalText.edits(analysis, replacements)
                .render(analysis.statement().span());
        return new Plan.Fragment(group, partition, sql);
    }

    /** The entry of FROM that a target's name means; null if it isn't a stored table. */
    @Nullable
    TableUse source(String name, @Nullable String schema) {
        for (Source source : block.sources()) {
            if (source instanceof TableUse use
                    && use.correlationName().equals(name)
                    && (schema == null || schema.equals(use.database()))) {
                return use;
            }
        }
        return null;
    }

    // ---- reading first ----

    /**
     * The plan of the SELECT that finds the rows, locked.
     *
     * @param items its select list
     */
    Plan select(List<String> items, Clauses clauses) {
        String source = analysis.source();
        StringBuilder sql = new StringBuilder();
        if (clauses.with() != null) {
            sql.append(clauses.with().text(source)).append(' ');
        }
        sql.append("SELECT ").append(String.join(", ", items));
        sql.append(" FROM ").append(clauses.tables().text(source));
        append(sql, clauses.where(), source);
        if (clauses.orderBy() != null) {
            for (OrderBy.Item item : clauses.orderBy().items()) {
                if (item.expression() instanceof drds.parser.Literal) {
                    throw ErrorCode.NOT_SUPPORTED.with("ORDER BY a constant in UPDATE or DELETE");
                }
            }
        }
        append(sql, clauses.orderBy(), source);
        append(sql, clauses.limit(), source);
        sql.append(" FOR UPDATE");
        return planner.subSelect(sql.toString());
    }

    private static void append(StringBuilder sql, @Nullable Node clause, String source) {
        if (clause != null) {
            sql.append(' ').append(clause.text(source));
        }
    }

    /** The columns that identify a row: those of the primary key, then the shard key's. */
    static List<String> keyColumns(Table table) {
        Table.Key key = identifyingKey(table);
        List<String> columns = new ArrayList<>(key.columns());
        if (table.rule() != null) {
            for (String name : table.rule().columns()) {
                Table.Column column = table.column(name);
                if (column != null && columns.stream().noneMatch(c -> c.equalsIgnoreCase(name))) {
                    columns.add(column.name());
                }
            }
        }
        return columns;
    }

    private static Table.Key identifyingKey(Table table) {
        Table.Key primary = table.primaryKey();
        if (primary != null) {
            return primary;
        }
        return table.keys().stream()
                .filter(k -> k.unique() && !k.prefixed() && k.columns().stream().noneMatch(c -> isNullable(table, c)))
                .findFirst()
                .orElseThrow(() -> ErrorCode.NOT_SUPPORTED.with(
                        "such a change of table '" + table.name() + "', which has no primary key"));
    }

    private static boolean isNullable(Table table, String column) {
        Table.Column definition = table.column(column);
        return definition == null || definition.nullable();
    }

    /** Refuses targets that can't be told apart or written by key. */
    void requireWritable(List<TableUse> targets) {
        for (TableUse target : targets) {
            if (target.table() == null) {
                throw target.missing();
            }
            long named = block.sources().stream()
                    .filter(s -> target.correlationName().equals(s.correlationName()))
                    .count();
            if (named > 1) {
                throw ErrorCode.NOT_SUPPORTED.with("a change of two tables with one name");
            }
        }
    }
}
