package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.KeyConstraints;
import drds.analyzer.Link;
import drds.analyzer.Links;
import drds.analyzer.OpaqueSource;
import drds.analyzer.Outputs;
import drds.analyzer.QuerySource;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.TableReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a statement can be answered partition by partition: each row before the statement's own grouping comes from one
 * partition number, and everything that it is made from (joined rows, the rows that its subqueries look at) has the same
 * number, or is a broadcast table's.
 *
 * <p>Joins keep that property if they equate shard keys of the same distribution. The preserved side of an outer join must be
 * the one that is cut into partitions, since a broadcast row that finds no partner would come once a partition.
 */
final class Colocation {
    private final Analysis analysis;
    private final StatementPlanner planner;
    private final Set<TableUse> shipped;
    private final Set<TableUse> members = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean home;
    private Rows rows = Rows.REPLICATED;

    /**
     * What is known of a part's rows.
     *
     * @param partitioned false: the same rows on every instance
     * @param anchors where the rows' shard keys are
     * @param driving the tables without a row of which the part has no row
     * @param pairs the equalities that its own inner joins guarantee
     */
    private record Rows(
            boolean partitioned, List<Anchor> anchors, List<TableUse> driving, List<Equalities.Pair> pairs) {
        static final Rows REPLICATED = new Rows(false, List.of(), List.of(), List.of());

        Rows with(List<Equalities.Pair> more) {
            return new Rows(partitioned, anchors, driving, join(pairs, more));
        }

        List<Anchor> filledAnchors() {
            return anchors.stream().map(Anchor::filled).toList();
        }
    }

    private static <T> List<T> join(List<T> a, List<T> b) {
        List<T> result = new ArrayList<>(a);
        result.addAll(b);
        return result;
    }

    private Colocation(Analysis analysis, StatementPlanner planner, Set<TableUse> shipped) {
        this.analysis = analysis;
        this.planner = planner;
        this.shipped = shipped;
    }

    /**
     * @param top the statement's outermost block
     * @param shipped places whose rows will be the same on every instance, whatever they are now
     * @throws NotPushable if the statement can't find its rows partition by partition
     */
    static Colocation of(Analysis analysis, Block top, StatementPlanner planner, Set<TableUse> shipped) {
        return new Colocation(analysis, planner, shipped).start(top);
    }

    private Colocation start(Block top) {
        if (analysis.traits().impure()
                || analysis.traits().assignment()
                || analysis.traits().systemVariable()) {
            throw new NotPushable("it depends on chance, on the session, or sets variables");
        }
        rows = block(top, List.of());
        if (!rows.partitioned()) {
            throw new NotPushable("the outer FROM has no sharded table");
        }
        for (TableUse use : analysis.shardedTables()) {
            if (!members.contains(use) && !shipped.contains(use)) {
                throw new NotPushable(use.name() + " is not joined by its shard key");
            }
        }
        // A common table that nobody reads is no part of the block, but the instance wants its tables to be there.
        home |= analysis.tables().stream()
                .anyMatch(use -> use.place() == TableUse.Place.HOME && use.table() != null && !shipped.contains(use));
        return this;
    }

    /** The sharded tables, all cut the same way, to be exchanged for partitions of one number. */
    Set<TableUse> members() {
        return members;
    }

    /** Where the shard keys of the outermost block's rows are; none of them filled with NULL. */
    List<Anchor> anchors() {
        return rows.anchors().stream().filter(a -> !a.nullFilled()).toList();
    }

    /** The numbers of the partitions that can have rows; at least one, so that an empty answer still has its shape. */
    BitSet partitions(KeyConstraints constraints) {
        BitSet result = null;
        for (TableUse use : rows.driving()) {
            BitSet set = constraints.partitions(use);
            if (result == null) {
                result = (BitSet) set.clone();
            } else {
                result.and(set);
            }
        }
        if (result == null) {
            throw new NotPushable("no table drives the rows");
        }
        Table table = rows.driving().get(0).definition();
        if (result.isEmpty()) {
            result.set(home ? firstAtHome(table) : 0);
        }
        for (int p = result.nextSetBit(0); home && p >= 0; p = result.nextSetBit(p + 1)) {
            if (!table.partitions().get(p).group().equals(planner.home())) {
                throw new NotPushable("a single table is not on every Group");
            }
        }
        return result;
    }

