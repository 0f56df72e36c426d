package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Identifier;
import drds.parser.Node;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans what is always right: the needed part of each table is copied together and the statement itself runs there. */
final class ResidualPlanner {
    private final Analysis analysis;
    private final KeyConstraints constraints;
    private final RowConditions conditions;
    private @Nullable Set<String> mentioned;

    ResidualPlanner(Analysis analysis, KeyConstraints constraints, RowConditions conditions) {
        this.analysis = analysis;
        this.constraints = constraints;
        this.conditions = conditions;
    }

    /** What identifies a stored table. */
    record Name(String database, Table table) {}

    Plan.Residual plan(String reason, boolean locks) {
        Map<Name, List<TableUse>> sharded = new LinkedHashMap<>();
        Map<Name, List<TableUse>> home = new LinkedHashMap<>();
        for (TableUse use : analysis.tables()) {
            if (use.table() != null && use.database() != null) {
                (use.isSharded() ? sharded : home)
                        .computeIfAbsent(new Name(use.database(), use.definition()), n -> new ArrayList<>())
                        .add(use);
            }
        }
        Set<String> names = mentionedNames();
        List<Plan.Input> inputs = new ArrayList<>();
        sharded.forEach((name, uses) -> inputs.add(input(name, uses, names)));
        List<Plan.HomeTable> others = home.keySet().stream()
                .map(n -> new Plan.HomeTable(n.database(), n.table()))
                .toList();
        return new Plan.Residual(inputs, others, text(), locks, reason);
    }

    /** The statement without index hints, since the copies don't have all the indexes. */
    String text() {
        TextEdits edits = new TextEdits(analysis.source());
        analysis.statement().walk(node -> {
            if (node instanceof TableReference.TableName table) {
                for (TableReference.IndexHint hint : table.indexHints()) {
                    edits.remove(hint.span());
                }
                if (!table.partitions().isEmpty()) {
                    throw new NotPushable("PARTITION () names partitions of the instance's own");
                }
            }
        });
        return edits.render(analysis.statement().span());
    }

    Plan.Input input(Name name, List<TableUse> uses, Set<String> mentioned) {
        Table table = name.table();
        BitSet partitions = new BitSet();
        uses.forEach(use -> partitions.or(constraints.partitions(use)));
        String where = filter(uses);
        List<Plan.Input.Source> sources = partitions.stream()
                .mapToObj(table.partitions()::get)
                .map(p -> new Plan.Input.Source(p.group(), p.index(), Sql.table(p), where))
                .toList();
        return new Plan.Input(name.database(), table, columns(table, uses, mentioned), sources);
    }

    /** The columns of a table that can matter in these places; at least one. */
    private List<String> columns(Table table, List<TableUse> uses, Set<String> mentioned) {
        boolean all = uses.stream().anyMatch(this::allColumns);
        List<String> columns = table.columns().stream()
                .filter(c -> all && !c.invisible() || mentioned.contains(lower(c.name())))
                .map(Table.Column::name)
                .toList();
        return columns.isEmpty() ? List.of(narrowest(table)) : columns;
    }

    /** The columns of one place that can matter; at least one. */
    List<String> columns(TableUse use) {
        return columns(use.definition(), List.of(use), mentionedNames());
    }

    /** COUNT(*) needs the rows, whatever is in them. */
    private static String narrowest(Table table) {
        Table.Key primary = table.primaryKey();
        return primary != null
                ? primary.columns().get(0)
                : table.columns().get(0).name();
    }

    // ---- columns ----

    /** Every name in the statement that could be a column's: sound without knowing which table it means. */
    Set<String> mentionedNames() {
        Set<String> known = mentioned;
        if (known == null) {
            known = findNames();
            mentioned = known;
        }
        return known;
    }

    private Set<String> findNames() {
        Set<String> names = new HashSet<>();
        analysis.statement().walk(node -> {
            switch (node) {
                case ColumnReference reference ->
                    names.add(lower(reference.column().text()));
                case TableReference.Join join -> join.using().forEach(c -> names.add(lower(c.text())));
                case Expression.Keyword keyword -> names.add(lower(keyword.word()));
                case Identifier identifier -> names.add(lower(identifier.text()));
                default -> {}
            }
        });
        return names;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether a wildcard can mean this table's columns, or NATURAL compares all of them. */
    private boolean allColumns(TableUse use) {
        Block block = use.block();
        if (block == null) {
            return true;
        }
        if (block.select() == null) {
            // UPDATE and DELETE have no wildcard but in RETURNING, which means the table that changes.
            return hasNatural(block);
        }
        boolean star = !isAskedForRows(block)
                && block.select().items().stream()
                        .anyMatch(item -> item instanceof drds.parser.Select.Wildcard wildcard
                                && (wildcard.table() == null
                                        || wildcard.table().text().equals(use.correlationName())));
        return star || hasNatural(block);
    }

    /** EXISTS doesn't look at what is selected. */
    private boolean isAskedForRows(Block block) {
        boolean[] found = new boolean[1];
        analysis.statement()
                .walk(node -> found[0] |= node instanceof Expression.Exists exists
                        && analysis.block(exists.subquery().query()) == block);
        return found[0] && block.select() != null && block.select().having() == null;
    }

    private static boolean hasNatural(Block block) {
        boolean[] found = new boolean[1];
        if (block.from() != null) {
            block.from().walk(node -> found[0] |= node instanceof TableReference.Join join && isNatural(join));
        }
        return found[0];
    }

    private static boolean isNatural(TableReference.Join join) {
        return switch (join.kind()) {
            case NATURAL, NATURAL_LEFT, NATURAL_RIGHT -> true;
            case COMMA, INNER, CROSS, STRAIGHT, LEFT, RIGHT -> false;
        };
    }

    // ---- rows ----

    /** The condition that a row must meet to matter in at least one of the places; null for all rows. */
    @Nullable
    String filter(List<TableUse> uses) {
        if (analysis.traits().assignment()) {
            return null;
        }
        Set<String> alternatives = new LinkedHashSet<>();
        for (TableUse use : uses) {
            if (use.isSharded() && constraints.partitions(use).isEmpty()) {
                continue;
            }
            String conjunction = conditions.text(use);
            if (conjunction == null) {
                return null;
            }
            alternatives.add(conjunction);
        }
        if (alternatives.isEmpty()) {
            return null;
        }
        return alternatives.size() == 1
                ? alternatives.iterator().next()
                : "(" + String.join(") OR (", alternatives) + ")";
    }

    /** The condition's text with every column by its name alone. */
    String alone(Node condition) {
        TextEdits edits = new TextEdits(analysis.source());
        condition.walk(node -> {
            if (node instanceof ColumnReference reference) {
                edits.replace(reference.span(), Sql.quote(reference.column().text()));
            }
        });
        return edits.render(condition.span());
    }
}
