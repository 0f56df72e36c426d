package drds.analyzer;

import drds.parser.Condition;
import drds.parser.Expression;
import drds.parser.Node;
import drds.parser.Select;
import drds.parser.TableReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One query block: a SELECT, or the part of an UPDATE or DELETE that finds the rows. */
public final class Block {
    /** How a block's rows are used. */
    public enum Role {
        /** They are the statement's answer. */
        TOP,
        /** A derived table's or common table expression's. */
        DERIVED,
        /** A subquery in an expression. */
        SUBQUERY,
        /** An operand of UNION, EXCEPT or INTERSECT, wherever that stands. */
        OPERAND
    }

    private final Node node;
    private final Role role;
    private final @Nullable Block parent;
    private final @Nullable TableReference from;
    private final @Nullable Condition where;
    private final List<Source> sources = new ArrayList<>();
    private final Map<TableReference, Source> leaves = new IdentityHashMap<>();
    private final List<Filter> filters = new ArrayList<>();
    private final List<Expression.Subquery> subqueries = new ArrayList<>();
    private final List<Link> merged = new ArrayList<>();
    private boolean mergedColumns;

    Block(Node node, Role role, @Nullable Block parent, @Nullable TableReference from, @Nullable Condition where) {
        this.node = node;
        this.role = role;
        this.parent = parent;
        this.from = from;
        this.where = where;
    }

    public Node node() {
        return node;
    }

    public Role role() {
        return role;
    }

    /** The SELECT; null for the block of an UPDATE or DELETE. */
    public @Nullable Select select() {
        return node instanceof Select select ? select : null;
    }

    /** The block around it whose columns it may refer to. */
    public @Nullable Block parent() {
        return parent;
    }

    public @Nullable TableReference from() {
        return from;
    }

    public @Nullable Condition where() {
        return where;
    }

    /** In the order of FROM. */
    public List<Source> sources() {
        return sources;
    }

    /** The source of an entry of FROM that is no join. */
    public @Nullable Source source(TableReference leaf) {
        return leaves.get(leaf);
    }

    public List<Filter> filters() {
        return filters;
    }

    /** The columns that USING makes equal. */
    public List<Link> merged() {
        return merged;
    }

    /**
     * Whether USING makes the columns of that name in these sources one; it is the first source's then (RIGHT JOIN, where it
     * is the last one's, is left out).
     */
    boolean merges(List<Source> those, String column) {
        boolean[] right = new boolean[1];
        if (from != null) {
            from.walk(node -> right[0] |= node instanceof TableReference.Join join
                    && (join.kind() == TableReference.Join.Kind.RIGHT
                            || join.kind() == TableReference.Join.Kind.NATURAL_RIGHT));
        }
        Source first = those.get(0);
        return !right[0]
                && those.stream()
                        .skip(1)
                        .allMatch(source -> merged.stream()
                                .anyMatch(link -> link.left().equals(new Column(first, column))
                                        && link.right().equals(new Column(source, column))));
    }

    /** The subqueries that stand directly in this block's expressions. */
    public List<Expression.Subquery> subqueries() {
        return subqueries;
    }

    /** Whether USING or NATURAL merges columns. */
    public boolean mergedColumns() {
        return mergedColumns;
    }

    void add(TableReference leaf, Source source) {
        sources.add(source);
        leaves.put(leaf, source);
    }

    void mergeColumns() {
        mergedColumns = true;
    }
}
