package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.Table;
import drds.parser.Condition;
import drds.parser.Limit;
import drds.parser.OrderBy;
import drds.parser.TableReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans the change that is made on copies first: which rows they need. */
final class RehearsalPlanner {
    private final Analysis analysis;
    private final KeyConstraints constraints;
    private final ResidualPlanner copies;
    private final String home;

    RehearsalPlanner(Analysis analysis, KeyConstraints constraints, ResidualPlanner copies, String home) {
        this.analysis = analysis;
        this.constraints = constraints;
        this.copies = copies;
        this.home = home;
    }

    /**
     * UPDATE or DELETE.
     *
     * @param wholly whether rows that the change does not find decide on it too: with IGNORE a row stays as it is where its new
     *     key is another's
     */
    Plan.Rehearsal change(List<TableUse> targets, ChangePlanner.Clauses clauses, boolean wholly, String reason) {
        String firstRows = targets.size() == 1 ? firstRows(targets.getFirst(), clauses) : null;
        return plan(
                targets,
                uses -> wholly
                        ? everyRow(uses.getFirst())
                        : sources(uses, firstRows != null ? firstRows : copies.filter(uses)),
                null,
                false,
                reason);
    }

    /**
     * INSERT or REPLACE.
     *
     * @param candidates the rows that it brings
     * @param wholly as for {@link #change}
     */
    Plan.Rehearsal insert(TableUse target, Plan.Candidates candidates, boolean wholly, String reason) {
        long named = analysis.tables().stream()
                .filter(use -> use.table() != null && nameOf(use).equals(nameOf(target)))
                .count();
        boolean reads = named > 1;
        return plan(List.of(target), uses -> reads || wholly ? everyRow(target) : List.of(), candidates, true, reason);
    }

    /** Which rows of a target are copied beforehand. */
    private interface Rows {
        List<Plan.Input.Source> of(List<TableUse> uses);
    }

    private Plan.Rehearsal plan(
            List<TableUse> targets, Rows rows, Plan.@Nullable Candidates candidates, boolean inserts, String reason) {
        Map<ResidualPlanner.Name, List<TableUse>> uses = new LinkedHashMap<>();
        for (TableUse use : analysis.tables()) {
            if (use.table() != null && use.database() != null) {
                uses.computeIfAbsent(nameOf(use), name -> new ArrayList<>()).add(use);
            }
        }
        Set<String> mentioned = copies.mentionedNames();
        List<Plan.Input> changed = new ArrayList<>();
        List<Plan.Input> inputs = new ArrayList<>();
        List<Plan.HomeTable> atHome = new ArrayList<>();
        uses.forEach((name, all) -> {
            if (targets.stream().anyMatch(all::contains)) {
                changed.add(new Plan.Input(name.database(), name.table(), storedColumns(name.table()), rows.of(all)));
            } else if (all.getFirst().isSharded()) {
                inputs.add(copies.input(name, all, mentioned));
            } else {
                atHome.add(new Plan.HomeTable(name.database(), name.table()));
            }
        });
        return new Plan.Rehearsal(changed, inputs, atHome, copies.text(), candidates, inserts, null, null, reason);
    }

    /** All columns of all sharded tables that are named, with the rows that can matter. */
    List<Plan.Input> everything() {
        Map<ResidualPlanner.Name, List<TableUse>> uses = new LinkedHashMap<>();
        for (TableUse use : analysis.shardedTables()) {
            uses.computeIfAbsent(nameOf(use), name -> new ArrayList<>()).add(use);
        }
        List<Plan.Input> all = new ArrayList<>();
        uses.forEach((name, those) -> all.add(new Plan.Input(
                name.database(), name.table(), storedColumns(name.table()), sources(those, copies.filter(those)))));
        return all;
    }

    private static ResidualPlanner.Name nameOf(TableUse use) {
        return new ResidualPlanner.Name(String.valueOf(use.database()), use.definition());
    }

    static List<String> storedColumns(Table table) {
        return table.columns().stream()
                .filter(column -> !column.generated())
                .map(Table.Column::name)
                .toList();
    }

    /** All columns and rows of a table. */
    static Plan.Input whole(String database, Table table, String home) {
        return new Plan.Input(database, table, storedColumns(table), sources(table, database, home, null, null));
    }

    private List<Plan.Input.Source> everyRow(TableUse target) {
        return sources(target.definition(), String.valueOf(target.database()), home, null, null);
    }

    private List<Plan.Input.Source> sources(List<TableUse> uses, @Nullable String where) {
        TableUse first = uses.getFirst();
        BitSet partitions = null;
        if (first.isSharded()) {
            partitions = new BitSet();
            for (TableUse use : uses) {
                partitions.or(constraints.partitions(use));
            }
        }
        return sources(first.definition(), String.valueOf(first.database()), home, partitions, where);
    }

    private static List<Plan.Input.Source> sources(
            Table table, String database, String home, @Nullable BitSet partitions, @Nullable String where) {
        if (table.kind() != Table.Kind.SHARDED) {
            return List.of(new Plan.Input.Source(home, -1, Sql.table(database, table.name()), where));
        }
        return table.partitions().stream()
                .filter(partition -> partitions == null || partitions.get(partition.index()))
                .map(partition ->
                        new Plan.Input.Source(partition.group(), partition.index(), Sql.table(partition), where))
                .toList();
    }

    // ---- LIMIT ----

    /**
     * A condition with ORDER BY and LIMIT that finds, in each partition, the rows among which the first ones of all are; null
     * where more than this table's own row decides.
     */
    private @Nullable String firstRows(TableUse target, ChangePlanner.Clauses clauses) {
        Limit limit = clauses.limit();
        boolean alone = analysis.tables().size() == 1
                && clauses.with() == null
                && clauses.tables() instanceof TableReference.TableName;
        if (limit == null || !alone) {
            return null;
        }
        Condition where = clauses.where();
        OrderBy order = clauses.orderBy();
        Block block = target.block();
        if (block == null || !isSteady(where) || !isSteady(order) || !isSteady(limit)) {
            return null;
        }
        StringBuilder text = new StringBuilder(where == null ? "TRUE" : copies.alone(where.expression()));
        if (order != null) {
            text.append(' ').append(copies.alone(order));
        }
        return text.append(' ').append(limit.text(analysis.source())).toString();
    }

    private static boolean isSteady(drds.parser.@Nullable Node clause) {
        if (clause == null) {
            return true;
        }
        Traits traits = Traits.of(clause);
        return traits.steady() && !traits.subquery() && !traits.parameter();
    }
}
