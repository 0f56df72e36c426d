package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.KeyConstraints;
import drds.analyzer.KeyReader;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.ColumnReference;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.SpecialFunction;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a statement's conditions ask of a table's row in one place, whatever the other tables hold: its own conditions, those of
 * columns that it must be equal to, and what all branches of an OR ask in common.
 */
final class RowConditions {
    private final Analysis analysis;
    private final EqualColumns equals;
    private final Selectivity selectivity;
    private final Map<TableUse, List<Part>> known = new IdentityHashMap<>();

    RowConditions(Analysis analysis, KeyReader reader, TableSizes sizes) {
        this.analysis = analysis;
        this.selectivity = new Selectivity(analysis, sizes);
        this.equals = new EqualColumns(analysis, reader);
    }

    /**
     * One condition that must be true.
     *
     * @param text in parentheses, with the table's columns by their names alone
     * @param share a guess of the share of rows that meet it
     */
    record Part(String text, double share) {}

    EqualColumns equals() {
        return equals;
    }

    /** All conditions; none where conditions may have effects of their own. */
    List<Part> of(TableUse use) {
        return known.computeIfAbsent(use, this::find);
    }

    /** The conditions as one; null for all rows. */
    @Nullable
    String text(TableUse use) {
        List<String> parts = of(use).stream().map(Part::text).toList();
        return parts.isEmpty() ? null : String.join(" AND ", parts);
    }

    private List<Part> find(TableUse use) {
        Block block = use.block();
        if (block == null || analysis.traits().assignment()) {
            return List.of();
        }
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Filter filter : filters(block, use)) {
            Part part = part(filter.condition(), use);
            if (part != null) {
                parts.putIfAbsent(part.text(), part);
            }
        }
        for (Column own : equals.linked(use)) {
            for (Column other : equals.of(own)) {
                inherited(own, other).forEach(part -> parts.putIfAbsent(part.text(), part));
            }
        }
        return List.copyOf(parts.values());
    }

    private static List<Filter> filters(Block block, TableUse use) {
        return block.filters().stream()
                .filter(f -> f.reaches(use) && !f.maybeNullFilled(use))
                .toList();
    }

    // ---- the table's own ----

    private @Nullable Part part(Expression condition, TableUse use) {
        if (isAbout(condition, use)) {
            return new Part("(" + alone(condition, null, "") + ")", selectivity.of(condition));
        }
        boolean or = condition instanceof Expression.Binary binary && binary.operator() == BinaryOperator.OR;
        return or ? ofBranches(KeyConstraints.operands(condition, BinaryOperator.OR), use) : null;
    }

    /** What the branches ask: known only if each asks something. */
    private @Nullable Part ofBranches(List<Expression> branches, TableUse use) {
        List<String> texts = new ArrayList<>();
        double share = 0;
        for (Expression branch : branches) {
            List<Expression> own = KeyConstraints.operands(branch, BinaryOperator.AND).stream()
                    .filter(conjunct -> isAbout(conjunct, use))
                    .toList();
            if (own.isEmpty()) {
                return null;
            }
            texts.add(String.join(
                    " AND ",
                    own.stream().map(c -> "(" + alone(c, null, "") + ")").toList()));
            share += own.stream().mapToDouble(selectivity::of).reduce(1, (a, b) -> a * b);
        }
        return new Part("(" + String.join(" OR ", texts) + ")", Math.min(1, share));
    }

    /** Whether the condition depends on this table's row and nothing else; values that were found ahead are wherever it is. */
    private boolean isAbout(Expression condition, TableUse use) {
        AheadValues values = AheadValues.in(condition, analysis);
        return isSteady(condition, values)
                && columns(condition, values, column -> column != null && column.source() == use);
    }

    private static boolean isSteady(Expression condition, AheadValues values) {
        Traits traits = Traits.of(condition);
        return traits.steady()
                && (values.any() || !traits.subquery())
                && !traits.aggregate()
                && !traits.window()
                && !traits.parameter();
    }

    /** Whether there are columns, all as wanted, and no query. */
    private boolean columns(
            Expression condition, AheadValues values, java.util.function.Predicate<@Nullable Column> wanted) {
        boolean[] only = {true};
        boolean[] any = {false};
        condition.walk(node -> {
            boolean ahead = values.covers(node);
            if (node instanceof ColumnReference reference && !ahead) {
                only[0] &= wanted.test(analysis.column(reference));
                any[0] = true;
            }
            only[0] &= !(node instanceof Query) || ahead;
        });
        return only[0] && any[0];
    }

    // ---- those of equal columns ----

    private List<Part> inherited(Column own, Column other) {
        if (!(other.source() instanceof TableUse use) || !isSameType(own.definition(), other.definition())) {
            return List.of();
        }
        Block block = use.block();
        if (block == null) {
            return List.of();
        }
        return filters(block, use).stream()
                .map(Filter::condition)
                .filter(condition -> isSteady(condition, AheadValues.NONE)
                        && columns(condition, AheadValues.NONE, other::equals)
                        && !asksForDefault(condition))
                .filter(condition -> isExact(own.definition()) || isPlainComparison(condition))
                .map(c -> new Part("(" + alone(c, other, own.name()) + ")", selectivity.of(c)))
                .toList();
    }

    private static boolean asksForDefault(Expression condition) {
        boolean[] found = new boolean[1];
        condition.walk(node -> found[0] |= node instanceof SpecialFunction.DefaultOf);
        return found[0];
    }

    /** Whether equal values of the type are the same in everything. */
    static boolean isExact(Table.@Nullable Column column) {
        return column != null
                && switch (column.dataType()) {
                    case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "year" ->
                        true;
                    default -> false;
                };
    }

    /** Whether a text is compared with texts, by the column's own collation then: equal values give equal answers. */
    private static boolean isPlainComparison(Expression condition) {
        return switch (condition) {
            case Expression.Binary binary ->
                switch (binary.operator()) {
                    case EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, NOT_EQUAL ->
                        isColumnOrText(binary.left()) && isColumnOrText(binary.right());
                    default -> false;
                };
            case Expression.InList in ->
                isColumnOrText(in.value()) && in.list().stream().allMatch(RowConditions::isColumnOrText);
            case Expression.Between between ->
                isColumnOrText(between.value()) && isColumnOrText(between.low()) && isColumnOrText(between.high());
            default -> false;
        };
    }

    private static boolean isColumnOrText(Expression expression) {
        return expression instanceof ColumnReference
                || expression instanceof Literal.StringLiteral text && text.introducer() == null && !text.national();
    }

    private static boolean isSameType(Table.@Nullable Column a, Table.@Nullable Column b) {
        return a != null
                && b != null
                && a.type().equals(b.type())
                && a.nullable() == b.nullable() // IS NULL also finds the zero date where a DATE can't be NULL
                && Objects.equals(a.characterSet(), b.characterSet())
                && Objects.equals(a.collation(), b.collation());
    }

    /** The condition's text with every column by its name alone, or by that of the column it is put in the place of. */
    private String alone(Node condition, @Nullable Column exchanged, String name) {
        TextEdits edits = new TextEdits(analysis.source());
        condition.walk(node -> {
            if (node instanceof ColumnReference reference) {
                boolean exchange = exchanged != null && exchanged.equals(analysis.column(reference));
                edits.replace(
                        reference.span(),
                        Sql.quote(exchange ? name : reference.column().text()));
            }
        });
        return edits.render(condition.span());
    }
}
