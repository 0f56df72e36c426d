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
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Limit;
import drds.parser.OrderBy;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.TableReference;
import drds.parser.With;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What UPDATE and DELETE have in common: where the change can be made in place. */
final class ChangePlanner {
    private final StatementPlanner planner;
    private final ParsedStatement original;
    private final Analysis analysis;
    private final Block block;
    private final @Nullable FunctionReach functions;

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
        boolean needed = planner.withoutViews(original, first).stream().anyMatch(TableUse::isSharded)
                || planner.viewsCallOut(first);
        this.analysis = needed ? planner.withoutViews(original) : first;
        this.block = analysis.blocks().stream()
                .filter(b -> b.node() == analysis.statement())
                .findFirst()
                .orElseThrow();
        this.functions = FunctionReach.of(analysis, planner.context());
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
     * @param moves whether a shard key changes
     * @param returns whether there is RETURNING, whose rows are one answer
     */
    @Nullable
    Plan inPlace(List<TableUse> targets, boolean single, boolean moves, boolean returns, Clauses clauses) {
        boolean copies = targets.stream().anyMatch(t -> t.place() == TableUse.Place.EVERYWHERE);
        if (functions != null) {
            refusePartitions();
            return null;
        }
        if (!analysis.hasSharded() && !copies) {
            return planner.home(original, true, "only tables of the home schema are named");
        }
        refusePartitions();
        boolean triggers = original.statement() instanceof DataChange statement
                && targets.stream()
                        .anyMatch(target -> TriggerPlanner.fire(
                                target, statement, planner.context().catalog()));
        if (moves || triggers) {
            return null;
        }
        if (copies) {
            return single && !returns ? onCopies(clauses) : null;
        }
        KeyConstraints constraints = planner.constraints(analysis);
        try {
            Placement placement = Placement.find(analysis, constraints, planner.home());
            return planner.route(analysis, placement, true, "all rows that can matter lie in one place");
        } catch (NotPushable several) {
            return returns ? null : spread(targets, constraints, clauses);
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
            Colocation colocation = Colocation.of(analysis, block, planner, Set.of());
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

    /** False only where a sharded or broadcast table is named and no entry of FROM can have such a column. */
    boolean isColumn(Expression column) {
        boolean spread =
                analysis.tables().stream().anyMatch(use -> use.isSharded() || use.place() == TableUse.Place.EVERYWHERE);
        return !spread
                || column instanceof ColumnReference reference
                        && block.sources().stream()
                                .map(Source::columnNames)
                                .anyMatch(names -> names == null
                                        || names.contains(
                                                reference.column().text().toLowerCase(Locale.ROOT)));
    }

    /** The entries of FROM that are stored tables. */
    List<TableUse> tables() {
        List<TableUse> tables = new ArrayList<>();
        for (Source source : block.sources()) {
            if (source instanceof TableUse use) {
                tables.add(use);
            }
        }
        return tables;
    }

    /**
     * The plan that makes the change on copies first.
     *
     * @param wholly as in {@link RehearsalPlanner#change}
     */
    Plan rehearsal(List<TableUse> targets, Clauses clauses, boolean wholly, String reason) {
        for (TableUse target : targets) {
            if (target.table() == null) {
                throw target.missing();
            }
        }
        Plan.Rehearsal plan = new RehearsalPlanner(
                        analysis,
                        planner.constraints(analysis),
                        planner.residual(analysis, planner.constraints(analysis)),
                        planner.home())
                .change(targets, clauses, wholly, functions == null ? reason : FunctionReach.REASON);
        return functions == null ? plan : functions.with(plan);
    }
}
