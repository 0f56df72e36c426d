package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.KeyConstraints;
import drds.catalog.Table;
import drds.parser.Expression;
import drds.rule.KeyConversion;
import drds.rule.KeyType;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The plan of all gathers of one shape: with the values at hand neither parsing nor planning is needed. The values decide only
 * which partitions are asked and which of an IN list each of them gets; they are put into texts made beforehand.
 *
 * <p>It holds as long as the catalog's version, the current database and the session's modes are those that it was made with.
 */
public final class GatherTemplate {
    private final Analysis analysis;
    private final Colocation colocation;
    private final Map<Expression, Integer> holes;
    private final List<List<Integer>> lists;
    private final List<OwnValues> own;
    private final @Nullable Part[] parts;
    private final Plan.Merge merge;
    private final boolean locks;
    private final boolean clock;
    private final Plan.Names names;
    private final Map<Table.Column, KeyType> types = new ConcurrentHashMap<>();

    /**
     * One partition's statement: a text before each hole, and one behind the last.
     *
     * @param holes a value's index, or minus one minus the index of an IN list
     */
    record Part(String group, String[] texts, int[] holes) {}

    /**
     * @param holes the literals of the tree that differ, each with its value's index
     * @param own IN lists that are cut; {@code lists} has the indexes of their values
     * @param parts by partition; null where none may be asked
     */
    GatherTemplate(
            Analysis analysis,
            Colocation colocation,
            Map<Expression, Integer> holes,
            List<List<Integer>> lists,
            List<OwnValues> own,
            @Nullable Part[] parts,
            Plan.Merge merge,
            boolean locks,
            boolean clock,
            Plan.Names names) {
        this.analysis = analysis;
        this.colocation = colocation;
        this.holes = holes;
        this.lists = lists;
        this.own = own;
        this.parts = parts;
        this.merge = merge;
        this.locks = locks;
        this.clock = clock;
        this.names = names;
    }

    /**
     * The plan for these values.
     *
     * @param values as SQL text; where the texts have question marks they only decide on partitions
     * @param sql the statement
     * @return null if it has to be planned
     */
    public Plan.@Nullable Gather gather(List<String> values, String sql, KeyConversion keys) {
        HoleReader reader = new HoleReader(keys, holes, values, types);
        List<Plan.Fragment> fragments = new ArrayList<>();
        try {
            BitSet partitions = colocation.partitions(new KeyConstraints(analysis, reader));
            int[][] places = places(reader);
            for (int p = partitions.nextSetBit(0); p >= 0; p = partitions.nextSetBit(p + 1)) {
                Part part = parts[p];
                if (part == null) {
                    return null;
                }
                fragments.add(new Plan.Fragment(part.group, p, text(part, values, places, p)));
            }
        } catch (HoleReader.NotReadable | NotPushable e) {
            return null;
        }
        return new Plan.Gather(
                fragments, sql, merge, locks, clock, null, names, "its shape is known, and its partitions", this);
    }

    /** How many partitions a gather asks if no value leaves any out. */
    public int partitions() {
        int count = 0;
        for (Part part : parts) {
            count += part == null ? 0 : 1;
        }
        return count;
    }

    /** For each IN list the partitions of its values. */
    private int[][] places(HoleReader reader) {
        int[][] places = new int[own.size()][];
        for (int i = 0; i < places.length; i++) {
            OwnValues list = own.get(i);
            Rule rule = list.rule();
            int[] partitions = new int[list.values().size()];
            for (int k = 0; k < partitions.length; k++) {
                partitions[k] = OwnValues.partition(
                        rule, reader.compared(list.column(), list.values().get(k)));
            }
            places[i] = partitions;
        }
        return places;
    }

    private String text(Part part, List<String> values, int[][] places, int partition) {
        String[] texts = part.texts;
        if (texts.length == 1) {
            return texts[0];
        }
        StringBuilder sql = new StringBuilder(texts[0]);
        for (int i = 0; i < part.holes.length; i++) {
            int hole = part.holes[i];
            if (hole >= 0) {
                sql.append(values.get(hole));
            } else {
                list(sql, -1 - hole, values, places, partition);
            }
            sql.append(texts[i + 1]);
        }
        return sql.toString();
    }

    private void list(StringBuilder sql, int index, List<String> values, int[][] places, int partition) {
        boolean[] wanted = OwnValues.own(places[index], partition);
        boolean first = true;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i]) {
                boolean negated = own.get(index).values().get(i) instanceof Expression.Unary;
                sql.append(first ? "" : ", ")
                        .append(negated ? "-" : "")
                        .append(values.get(lists.get(index).get(i)));
                first = false;
            }
        }
    }
}
