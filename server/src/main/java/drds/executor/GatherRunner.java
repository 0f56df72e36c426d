package drds.executor;

import drds.error.ErrorCode;
import drds.executor.merge.AggregatedRows;
import drds.executor.merge.CollectedRows;
import drds.executor.merge.Concatenation;
import drds.executor.merge.DistinctRows;
import drds.executor.merge.LimitedRows;
import drds.executor.merge.OrderedMerge;
import drds.executor.merge.Row;
import drds.executor.merge.RowOrder;
import drds.executor.merge.RowSource;
import drds.executor.merge.SortedRows;
import drds.executor.merge.TooManyRows;
import drds.mysql.ColumnDefinition;
import drds.mysql.ColumnRewrite;
import drds.mysql.ResultWriter;
import drds.planner.GatherTemplate;
import drds.planner.Plan;
import drds.planner.Plan.Aggregation;
import drds.planner.Plan.Merge;
import drds.transaction.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Asks all partitions, then reads their answers as the merge wants rows. */
final class GatherRunner {
    private final Executor executor;
    private final Execution execution;
    private final ResultWriter out;
    private final List<Answers> asked = new ArrayList<>();
    private GatherMemory.@Nullable Known known;
    /** What an aggregation's columns are, once they are known. */
    private List<ColumnDefinition> outputs = List.of();

    /** As a fragment has them, where an instance answers several as one. */
    private @Nullable List<ColumnDefinition> fragmentColumns;

    private boolean shipped;

    GatherRunner(Executor executor, Execution execution, ResultWriter out) {
        this.executor = executor;
        this.execution = execution;
        this.out = out;
    }

    /** The fragments read what was shipped to the statement's own connections. */
    GatherRunner besideShipments() {
        shipped = true;
        return this;
    }