    /** Whether the partition may be asked: where single tables take part, only one that lies beside them. */
    boolean admits(Table.Partition partition) {
        return !home || partition.group().equals(planner.home());
    }

    private int firstAtHome(Table table) {
        return table.partitions().stream()
                .filter(p -> p.group().equals(planner.home()))
                .map(Table.Partition::index)
                .findFirst()
                .orElseThrow(() -> new NotPushable("no partition beside the single tables"));
    }

    // ---- blocks ----

    /** @param outer the anchors of the blocks around, for a subquery */
    private Rows block(Block block, List<Anchor> outer) {
        List<Equalities.Pair> where = pairs(Links.of(block, analysis), true);
        TableReference from = block.from();
        Rows found = from == null ? Rows.REPLICATED : rows(from, block, where, outer);
        Select select = block.select();
        if (!found.partitioned() && select != null && OrderDependence.of(analysis, select)) {
            throw new NotPushable("what depends on the order of a table's rows can differ from copy to copy");
        }
        if (block.role() == Block.Role.SUBQUERY && found.partitioned()) {
            requireLink(block, found, where, outer);
        }
        List<Anchor> visible = join(outer, found.anchors());
        for (Expression.Subquery subquery : block.subqueries()) {
            query(subquery.query(), visible);
        }
        return found.with(where);
    }

    /** A subquery's rows that its value depends on must lie where the outer row lies. */
    private void requireLink(Block block, Rows found, List<Equalities.Pair> where, List<Anchor> outer) {
        List<Equalities.Pair> in = InKey.pairs(analysis, block).stream()
                .filter(p -> planner.reader().comparesLike(type(p.left()), type(p.right())))
                .toList();
        Equalities equalities = Equalities.of(List.of(where, found.pairs(), in));
        if (!equalities.linked(found.anchors(), outer)) {
            throw new NotPushable("a subquery reads partitions other than the outer row's");
        }
    }

    private Rows query(Query query, List<Anchor> outer) {
        return switch (query) {
            case Select select -> block(blockOf(select), outer);
            case Query.ParenthesizedQuery inner -> {
                Rows found = query(inner.query(), outer);
                boolean plain = inner.with() == null && inner.orderBy() == null && inner.limit() == null;
                yield plain ? found : requireReplicated(found, inner);
            }
            case Query.SetOperation operation -> {
                requireReplicated(query(operation.left(), outer), operation);
                yield requireReplicated(query(operation.right(), outer), operation);
            }
            case Query.ValuesQuery values -> Rows.REPLICATED;
            case Query.TableQuery table -> throw new NotPushable("TABLE inside a query");
        };
    }

    private static Rows requireReplicated(Rows rows, Query query) {
        if (rows.partitioned()) {
            throw new NotPushable("UNION and the like need all partitions");
        }
        if (query.limit() != null) {
            throw new NotPushable("rows that LIMIT picks from a broadcast table can differ");
        }
        return rows;
    }

    private Block blockOf(Select select) {
        Block block = analysis.blockOf().get(select);
        if (block == null) {
            throw new IllegalStateException("a SELECT without its block");
        }
        return block;
    }

    // ---- FROM ----

    /** @param inherited equalities that hold for every row that comes out above */
    private Rows rows(TableReference reference, Block block, List<Equalities.Pair> inherited, List<Anchor> outer) {
        return switch (reference) {
            case TableReference.Join join -> joined(join, block, inherited, outer);
            case TableReference.ParenthesizedTables inner -> rows(inner.tables(), block, inherited, outer);
            case TableReference.Dual dual -> Rows.REPLICATED;
            default -> {
                Source source = block.source(reference);
                yield source == null ? Rows.REPLICATED : leaf(source, outer);
            }
        };
    }

