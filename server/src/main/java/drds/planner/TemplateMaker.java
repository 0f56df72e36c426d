package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.KeyConstraints;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.TextEdits;
import drds.parser.Update;
import drds.rule.KeyType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RouteTemplate} of a statement that was routed by one value: a literal or parameter that is equated to a column
 * in a conjunct of its own, and that is the only constant which was looked at to find the partitions.
 */
final class TemplateMaker {
    private static final char MARK = '\u0001';

    private final StatementPlanner planner;
    private final Analysis analysis;
    private final KeyConstraints constraints;
    private final List<Span> literals;

    TemplateMaker(StatementPlanner planner, ParsedStatement parsed, List<Span> literals) {
        this.planner = planner;
        this.analysis = planner.analyze(parsed);
        this.constraints = planner.constraints(analysis);
        this.literals = literals;
    }

    /** @throws NotPushable if there is no such template */
    RouteTemplate make(Plan.Route route) {
        boolean kind = analysis.statement() instanceof Query
                || analysis.statement() instanceof Update
                || analysis.statement() instanceof Delete;
        boolean views = analysis.tables().stream().anyMatch(t -> t.view() != null);
        if (!kind || views || !analysis.hasSharded() || analysis.source().indexOf(MARK) >= 0) {
            throw new NotPushable("a statement of another kind");
        }
        Placement placement = Placement.find(analysis, constraints, planner.home());
        Set<Expression> consulted = constraints.consulted();
        if (consulted.size() != 1) {
            throw new NotPushable("several constants decide");
        }
        Expression constant = consulted.iterator().next();
        Column column = equated(constant);
        Table.Column definition = column == null ? null : column.definition();
        if (definition == null) {
            throw new NotPushable("the constant is not equated to a column");
        }
        boolean negated = constant instanceof Expression.Unary;
        int key = constant instanceof Expression.Parameter
                ? -1
                : literalAt(operand(constant).span());
        int parameter = constant instanceof Expression.Parameter given ? given.ordinal() : -1;
        List<TableUse> uses = analysis.shardedTables();
        for (TableUse use : uses) {
            if (constraints.partitions(use).isEmpty()
                    || use.definition().rule() == null
                    || use.definition().rule().columns().size() != 1) {
                throw new NotPushable("a table whose partition the value alone doesn't tell");
            }
        }
        boolean home = analysis.traits().homeOnly()
                || analysis.tables().stream()
                        .anyMatch(t -> t.place() == TableUse.Place.HOME || t.place() == TableUse.Place.SYSTEM);
        return new RouteTemplate(
                parts(uses),
                uses.stream()
                        .map(u -> new RouteTemplate.TableSlot(String.valueOf(u.database()), u.definition()))
                        .toList(),
                KeyType.of(definition.type(), definition.characterSet(), definition.collation()),
                key,
                parameter,
                negated,
                route.write(),
                home ? placement.group() : null,
                route.names().database());
    }

    private static Expression operand(Expression constant) {
        return constant instanceof Expression.Unary unary ? unary.operand() : constant;
    }

    /** The column that stands on the other side of an = that is a condition of its own. */
    private @Nullable Column equated(Expression constant) {
        for (Block block : analysis.blocks()) {
            for (Filter filter : block.filters()) {
                if (filter.condition() instanceof Expression.Binary binary
                        && binary.operator() == Expression.BinaryOperator.EQUAL) {
                    Expression other = binary.left() == constant
                            ? binary.right()
                            : binary.right() == constant ? binary.left() : null;
                    if (other instanceof ColumnReference reference) {
                        return analysis.column(reference);
                    }
                }
            }
        }
        return null;
    }

    private int literalAt(Span span) {
        int at = literals.indexOf(span);
        if (at < 0) {
            throw new NotPushable("the literal is not one token");
        }
        return at;
    }

    /** The physical text, cut at tables and literals. */
    private List<RouteTemplate.Part> parts(List<TableUse> uses) {
        requireNoChangedHeading();
        Map<TableUse, String> marks = new IdentityHashMap<>();
        for (int i = 0; i < uses.size(); i++) {
            marks.put(uses.get(i), MARK + "T" + i + MARK);
        }
        TextEdits edits = PhysicalText.edits(analysis, marks);
        for (int i = 0; i < literals.size(); i++) {
            edits.replace(literals.get(i), MARK + "L" + i + MARK);
        }
        String[] pieces = edits.render(analysis.statement().span()).split(String.valueOf(MARK), -1);
        List<RouteTemplate.Part> parts = new ArrayList<>();
        for (int i = 0; i < pieces.length; i++) {
            if (i % 2 == 0) {
                parts.add(new RouteTemplate.Part.Text(pieces[i]));
            } else {
                int index = Integer.parseInt(pieces[i].substring(1));
                parts.add(
                        pieces[i].charAt(0) == 'T'
                                ? new RouteTemplate.Part.TableName(index)
                                : new RouteTemplate.Part.Literal(index));
            }
        }
        return parts;
    }

    /** A heading has a copy of the item's text, and so of the literals in it. */
    private void requireNoChangedHeading() {
        for (Block block : analysis.blocks()) {
            Select select = block.select();
            if (select == null) {
                continue;
            }
            for (Select.Item item : select.items()) {
                if (item instanceof Select.ExpressionItem expression
                        && expression.alias() == null
                        && analysis.tables().stream()
                                .anyMatch(t -> expression.span().covers(t.name().span()))) {
                    throw new NotPushable("a heading that changes with the literals");
                }
                if (item instanceof Select.ExpressionItem expression
                        && expression.alias() == null
                        && !(expression.expression() instanceof ColumnReference)
                        && hasSchema(expression)) {
                    throw new NotPushable("a heading that changes with the literals");
                }
            }
        }
    }

    private static boolean hasSchema(Select.ExpressionItem item) {
        boolean[] found = new boolean[1];
        item.walk(node -> found[0] |= node instanceof ColumnReference reference && reference.schema() != null);
        return found[0];
    }
}
