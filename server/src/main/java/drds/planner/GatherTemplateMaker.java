package drds.planner;

import drds.analyzer.Analysis;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.parser.Span;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a {@link GatherTemplate}: the fragments' texts are rendered with marks where values go, and cut there. */
final class GatherTemplateMaker {
    private static final char MARK = '\u0001';

    private final Analysis analysis;
    private final Map<Expression, Integer> holes = new IdentityHashMap<>();
    private final List<PhysicalText.Change> changes = new ArrayList<>();
    private final List<OwnValues> own = new ArrayList<>();
    private final List<List<Integer>> lists = new ArrayList<>();

    /** @param literals the spans of the values in their order; none if the statement has question marks */
    GatherTemplateMaker(Analysis analysis, List<Span> literals) {
        this.analysis = analysis;
        if (analysis.source().indexOf(MARK) >= 0) {
            throw new NotPushable("a character that marks are made with");
        }
        for (Expression literal : FreeLiterals.in(analysis.statement())) {
            int at = literal instanceof Expression.Parameter ? -1 : literals.indexOf(literal.span());
            if (at >= 0) {
                holes.put(literal, at);
            }
        }
    }

    /** @param cut the IN lists of which each partition gets its own values */
    void holes(List<OwnValues> cut) {
        List<Span> taken = new ArrayList<>();
        for (OwnValues list : cut) {
            List<Integer> indexes = new ArrayList<>();
            for (Expression value : list.values()) {
                Integer at = holes.get(value instanceof Expression.Unary unary ? unary.operand() : value);
                if (at != null) {
                    indexes.add(at);
                }
            }
            if (indexes.size() == list.values().size()) {
                changes.add(new PhysicalText.Change(list.span(), MARK + "I" + own.size() + MARK));
                own.add(list);
                lists.add(indexes);
                taken.add(list.span());
            }
        }
        holes.forEach((literal, at) -> {
            if (taken.stream().noneMatch(span -> span.covers(literal.span()))) {
                changes.add(new PhysicalText.Change(literal.span(), MARK + "L" + at + MARK));
            }
        });
    }

    /** What to change in the fragments' texts. */
    List<PhysicalText.Change> changes() {
        return changes;
    }

    /**
     * @param partitions of the driving table
     * @param texts each partition's statement with the changes, null where none may be asked
     */
    GatherTemplate make(
            Colocation colocation,
            List<Table.Partition> partitions,
            List<@Nullable String> texts,
            Plan.Merge merge,
            boolean locks,
            Plan.Names names) {
        GatherTemplate.Part[] parts = new GatherTemplate.Part[partitions.size()];
        for (int p = 0; p < parts.length; p++) {
            String text = texts.get(p);
            if (text != null) {
                parts[p] = part(partitions.get(p).group(), text);
            }
        }
        return new GatherTemplate(
                analysis,
                colocation,
                holes,
                lists,
                own,
                parts,
                merge,
                locks,
                analysis.traits().clock(),
                names);
    }

    private static GatherTemplate.Part part(String group, String text) {
        String[] pieces = text.split(String.valueOf(MARK), -1);
        String[] texts = new String[pieces.length / 2 + 1];
        int[] holes = new int[pieces.length / 2];
        for (int i = 0; i < pieces.length; i++) {
            if (i % 2 == 0) {
                texts[i / 2] = pieces[i];
            } else {
                int index = Integer.parseInt(pieces[i].substring(1));
                holes[i / 2] = pieces[i].charAt(0) == 'I' ? -1 - index : index;
            }
        }
        return new GatherTemplate.Part(group, texts, holes);
    }
}