    private Rows joined(TableReference.Join join, Block block, List<Equalities.Pair> inherited, List<Anchor> outer) {
        List<Equalities.Pair> on = on(join, block);
        return switch (join.kind()) {
            case COMMA, INNER, CROSS, STRAIGHT, NATURAL -> {
                List<Equalities.Pair> both = join(inherited, on);
                Rows left = rows(join.left(), block, both, outer);
                Rows right = rows(join.right(), block, both, outer);
                yield inner(left, right, both).with(on);
            }
            case LEFT, NATURAL_LEFT ->
                outer(rows(join.left(), block, inherited, outer), rows(join.right(), block, on, outer), on);
            case RIGHT, NATURAL_RIGHT ->
                outer(rows(join.right(), block, inherited, outer), rows(join.left(), block, on, outer), on);
        };
    }

    private static Rows inner(Rows left, Rows right, List<Equalities.Pair> pairs) {
        List<Equalities.Pair> own = join(left.pairs(), right.pairs());
        if (left.partitioned()
                && right.partitioned()
                && !Equalities.of(List.of(pairs, own)).linked(left.anchors(), right.anchors())) {
            throw new NotPushable("tables are joined by something else than their shard keys");
        }
        return new Rows(
                left.partitioned() || right.partitioned(),
                join(left.anchors(), right.anchors()),
                join(left.driving(), right.driving()),
                own);
    }

    private static Rows outer(Rows preserved, Rows nullable, List<Equalities.Pair> on) {
        if (!nullable.partitioned()) {
            return preserved;
        }
        if (!preserved.partitioned()) {
            throw new NotPushable("an outer join keeps all rows of a table that is not sharded");
        }
        Equalities equalities = Equalities.of(List.of(on, preserved.pairs(), nullable.pairs()));
        if (!equalities.linked(preserved.anchors(), nullable.anchors())) {
            throw new NotPushable("tables are joined by something else than their shard keys");
        }
        return new Rows(
                true, join(preserved.anchors(), nullable.filledAnchors()), preserved.driving(), preserved.pairs());
    }

    private Rows leaf(Source source, List<Anchor> outer) {
        return switch (source) {
            case TableUse use -> table(use);
            case QuerySource query -> derived(query, outer);
            case OpaqueSource opaque -> throw new NotPushable("JSON_TABLE");
        };
    }

    private Rows table(TableUse use) {
        if (shipped.contains(use)) {
            return Rows.REPLICATED;
        }
        return switch (use.place()) {
            case EVERYWHERE -> Rows.REPLICATED;
            case SYSTEM -> throw new NotPushable("a schema of the server's own");
            case HOME -> {
                if (use.table() == null) {
                    throw new NotPushable("the table " + use.name() + " is not known");
                }
                home = true;
                yield Rows.REPLICATED;
            }
            case PARTITIONS -> {
                members.add(use);
                List<String> key = use.definition().rule() == null
                        ? List.of()
                        : use.definition().rule().columns();
                yield new Rows(true, List.of(new Anchor(use, use.definition(), key, false)), List.of(use), List.of());
            }
        };
    }

    private Rows derived(QuerySource source, List<Anchor> outer) {
        if (source.lateral()) {
            throw new NotPushable("LATERAL");
        }
        if (source.definition() != null && source.definition().recursive()) {
            throw new NotPushable("a recursive common table expression");
        }
        Rows inside = query(source.query(), outer);
        if (!inside.partitioned()) {
            return Rows.REPLICATED;
        }
        Block block = analysis.block(source.query());
        Select select = block == null ? null : block.select();
        if (block == null || select == null) {
            throw new NotPushable("a derived table that is no plain SELECT");
        }
        List<Anchor> steady =
                inside.anchors().stream().filter(a -> !a.nullFilled()).toList();
        if (!new PartitionWise(analysis, block, select, steady).holds() || select.limit() != null) {
            throw new NotPushable("a derived table groups or picks rows over all partitions");
        }
        return new Rows(true, exported(source, block, select, steady), inside.driving(), List.of());
    }

