package drds.analyzer;

import drds.parser.Condition;
import drds.parser.Expression;
import drds.parser.Identifier;
import drds.parser.TableReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Finds which conditions of WHERE and ON filter which sources of a block. */
final class FromConditions {
    private final Block block;

    FromConditions(Block block) {
        this.block = block;
    }

    static boolean isNatural(TableReference.Join.Kind kind) {
        return switch (kind) {
            case NATURAL, NATURAL_LEFT, NATURAL_RIGHT -> true;
            case COMMA, INNER, CROSS, STRAIGHT, LEFT, RIGHT -> false;
        };
    }

    /**
     * Adds the filters of all ON clauses.
     *
     * @param visitor called for each ON clause with the sources that it may name
     */
    void joins(TableReference from, BiConsumer<Condition, List<Source>> visitor) {
        below(from, visitor);
    }

    void where(Condition where) {
        Map<Source, Boolean> reach = block.from() == null ? new IdentityHashMap<>() : nullFilled(block.from());
        add(where.expression(), reach, true);
    }

    private void below(TableReference reference, BiConsumer<Condition, List<Source>> visitor) {
        switch (reference) {
            case TableReference.Join join -> {
                below(join.left(), visitor);
                below(join.right(), visitor);
                for (Identifier name : join.using()) {
                    using(join, TableNames.lower(name.text()));
                }
                if (join.on() != null) {
                    List<Source> visible = new ArrayList<>(sources(join));
                    visitor.accept(join.on(), visible);
                    add(join.on().expression(), filtered(join), false);
                }
            }
            case TableReference.ParenthesizedTables inner -> below(inner.tables(), visitor);
            case TableReference.TableName name -> {}
            case TableReference.DerivedTable derived -> {}
            case TableReference.JsonTable json -> {}
            case TableReference.Dual dual -> {}
        }
    }

    /** USING (name): the two columns are linked where each side has one such column. */
    private void using(TableReference.Join join, String name) {
        Source left = owner(join.left(), name);
        Source right = owner(join.right(), name);
        if (left != null && right != null) {
            block.merged().add(new Link(new Column(left, name), new Column(right, name), filtered(join), false, null));
        }
    }

    /** The source on that side whose column the name means; null if it isn't certain. */
    private @Nullable Source owner(TableReference side, String name) {
        List<Source> owners = new ArrayList<>();
        for (Source source : sources(side)) {
            List<String> columns = source.columnNames();
            if (columns == null) {
                return null;
            }
            if (columns.contains(name)) {
                owners.add(source);
            }
        }
        boolean sure = owners.size() == 1 || owners.size() > 1 && block.merges(owners, name);
        return sure ? owners.get(0) : null;
    }

    /** The sources whose rows an ON clause decides about. */
    private Map<Source, Boolean> filtered(TableReference.Join join) {
        return switch (join.kind()) {
            case COMMA, INNER, CROSS, STRAIGHT, NATURAL -> {
                Map<Source, Boolean> both = nullFilled(join.left());
                both.putAll(nullFilled(join.right()));
                yield both;
            }
            case LEFT, NATURAL_LEFT -> nullFilled(join.right());
            case RIGHT, NATURAL_RIGHT -> nullFilled(join.left());
        };
    }

    private void add(Expression condition, Map<Source, Boolean> reach, boolean where) {
        for (Expression conjunct : KeyConstraints.operands(condition, Expression.BinaryOperator.AND)) {
            block.filters().add(new Filter(conjunct, reach, where));
        }
    }

    private List<Source> sources(TableReference reference) {
        return block.sources().stream()
                .filter(nullFilled(reference)::containsKey)
                .toList();
    }

    /** The sources below, and for each whether an outer join below may fill it with NULL. */
    private Map<Source, Boolean> nullFilled(TableReference reference) {
        Map<Source, Boolean> result = new IdentityHashMap<>();
        collect(reference, false, result);
        return result;
    }

    boolean isNullFilled(TableReference from, Source source) {
        return nullFilled(from).getOrDefault(source, true);
    }

    private void collect(TableReference reference, boolean filled, Map<Source, Boolean> result) {
        switch (reference) {
            case TableReference.Join join -> {
                boolean left = join.kind() == TableReference.Join.Kind.RIGHT
                        || join.kind() == TableReference.Join.Kind.NATURAL_RIGHT;
                boolean right = join.kind() == TableReference.Join.Kind.LEFT
                        || join.kind() == TableReference.Join.Kind.NATURAL_LEFT;
                collect(join.left(), filled || left, result);
                collect(join.right(), filled || right, result);
            }
            case TableReference.ParenthesizedTables inner -> collect(inner.tables(), filled, result);
            case TableReference.TableName name -> put(name, filled, result);
            case TableReference.DerivedTable derived -> put(derived, filled, result);
            case TableReference.JsonTable json -> put(json, filled, result);
            case TableReference.Dual dual -> {}
        }
    }

    private void put(TableReference leaf, boolean filled, Map<Source, Boolean> result) {
        Source source = block.source(leaf);
        if (source != null) {
            result.put(source, filled);
        }
    }
}
