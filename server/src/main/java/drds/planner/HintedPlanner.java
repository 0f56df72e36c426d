package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.HintCommand;
import drds.parser.Insert;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Unparsed;
import drds.parser.Update;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement that says by a hint where it runs: on each physical table of its sharded tables, or, where it names none, in each
 * physical schema, whose tables it then names itself. What comes back is put together as it comes.
 */
final class HintedPlanner {
    private final StatementPlanner planner;
    private final ParsedStatement parsed;
    private final HintCommand hint;
    private final Analysis analysis;
    private final List<TableUse> sharded;

    HintedPlanner(StatementPlanner planner, ParsedStatement parsed, HintCommand hint) {
        this.planner = planner;
        this.parsed = parsed;
        this.hint = hint;
        this.analysis = planner.withoutViews(parsed);
        this.sharded = analysis.shardedTables();
    }

    Plan plan() {
        boolean possible = switch (parsed.statement()) {
            case Query query -> true;
            case Insert insert ->
                sharded.isEmpty()
                        || analysis.target() == null
                        || !analysis.target().isSharded();
            case Update update -> true;
            case Delete delete -> true;
            default -> false;
        };
        if (!possible) {
            throw error(
                    parsed.statement() instanceof Insert
                            ? "rows of a sharded table go where its rule says; name a physical table"
                            : "node() and scan() are for queries and changes of rows");
        }
        try {
            return sharded.isEmpty() ? onSchemas() : onPartitions();
        } catch (NotPushable impossible) {
            throw error(impossible.reason());
        }
    }

    private static SqlError error(String what) {
        return ErrorCode.BAD_HINT.with(what);
    }

    // ---- the places ----

    /** The database's physical schemas that a hint means. @param nodes empty for all */
    static List<Database.Shard> shards(Catalog catalog, Database database, List<String> nodes) {
        if (nodes.isEmpty()) {
            return database.shards();
        }
        List<String> groups = List.copyOf(catalog.groups().keySet());
        List<Database.Shard> found = new ArrayList<>();
        for (String node : nodes) {
            String group = node.matches("\\d{1,6}") && Integer.parseInt(node) < groups.size()
                    ? groups.get(Integer.parseInt(node))
                    : node;
            List<Database.Shard> ofNode = database.shards().stream()
                    .filter(shard ->
                            shard.group().equals(group) || shard.schema().equals(node))
                    .toList();
            if (ofNode.isEmpty()) {
                String known = groups.stream()
                        .map(name -> groups.indexOf(name) + " = " + name)
                        .collect(Collectors.joining(", "));
                throw error("there is no node '" + node + "'; there are " + known + " and the physical schemas");
            }
            ofNode.stream().filter(shard -> !found.contains(shard)).forEach(found::add);
        }
        return found;
    }

    private List<Database.Shard> shards(String database) {
        Database known = planner.context().catalog().database(database);
        if (known == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(database);
        }
        return shards(planner.context().catalog(), known, nodes(hint));
    }

    static List<String> nodes(HintCommand hint) {
        return switch (hint) {
            case HintCommand.Node(List<String> nodes) -> nodes;
            case HintCommand.Scan scan -> scan.nodes();
            default -> throw new IllegalArgumentException("no hint of a place: " + hint);
        };
    }

    // ---- logical tables ----

    private Plan onPartitions() {
        List<TableUse> uses = cutAlike();
        refuseUnkept();
        BitSet chosen = chosen(uses);
        if (chosen.isEmpty()) {
            throw error("no physical table is meant");
        }
        List<Plan.Fragment> fragments = new ArrayList<>();
        List<Plan.Names.Renaming> renamings = new ArrayList<>();
        for (int p = chosen.nextSetBit(0); p >= 0; p = chosen.nextSetBit(p + 1)) {
            Map<TableUse, Table.Partition> physical = new IdentityHashMap<>();
            for (TableUse use : uses) {
                physical.put(use, use.definition().partitions().get(p));
            }
            String group = physical.values().iterator().next().group();
            requireHere(group);
            Placement placement = new Placement(group, physical);
            String sql = PhysicalText.edits(analysis, placement.replacements())
                    .render(analysis.statement().span());
            fragments.add(new Plan.Fragment(group, p, sql));
            renamings.addAll(placement.names(null).renamings());
        }
        return plan(fragments, renamings);
    }