    /** The anchors among a derived table's own columns. */
    private List<Anchor> exported(QuerySource source, Block block, Select select, List<Anchor> inside) {
        List<Outputs.Output> outputs = Outputs.of(select, block, analysis.source());
        List<String> names = source.columnNames();
        if (outputs == null || names == null || outputs.size() != names.size()) {
            return List.of();
        }
        List<Anchor> result = new ArrayList<>();
        for (Anchor anchor : inside) {
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < anchor.columns().size(); i++) {
                int at = PartitionWise.output(analysis, outputs, anchor.column(i));
                if (at >= 0 && Collections.frequency(names, names.get(at)) == 1) {
                    columns.add(names.get(at));
                }
            }
            if (columns.size() == anchor.columns().size()) {
                result.add(new Anchor(source, anchor.table(), columns, false));
            }
        }
        return result;
    }

    // ---- equalities ----

    private List<Equalities.Pair> on(TableReference.Join join, Block block) {
        List<Link> links = new ArrayList<>();
        if (join.on() != null) {
            Links.of(block, analysis).stream()
                    .filter(l -> !l.where() && standsIn(l, join.on()))
                    .forEach(links::add);
        }
        for (Link link : block.merged()) {
            boolean here = join.using().stream().anyMatch(n -> n.is(link.left().name()))
                    && below(block, join.left(), link.left().source())
                    && below(block, join.right(), link.right().source());
            if (here) {
                links.add(link);
            }
        }
        return pairs(links, false);
    }

    private static boolean standsIn(Link link, Node on) {
        return link.condition() != null && on.span().covers(link.condition().span());
    }

    private static boolean below(Block block, TableReference side, Source source) {
        boolean[] found = new boolean[1];
        below(block, side, source, found);
        return found[0];
    }

    private static void below(Block block, TableReference side, Source source, boolean[] found) {
        switch (side) {
            case TableReference.Join join -> {
                below(block, join.left(), source, found);
                below(block, join.right(), source, found);
            }
            case TableReference.ParenthesizedTables inner -> below(block, inner.tables(), source, found);
            default -> found[0] |= block.source(side) == source;
        }
    }

    /** The links between columns that compare as their rules do. */
    private List<Equalities.Pair> pairs(List<Link> links, boolean where) {
        List<Equalities.Pair> pairs = new ArrayList<>();
        for (Link link : links) {
            if (link.where() == where && planner.reader().comparesLike(type(link.left()), type(link.right()))) {
                pairs.add(new Equalities.Pair(link.left(), link.right()));
            }
        }
        return pairs;
    }

    /** The definition of a column, or of the one that a derived table's column is. */
    private Table.@Nullable Column type(Column column) {
        if (!(column.source() instanceof QuerySource query)) {
            return column.definition();
        }
        Block block = analysis.block(query.query());
        Select select = block == null ? null : block.select();
        List<String> names = query.columnNames();
        List<Outputs.Output> outputs =
                block == null || select == null ? null : Outputs.of(select, block, analysis.source());
        if (names == null || outputs == null || names.size() != outputs.size()) {
            return null;
        }
        int at = names.indexOf(column.name());
        Column inside = at < 0 ? null : plain(analysis, outputs.get(at));
        return inside == null ? null : type(inside);
    }

    /** The column that an output is, if it is nothing but a column. */
    static @Nullable Column plain(Analysis analysis, Outputs.Output output) {
        if (output.column() != null) {
            return output.column();
        }
        return output.item() instanceof Select.ExpressionItem item
                        && item.expression() instanceof ColumnReference reference
                ? analysis.column(reference)
                : null;
    }
}
