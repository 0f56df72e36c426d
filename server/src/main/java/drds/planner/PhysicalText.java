package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.parser.Delete;
import drds.parser.Expression.ColumnReference;
import drds.parser.Identifier;
import drds.parser.Node;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user's text with tables exchanged. The logical name stays as the alias, so that column references still fit; what
 * names the logical schema too loses it. A select item without an alias whose text changes gets its old text as alias, since
 * that is the column's name.
 */
final class PhysicalText {
    /** MySQL's limit for an alias. */
    private static final int LONGEST_ALIAS = 255;

    private final Analysis analysis;
    private final Map<TableUse, String> replacements;
    private final TextEdits edits;
    private final List<Span> changed = new ArrayList<>();

    /** A span and what to put in its place. */
    record Change(Span span, String text) {}

    private PhysicalText(Analysis analysis, Map<TableUse, String> replacements) {
        this.analysis = analysis;
        this.replacements = replacements;
        this.edits = new TextEdits(analysis.source());
    }

    /**
     * @param replacements for the tables to exchange, what to put in the place of their names (compared by identity)
     * @return the edits, to which more can be added behind select items
     * @throws NotPushable if the text can't be changed so
     */
    static TextEdits edits(Analysis analysis, Map<TableUse, String> replacements) {
        return edits(analysis, replacements, List.of());
    }

    /** @param changes what else to exchange, inside select items */
    static TextEdits edits(Analysis analysis, Map<TableUse, String> replacements, List<Change> changes) {
        PhysicalText text = new PhysicalText(analysis, replacements);
        text.tables();
        text.references();
        changes.forEach(c -> text.change(c.span(), c.text()));
        text.headings();
        return text.edits;
    }

    /** Edits for pieces of the text: without headings. */
    static TextEdits pieces(Analysis analysis, Map<TableUse, String> replacements) {
        PhysicalText text = new PhysicalText(analysis, replacements);
        text.tables();
        text.references();
        return text.edits;
    }

    private void tables() {
        boolean plainDelete = analysis.statement() instanceof Delete delete
                && delete.targets().isEmpty();
        for (TableUse use : analysis.tables()) {
            String replacement = replacements.get(use);
            if (replacement == null) {
                continue;
            }
            change(use.name().span(), replacement);
            TableReference.TableName node = use.node();
            boolean target = plainDelete && use.block() != null && use.block().node() == analysis.statement();
            if (node != null && node.alias() == null && !target) {
                change(new Span(node.aliasPosition(), node.aliasPosition()), " AS " + Sql.quote(use.correlationName()));
            }
            if (node != null && Shipping.isShipped(replacement)) {
                node.indexHints().forEach(hint -> edits.remove(hint.span())); // a copy doesn't have all the indexes
            }
            if (node != null && !node.partitions().isEmpty()) {
                throw new NotPushable("PARTITION () names partitions of the instance's own");
            }
        }
    }

    private void references() {
        for (Block block : analysis.blocks()) {
            for (int i = 0; i < block.sources().size(); i++) {
                requireUniqueName(block, i);
            }
        }
        references(analysis.statement(), null);
        if (analysis.statement() instanceof Delete delete) {
            for (Delete.Target target : delete.targets()) {
                targets(delete, target);
            }
        }
    }

    /** Two tables of the same name from two schemas can't both keep it as alias. */
    private void requireUniqueName(Block block, int index) {
        Source source = block.sources().get(index);
        boolean twice = block.sources().stream()
                .anyMatch(other -> other != source
                        && other.correlationName() != null
                        && other.correlationName().equals(source.correlationName()));
        if (twice && source instanceof TableUse use && replacements.containsKey(use)) {
            throw new NotPushable("two tables of one name");
        }
    }

    private void targets(Delete delete, Delete.Target target) {
        Identifier schema = target.name().schema();
        for (TableUse use : analysis.tables()) {
            if (schema != null
                    && replacements.containsKey(use)
                    && use.block() != null
                    && use.block().node() == delete
                    && use.correlationName().equals(target.name().name().text())
                    && schema.text().equals(use.database())) {
                change(target.name().span(), Sql.quote(use.correlationName()));
            }
        }
    }

    private void references(Node top, @Nullable Block around) {
        Block block = blockAt(top, around);
        List<Node> open = new ArrayList<>();
        top.forEachChild(open::add);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            switch (node) {
                case Select select -> references(select, block);
                case ColumnReference reference -> {
                    if (reference.table() != null && block != null) {
                        reference(block, reference.schema(), reference.table(), reference.qualifier());
                    }
                }
                case Select.Wildcard wildcard -> wildcard(wildcard, block);
                default -> node.forEachChild(open::add);
            }
        }
    }

    private void wildcard(Select.Wildcard wildcard, @Nullable Block block) {
        Identifier schema = wildcard.schema();
        Identifier table = wildcard.table();
        if (schema != null && table != null && block != null) {
            reference(block, schema, table, schema.span().to(table.span()));
        }
    }

    private @Nullable Block blockAt(Node node, @Nullable Block around) {
        if (node instanceof Select select) {
            return analysis.blockOf().get(select);
        }
        if (node == analysis.statement()) {
            return analysis.blocks().stream()
                    .filter(b -> b.node() == node)
                    .findFirst()
                    .orElse(around);
        }
        return around;
    }

    private void reference(Block block, @Nullable Identifier schema, Identifier table, Span qualifier) {
        for (Block at = block; at != null; at = at.parent()) {
            for (Source source : at.sources()) {
                boolean named = table.text().equals(source.correlationName());
                if (named
                        && (schema == null
                                || source instanceof TableUse use
                                        && schema.text().equals(use.database()))) {
                    String replacement = source instanceof TableUse use ? replacements.get(use) : null;
                    if (replacement != null && isDeleteTarget(at)) {
                        change(qualifier, replacement);
                    } else if (replacement != null && schema != null) {
                        change(qualifier, Sql.quote(table.text()));
                    }
                    return;
                }
            }
        }
    }

    /** The table of a DELETE takes no alias on every server; so what refers to it names the physical table. */
    private boolean isDeleteTarget(Block block) {
        return block.node() instanceof Delete delete && delete.targets().isEmpty() && block.role() == Block.Role.TOP;
    }

    private void headings() {
        for (Block block : analysis.blocks()) {
            if (block.select() != null) {
                block.select().items().forEach(this::heading);
            }
        }
    }

    private void heading(Select.Item item) {
        if (item instanceof Select.ExpressionItem expression
                && expression.alias() == null
                && !(expression.expression() instanceof ColumnReference)
                && changed.stream().anyMatch(expression.expressionSpan()::covers)) {
            String text = expression.expressionSpan().of(analysis.source());
            edits.insert(expression.expressionSpan().end(), " AS " + alias(text));
        }
    }

    /** An alias that makes a column's name the given text. */
    static String alias(String text) {
        if (text.length() > LONGEST_ALIAS || text.isBlank() || text.endsWith(" ")) {
            throw new NotPushable("a column's name that no alias can have");
        }
        return Sql.quote(text);
    }

    private void change(Span span, String replacement) {
        edits.replace(span, replacement);
        changed.add(span);
    }
}
