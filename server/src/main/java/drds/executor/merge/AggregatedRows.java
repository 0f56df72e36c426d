package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.planner.Plan.Aggregation;
import drds.planner.Plan.Aggregation.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Combines neighbouring rows of one group, as fragments gave them, into one. */
public final class AggregatedRows implements RowSource {
    private final RowSource source;
    private final RowOrder keys;
    private final List<Accumulator> accumulators;
    private final List<ColumnDefinition> columns;
    private @Nullable Row ahead;
    private boolean started;

    private AggregatedRows(
            RowSource source, RowOrder keys, List<Accumulator> accumulators, List<ColumnDefinition> columns) {
        this.source = source;
        this.keys = keys;
        this.accumulators = accumulators;
        this.columns = columns;
    }

    /**
     * @param columns the outputs' definitions: the logical statement's for the visible ones
     * @param groupConcatLimitBytes the session's group_concat_max_len
     * @return empty if a column can't be compared as MySQL does
     */
    public static Optional<AggregatedRows> of(
            RowSource source,
            Aggregation aggregation,
            List<ColumnDefinition> columns,
            boolean binaryRows,
            long groupConcatLimitBytes) {
        Optional<RowOrder> keys = RowOrder.of(aggregation.keys(), source.columns(), binaryRows);
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        List<Accumulator> accumulators = new ArrayList<>();
        for (int i = 0; i < aggregation.outputs().size(); i++) {
            Output output = aggregation.outputs().get(i);
            Accumulator accumulator =
                    accumulator(output, source.columns(), columns.get(i), binaryRows, groupConcatLimitBytes);
            if (accumulator == null) {
                return Optional.empty();
            }
            accumulators.add(accumulator);
        }
        return Optional.of(new AggregatedRows(source, keys.get(), accumulators, columns));
    }

    /** The definition that an output has when the logical statement doesn't give one. */
    public static ColumnDefinition definition(Output output, List<ColumnDefinition> fragment) {
        return switch (output) {
            case Output.First first -> fragment.get(first.column());
            case Output.Count count -> fragment.get(count.column());
            case Output.Sum sum -> fragment.get(sum.column());
            case Output.Min min -> fragment.get(min.column());
            case Output.Max max -> fragment.get(max.column());
            case Output.Avg avg -> fragment.get(avg.sumColumn());
            case Output.GroupConcat concat -> fragment.get(concat.column());
            case Output.BitAnd bits -> fragment.get(bits.column());
            case Output.BitOr bits -> fragment.get(bits.column());
            case Output.BitXor bits -> fragment.get(bits.column());
        };
    }

    private static @Nullable Accumulator accumulator(
            Output output,
            List<ColumnDefinition> fragment,
            ColumnDefinition result,
            boolean binaryRows,
            long groupConcatLimitBytes) {
        return switch (output) {
            case Output.First first -> new Accumulator.First(first.column());
            case Output.Count count -> new Accumulator.Count(count.column());
            case Output.Sum sum -> Accumulator.sum(sum.column(), fragment.get(sum.column()));
            case Output.Avg avg -> Accumulator.average(avg, fragment.get(avg.sumColumn()), result);
            case Output.Min min ->
                RowOrder.ofExtreme(min.column(), min.weightColumn(), fragment, binaryRows)
                        .map(order -> new Accumulator.Extreme(min.column(), order, -1))
                        .orElse(null);
            case Output.Max max ->
                RowOrder.ofExtreme(max.column(), max.weightColumn(), fragment, binaryRows)
                        .map(order -> new Accumulator.Extreme(max.column(), order, 1))
                        .orElse(null);
            case Output.GroupConcat concat ->
                new Accumulator.Concatenated(concat.column(), concat.separator(), groupConcatLimitBytes);
            case Output.BitAnd bits -> new Accumulator.Bits(bits.column(), -1L, (a, b) -> a & b);
            case Output.BitOr bits -> new Accumulator.Bits(bits.column(), 0L, (a, b) -> a | b);
            case Output.BitXor bits -> new Accumulator.Bits(bits.column(), 0L, (a, b) -> a ^ b);
        };
    }

    @Override
    public List<ColumnDefinition> columns() {
        return columns;
    }

    /** How many values were cut at group_concat_max_len. */
    public int cutValues() {
        int cut = 0;
        for (Accumulator accumulator : accumulators) {
            if (accumulator instanceof Accumulator.Concatenated concatenated) {
                cut += concatenated.cutValues();
            }
        }
        return cut;
    }

    @Override
    public @Nullable Row next() {
        if (!started) {
            started = true;
            ahead = source.next();
        }
        Row first = ahead;
        if (first == null) {
            return null;
        }
        @Nullable Object[] key = keys.keyOf(first);
        accumulators.forEach(Accumulator::begin);
        Row row = first;
        ahead = null;
        while (row != null) {
            try {
                for (Accumulator accumulator : accumulators) {
                    accumulator.add(row);
                }
            } finally {
                row.release();
            }
            row = source.next();
            if (row != null && keys.compare(key, keys.keyOf(row)) != 0) {
                ahead = row;
                break;
            }
        }
        byte[] @Nullable [] values = new byte[accumulators.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = accumulators.get(i).result();
        }
        return new Row.Made(values);
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.release();
            ahead = null;
        }
        source.close();
    }
}
