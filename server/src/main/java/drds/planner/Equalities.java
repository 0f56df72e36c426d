package drds.planner;

import drds.analyzer.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which columns are equal by a set of equalities. */
final class Equalities {
    private final Map<Column, Column> parents = new HashMap<>();

    /** Two columns that are equal. */
    record Pair(Column left, Column right) {}

    static Equalities of(List<List<Pair>> pairs) {
        Equalities equalities = new Equalities();
        new ArrayList<>(pairs)
                .forEach(list -> list.forEach(
                        p -> equalities.parents.put(equalities.root(p.left()), equalities.root(p.right()))));
        return equalities;
    }

    boolean equal(Column a, Column b) {
        return root(a).equals(root(b));
    }

    private Column root(Column column) {
        Column at = column;
        for (Column up = parents.get(at); up != null && !up.equals(at); up = parents.get(at)) {
            at = up;
        }
        return at;
    }

    /** Whether the shard key of one anchor equals the other's. */
    boolean linked(List<Anchor> some, List<Anchor> others) {
        for (Anchor a : some) {
            for (Anchor b : others) {
                if (a.columns().size() == b.columns().size() && a.sameDistribution(b) && linked(a, b)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean linked(Anchor a, Anchor b) {
        for (int i = 0; i < a.columns().size(); i++) {
            if (!equal(a.column(i), b.column(i))) {
                return false;
            }
        }
        return true;
    }
}