    /** The merge needs something that only an instance can do. */
    private static final class NotMergeable extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotMergeable() {
            super("the rows can't be merged here", null, false, false);
        }
    }

    Outcome run(Plan.Gather gather) {
        known = executor.gatherMemory().find(gather.template(), execution.state(), out.binary());
        GatherQuestions questions = new GatherQuestions(executor, execution, gather, out.binary(), known, shipped);
        try {
            return answer(gather, questions);
        } catch (TooManyRows | NotMergeable e) {
            Plan.Residual fallback = gather.fallback();
            if (fallback == null && gather.template() != null) {
                throw new NeedsPlanning();
            }
            if (fallback == null) {
                throw ErrorCode.UNKNOWN_ERROR.with("Can't merge the partitions' rows: " + e.getMessage());
            }
            asked.forEach(answers -> execution.transaction().dropIfLost(answers.backend()));
            return new ResidualRunner(executor, execution).run(fallback, out);
        } finally {
            questions.release();
        }
    }

    private Outcome answer(Plan.Gather gather, GatherQuestions questions) {
        boolean done = false;
        try {
            questions.ask(asked);
            fragmentColumns = questions.fragmentColumns().orElse(null);
            if (isConcatenation(gather.merge())) {
                relay(gather);
            } else {
                merge(gather);
            }
            done = true;
        } finally {
            if (!done) {
                abandon();
            }
        }
        close();
        if (asked.stream().allMatch(answers -> answers.warnings() == 0)) {
            out.end(execution.status().getAsInt(), 0);
            return Outcome.rows(0, List.of());
        }
        List<List<Outcome.Diagnostic>> told = diagnostics();
        List<Outcome.Diagnostic> diagnostics =
                MergedWarnings.of(told, execution.sql().isEmpty() ? gather.sql() : execution.sql());
        int repeated = told.stream().mapToInt(List::size).sum() - diagnostics.size();
        int warnings = asked.stream().mapToInt(Answers::warnings).sum() - repeated;
        out.end(execution.status().getAsInt(), warnings);
        return Outcome.rows(warnings, diagnostics);
    }

    /** Rows that go out as they come, one answer after the other. */
    private boolean isConcatenation(Merge merge) {
        return out.takesBytes()
                && merge.order().isEmpty()
                && merge.aggregation() == null
                && !merge.distinct()
                && merge.sort().isEmpty()
                && merge.limit() == null
                && merge.offset() == 0
                && merge.visibleColumns() == Integer.MAX_VALUE
                && execution.selectLimit() == null;
    }

    private void relay(Plan.Gather gather) {
        Transaction transaction = execution.transaction();
        long rows = 0;
        boolean begun = false;
        for (Answers answers : asked) {
            for (Answers.Answer answer : answers.all()) {
                if (!begun) {
                    out.columns(shown(answer.columns(), gather));
                    begun = true;
                }
                rows += answer.relay(out.channel(), () -> {
                    answers.backend().loop().breathe();
                    return transaction.isKilled();
                });
                transaction.throwIfKilled();
            }
        }
        out.rowsPassedThrough(rows);
    }

    private void merge(Plan.Gather gather) {
        long count = 0;
        Merge merge = gather.merge();
        try (RowSource rows = merged(gather, merge)) {
            // The first row is there before anything is written: what can't be merged is known by then.
            Row first = rows.next();
            out.columns(shown(rows.columns(), gather));
            int columns = rows.columns().size();
            for (Row row = first; row != null; row = rows.next()) {
                execution.transaction().throwIfKilled();
                write(row, merge.visibleColumns(), columns);
                count++;
            }
        }
        if (known != null) {
            known.rows(count);
        }
    }

    private void write(Row row, int visible, int columns) {
        switch (row) {
            case Row.Text text -> out.row(text.take(visible));
            case Row.Binary binary -> out.row(binary.take(visible));
            case Row.Made made -> {
                byte[] @Nullable [] values = made.values();
                out.textRow(visible < columns ? Arrays.copyOf(values, visible) : values);
            }
        }
    }

    /** The columns as the client gets them. */
    private List<ColumnDefinition> shown(List<ColumnDefinition> columns, Plan.Gather gather) {
        GatherMemory.Known before = known;
        if (before != null) {
            return before.shown();
        }
        List<ColumnDefinition> shown = executor.logicalColumns().named(visible(columns, gather), execution);
        GatherTemplate template = gather.template();
        if (template != null) {
            GatherMemory.Known found = new GatherMemory.Known(List.copyOf(shown), outputs);
            executor.gatherMemory().learn(template, execution.state(), out.binary(), found);
        }
        return shown;
    }

    private List<ColumnDefinition> visible(List<ColumnDefinition> columns, Plan.Gather gather) {
        int count = Math.min(columns.size(), gather.merge().visibleColumns());
        if (gather.merge().aggregation() != null) {
            return columns.subList(0, count);
        }
        ColumnRewrite rewrite = executor.rewrite(gather.names());
        List<ColumnDefinition> of = fragmentColumns == null ? columns : fragmentColumns;
        List<ColumnDefinition> renamed =
                of.subList(0, count).stream().map(rewrite::apply).toList();
        // Temporary tables have other keys, which the columns' flags tell of.
        return shipped ? LogicalColumns.onFaces(renamed, logical(gather)) : renamed;
    }

    // ---- merging ----

    private RowSource merged(Plan.Gather gather, Merge merge) {
        List<RowSource> sources = merge.order().isEmpty() ? plainStreams() : orderedStreams();
        RowSource rows = merge.order().isEmpty()
                ? new Concatenation(sources)
                : new OrderedMerge(
                        sources, order(merge.order(), sources.getFirst().columns()));
        Aggregation aggregation = merge.aggregation();
        if (aggregation != null) {
            rows = aggregated(rows, aggregation, gather);
        }
        if (merge.distinct()) {
            rows = new DistinctRows(rows, order(merge.order(), rows.columns()));
        }
        if (!merge.sort().isEmpty()) {
            rows = new SortedRows(
                    rows,
                    order(merge.sort(), rows.columns()),
                    new CollectedRows(executor.limits().collectedBytes()));
        }
        Long limit = merge.limit() == null ? execution.selectLimit() : merge.limit();
        return limit == null && merge.offset() == 0 ? rows : new LimitedRows(rows, merge.offset(), limit);
    }

    private RowOrder order(List<Plan.SortKey> keys, List<ColumnDefinition> columns) {
        return RowOrder.of(keys, columns, out.binary()).orElseThrow(NotMergeable::new);
    }

    private RowSource aggregated(RowSource rows, Aggregation aggregation, Plan.Gather gather) {
        GatherMemory.Known before = known;
        outputs = before == null ? outputs(rows, aggregation, gather) : before.outputs();
        Optional<AggregatedRows> aggregated =
                AggregatedRows.of(rows, aggregation, outputs, out.binary(), groupConcatLimit());
        return aggregated.orElseThrow(NotMergeable::new);
    }

    private List<ColumnDefinition> outputs(RowSource rows, Aggregation aggregation, Plan.Gather gather) {
        List<ColumnDefinition> logical = logical(gather);
        List<ColumnDefinition> columns = new ArrayList<>();
        for (int i = 0; i < aggregation.outputs().size(); i++) {
            columns.add(
                    i < logical.size() && i < gather.merge().visibleColumns()
                            ? logical.get(i)
                            : AggregatedRows.definition(aggregation.outputs().get(i), rows.columns()));
        }
        return List.copyOf(columns);
    }

    private List<ColumnDefinition> logical(Plan.Gather gather) {
        String sql = execution.sql().isEmpty() ? gather.sql() : execution.sql();
        return executor.logicalColumns().of(sql, execution);
    }

    private long groupConcatLimit() {
        String set = execution.state().variables().get("group_concat_max_len");
        OptionalLong number = Numbers.parse(set);
        return number.orElse(1 << 20);
    }

    private List<RowSource> plainStreams() {
        List<RowSource> streams = new ArrayList<>();
        asked.forEach(answers -> streams.addAll(answers.all()));
        return streams;
    }

    /** An ordered merge needs all streams at once: those that share a connection are collected, all but the last. */
    private List<RowSource> orderedStreams() {
        CollectedRows memory = new CollectedRows(executor.limits().collectedBytes());
        List<RowSource> streams = new ArrayList<>();
        for (Answers answers : asked) {
            List<Answers.Answer> all = answers.all();
            for (int i = 0; i < all.size(); i++) {
                Answers.Answer answer = all.get(i);
                boolean last = i == all.size() - 1;
                streams.add(last ? answer : new CollectedRows.Replay(answer.columns(), memory.all(answer)));
            }
        }
        return streams;
    }

    // ---- the end ----

    /** What each partition told. */
    private List<List<Outcome.Diagnostic>> diagnostics() {
        List<List<Outcome.Diagnostic>> all = new ArrayList<>();
        LogicalNames names = new LogicalNames(execution.catalog());
        for (Answers answers : asked) {
            if (answers.warnings() > 0) {
                all.addAll(answers.diagnostics(names));
            } else {
                answers.all().forEach(answer -> all.add(List.of()));
            }
        }
        return all;
    }

    /** Reads or drops what is left of the answers. */
    private void close() {
        boolean keep = execution.transaction().keepsConnections();
        asked.forEach(answers -> answers.close(keep));
    }

    private void abandon() {
        boolean keep = execution.transaction().keepsConnections();
        asked.forEach(answers -> answers.abandon(keep));
    }
}