    /** The sharded tables; each partition of one lies beside that of the others with its number. */
    private List<TableUse> cutAlike() {
        List<Table.Partition> first = sharded.getFirst().definition().partitions();
        for (TableUse use : sharded) {
            List<Table.Partition> partitions = use.definition().partitions();
            boolean alike = partitions.size() == first.size();
            for (int i = 0; alike && i < first.size(); i++) {
                alike = partitions.get(i).group().equals(first.get(i).group());
            }
            if (!alike) {
                throw error("the tables " + sharded.getFirst().name().name().text() + " and "
                        + use.name().name().text() + " are not cut alike");
            }
        }
        return sharded;
    }

    /** Single tables are on the default Group alone. */
    private void requireHere(String group) {
        for (TableUse use : analysis.tables()) {
            if (use.place() == TableUse.Place.HOME && !group.equals(planner.home())) {
                throw error("the table " + use.name().name().text() + " is not on " + group);
            }
        }
    }

    /** A change that DRDS does not see through must not leave rows where their keys don't belong, nor stale indexes. */
    private void refuseUnkept() {
        if (!(parsed.statement() instanceof DataChange)) {
            return;
        }
        for (TableUse use : sharded) {
            Table table = use.definition();
            Rule rule = table.rule();
            if (!table.globalIndexes().isEmpty()) {
                throw error("the table " + table.name() + " has global indexes, which such a change would not keep");
            }
            if (rule != null
                    && parsed.statement() instanceof Update update
                    && update.values().stream().anyMatch(value -> isKey(value, rule))) {
                throw error("the shard key of " + table.name() + " can't be changed in a place that a hint names");
            }
        }
    }

    private static boolean isKey(DataChange.ColumnValue value, Rule rule) {
        return !(value.column() instanceof Expression.ColumnReference reference)
                || rule.columns().stream().anyMatch(reference.column()::is);
    }

    private BitSet chosen(List<TableUse> uses) {
        BitSet chosen = new BitSet();
        chosen.set(0, uses.getFirst().definition().partitions().size());
        if (hint instanceof HintCommand.Scan scan) {
            List<TableUse> named = named(scan, uses);
            if (scan.condition() != null) {
                chosen.and(byCondition(named, scan.condition()));
            }
            if (!scan.realTables().isEmpty()) {
                chosen.and(byName(named, scan.realTables()));
            }
        }
        if (!nodes(hint).isEmpty()) {
            List<String> schemas = shards(String.valueOf(uses.getFirst().database())).stream()
                    .map(Database.Shard::schema)
                    .toList();
            List<Table.Partition> partitions = uses.getFirst().definition().partitions();
            partitions.stream()
                    .filter(partition -> !schemas.contains(partition.schema()))
                    .forEach(partition -> chosen.clear(partition.index()));
        }
        return chosen;
    }

    private List<TableUse> named(HintCommand.Scan scan, List<TableUse> uses) {
        List<TableUse> named = new ArrayList<>();
        for (String name : scan.tables()) {
            named.add(uses.stream()
                    .filter(use -> use.name().name().text().equals(name)
                            || use.correlationName().equals(name)
                            || (use.database() + "." + use.name().name().text()).equals(name))
                    .findFirst()
                    .orElseThrow(() -> error("the statement names no sharded table " + name)));
        }
        return named;
    }

