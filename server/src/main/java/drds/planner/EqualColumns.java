package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.Block;
import drds.analyzer.Column;
import drds.analyzer.Filter;
import drds.analyzer.KeyReader;
import drds.analyzer.Link;
import drds.analyzer.Links;
import drds.analyzer.OpaqueSource;
import drds.analyzer.QuerySource;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.parser.Expression;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns whose value a row's column must have for the row to matter: by equalities that filter it, in its own block, in the
 * blocks around and inside IN, one after the other. A row that finds no equal one there could be deleted without changing
 * the answer.
 */
final class EqualColumns {
    private final Analysis analysis;
    private final KeyReader reader;
    private final Map<Source, List<Step>> known = new IdentityHashMap<>();

    EqualColumns(Analysis analysis, KeyReader reader) {
        this.analysis = analysis;
        this.reader = reader;
    }

    /** The columns of a place that are compared with others at all. */
    Set<Column> linked(TableUse use) {
        Set<Column> columns = new LinkedHashSet<>();
        for (Step step : steps(use)) {
            if (step.from().source() == use) {
                columns.add(step.from());
            }
        }
        return columns;
    }

    /** All of them but the column itself, the nearest first. */
    List<Column> of(Column column) {
        Set<Column> found = new LinkedHashSet<>(List.of(column));
        List<Column> open = new ArrayList<>(found);
        while (!open.isEmpty()) {
            Column at = open.removeFirst();
            for (Step step : steps(at.source())) {
                if (step.from().equals(at)
                        && reader.comparesLike(at.definition(), step.to().definition())
                        && found.add(step.to())) {
                    open.add(step.to());
                }
            }
        }
        found.remove(column);
        return List.copyOf(found);
    }

    /** A row with a value in {@code from} matters only if there is one with the same in {@code to}. */
    private record Step(Column from, Column to) {}

    private List<Step> steps(Source source) {
        return known.computeIfAbsent(source, this::find);
    }

    private List<Step> find(Source source) {
        Block block = blockOf(source);
        if (block == null) {
            return List.of();
        }
        List<Step> steps = new ArrayList<>();
        for (Link link : Links.of(block, analysis)) {
            if (link.reaches(source)) {
                steps.add(new Step(link.left(), link.right()));
                steps.add(new Step(link.right(), link.left()));
            }
        }
        InKey.pairs(analysis, block).forEach(pair -> steps.add(new Step(pair.right(), pair.left())));
        for (Filter filter : block.filters()) {
            Block inner = filter.reaches(source) && filter.condition() instanceof Expression.InSubquery in
                    ? analysis.block(in.subquery().query())
                    : null;
            if (inner != null) {
                InKey.pairs(analysis, inner).forEach(pair -> steps.add(new Step(pair.left(), pair.right())));
            }
        }
        return steps;
    }

    private static @Nullable Block blockOf(Source source) {
        return switch (source) {
            case TableUse use -> use.block();
            case QuerySource query -> null;
            case OpaqueSource opaque -> null;
        };
    }
}