    private BitSet byCondition(List<TableUse> named, String condition) {
        String from = named.stream()
                .map(use -> Sql.table(
                                String.valueOf(use.database()),
                                use.name().name().text())
                        + " AS " + Sql.quote(use.correlationName()))
                .collect(Collectors.joining(", "));
        ParsedStatement asked = planner.context().parser().parse("SELECT 1 FROM " + from + " WHERE " + condition);
        if (asked.statement() instanceof Unparsed || asked.parameters() > 0) {
            throw error("the condition can't be read: " + condition);
        }
        Analysis conditions = planner.analyze(asked);
        FunctionReach.refuse(conditions, planner.context());
        KeyConstraints constraints = planner.constraints(conditions);
        BitSet places = new BitSet();
        places.set(0, named.getFirst().definition().partitions().size());
        conditions.shardedTables().forEach(use -> places.and(constraints.partitions(use)));
        return places;
    }

    private static BitSet byName(List<TableUse> named, List<String> realTables) {
        BitSet places = new BitSet();
        for (String entry : realTables) {
            String[] names = entry.split(",");
            BitSet found = new BitSet();
            if (names.length == named.size()) {
                named.getFirst().definition().partitions().forEach(partition -> {
                    boolean all = true;
                    for (int i = 0; i < names.length; i++) {
                        Table.Partition one =
                                named.get(i).definition().partitions().get(partition.index());
                        String name = names[i].strip();
                        all &= one.table().equals(name) || (one.schema() + "." + one.table()).equals(name);
                    }
                    found.set(partition.index(), all);
                });
            }
            if (found.isEmpty()) {
                throw error("there is no physical table " + entry + " of "
                        + named.stream().map(use -> use.name().name().text()).collect(Collectors.joining(", ")));
            }
            places.or(found);
        }
        return places;
    }

    // ---- physical tables ----

    private Plan onSchemas() {
        String database = database();
        List<TableUse> physical = analysis.tables().stream()
                .filter(use -> use.table() == null
                        && use.place() == TableUse.Place.HOME
                        && (use.name().schema() == null || database.equals(use.database())))
                .toList();
        if (hint instanceof HintCommand.Scan scan && !scan.tables().isEmpty()) {
            throw error("the statement names no sharded table " + scan.tables().getFirst());
        }
        Map<String, Database.Shard> places = new LinkedHashMap<>();
        for (Database.Shard shard : shards(database)) {
            // Without a physical table it is the same in all schemas of a Group.
            places.putIfAbsent(physical.isEmpty() ? shard.group() : shard.schema(), shard);
        }
        List<Plan.Fragment> fragments = new ArrayList<>();
        for (Database.Shard shard : places.values()) {
            Map<TableUse, String> names = new IdentityHashMap<>();
            physical.forEach(use ->
                    names.put(use, Sql.table(shard.schema(), use.name().name().text())));
            String sql = PhysicalText.edits(analysis, names)
                    .render(analysis.statement().span());
            fragments.add(new Plan.Fragment(shard.group(), -1, sql));
        }
        return plan(fragments, List.of());
    }

    private String database() {
        String current = planner.context().currentDatabase();
        if (current == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        return current;
    }

    // ---- the plan ----

    private Plan plan(List<Plan.Fragment> fragments, List<Plan.Names.Renaming> renamings) {
        boolean query = parsed.statement() instanceof Query;
        boolean write = !query
                || StatementPlanner.locks(analysis.statement())
                || analysis.traits().impure();
        Plan.Names names = new Plan.Names(current(), renamings);
        if (fragments.size() == 1) {
            Plan.Fragment only = fragments.getFirst();
            return new Plan.Route(only.group(), only.sql(), write, names, "a hint says where");
        }
        boolean clock = analysis.traits().clock();
        return query
                ? new Plan.Gather(
                        fragments,
                        analysis.source(),
                        Plan.Merge.CONCATENATE,
                        write,
                        clock,
                        null,
                        names,
                        "a hint says where; each place answers for itself")
                : new Plan.Spread(fragments, false, clock, "a hint says where");
    }

    private String current() {
        @Nullable String current = planner.context().currentDatabase();
        return current == null ? "" : current;
    }
}
