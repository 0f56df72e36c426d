package drds.executor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.ColumnRewrite;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.transaction.Backends;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs plans and writes their answers. One for all sessions; keeps only caches. */
public final class Executor {
    private static final int REWRITES = 10_000;

    /** The default of max_error_count. */
    private static final int DIAGNOSTICS_KEPT = 64;

    private final Backends backends;
    private final ExecutorLimits limits;
    private final Moment moment;
    private final LogicalColumns logicalColumns;
    private final Sequencer sequencer;
    private final Semaphore besideConnections;
    private final GatherMemory gatherMemory = new GatherMemory();
    private final StageDefinitions stageDefinitions = new StageDefinitions();

    /** Pass-through remembers in them what column definitions became. By value: plans of one partition share them. Its upkeep is too little for other threads. */
    private final Cache<Plan.Names, ColumnRewrite> rewrites =
            Caffeine.newBuilder().maximumSize(REWRITES).executor(Runnable::run).build();

    public Executor(Backends backends, Sequencer sequencer, ExecutorLimits limits, Clock clock) {
        this.backends = backends;
        this.sequencer = sequencer;
        this.limits = limits;
        this.besideConnections = new Semaphore(limits.besideConnections());
        this.moment = new Moment(clock);
        this.logicalColumns = new LogicalColumns(backends);
    }

    /**
     * Runs a plan and writes the statement's answer.
     *
     * @return what it came to; if the instance's own error was passed through it is in there
     * @throws SqlError an error that has not been written yet; part of a result set may have been
     */
    public Outcome execute(Plan plan, Execution execution, ResultWriter out) {
        return statement(execution, changes(plan), () -> run(plan, execution, out));
    }

    /** Writes rows that have been placed already, and the statement's answer. @throws SqlError as {@link #execute} */
    public Outcome insert(PlacedInsert insert, Execution execution, ResultWriter out) {
        return statement(execution, true, () -> new PlacedInsertRunner(this, execution).run(insert, out));
    }

    /** @param changes whether it may have taken numbers of a sequence */
    private Outcome statement(Execution execution, boolean changes, Supplier<Outcome> work) {
        Transaction transaction = execution.transaction();
        transaction.beginStatement();
        boolean over = false;
        try {
            Outcome outcome = work.get();
            over = true;
            transaction.endStatement(outcome.error());
            return outcome.diagnostics().isEmpty() ? outcome : outcome.keeping(diagnosticsLimit(execution));
        } catch (SqlError e) {
            over = true;
            throw new LogicalNames(execution.catalog()).in(transaction.failStatement(e));
        } finally {
            if (changes) {
                sequencer.done();
            }
            if (!over) {
                transaction.endStatement(ErrorCode.UNKNOWN_ERROR.with("a fault in DRDS"));
            }
        }
    }

    private static boolean changes(Plan plan) {
        return switch (plan) {
            case Plan.Route _, Plan.Gather _, Plan.Residual _, Plan.IndexLookup _, Plan.Spread _ -> false;
            default -> true;
        };
    }

    private static int diagnosticsLimit(Execution execution) {
        return (int) Numbers.parse(execution.state().variables().get("max_error_count"))
                .orElse(DIAGNOSTICS_KEPT);
    }

    Outcome run(Plan plan, Execution execution, ResultWriter out) {
        return switch (plan) {
            case Plan.Route route -> route(route, execution, out);
            case Plan.Gather gather -> new GatherRunner(this, execution, out).run(gather);
            case Plan.IndexLookup lookup -> run(new IndexLookupRunner(execution).run(lookup), execution, out);
            case Plan.Ahead ahead -> new AheadRunner(this, execution).run(ahead, out);
            case Plan.Ship ship -> new ShipRunner(this, execution).run(ship, out);
            case Plan.Staged staged -> new StagedRunner(this, execution).run(staged, out);
            case Plan.Residual residual -> new ResidualRunner(this, execution).run(residual, out);
            case Plan.Spread spread -> new SpreadRunner(this, execution).run(spread, out);
            case Plan.InsertRows insert -> new InsertRunner(this, execution).run(insert, out);
            case Plan.InsertSelect insert -> new InsertSelectRunner(this, execution).run(insert, out);
            case Plan.Rehearsal change -> new RehearsalRunner(this, execution).run(change, out);
        };
    }

    /** Runs a SELECT whose rows feed a change. */
    Outcome select(Plan plan, Execution execution, RowSink sink) {
        return run(plan, execution, sink);
    }

    /** Runs another plan for the statement, after a first one that has done nothing. */
    Outcome instead(Plan plan, Execution execution, ResultWriter out) {
        return run(plan, execution, out);
    }

    private Outcome route(Plan.Route route, Execution execution, ResultWriter out) {
        Backend backend = execution.transaction().on(route.group(), route.write(), execution.state());
        return forward(backend, route.sql(), rewrite(route.names()), execution, out);
    }

    /** Sends one statement and passes its answer through. */
    Outcome forward(Backend backend, String sql, ColumnRewrite rewrite, Execution execution, ResultWriter out) {
        if (out.binary()) {
            ByteBuf parameters = execution.parameters();
            backend.sendExecute(backend.prepare(sql), parameters == null ? Unpooled.EMPTY_BUFFER : parameters);
        } else {
            backend.sendQuery(sql);
        }
        drds.atom.Outcome outcome =
                backend.forward(out, rewrite, execution.status().getAsInt());
        SqlError error = outcome.error();
        List<Outcome.Diagnostic> diagnostics =
                error == null ? diagnostics(backend, outcome.warnings(), execution) : List.of();
        Consumer<Backend> afterwards = execution.afterwards();
        if (error == null && afterwards != null) {
            afterwards.accept(backend);
        }
        return new Outcome(
                outcome.rows() ? -1 : outcome.affectedRows(),
                outcome.lastInsertId(),
                outcome.warnings(),
                diagnostics,
                error);
    }

    /** The warnings of the statement that has just run on a connection. */
    static List<Outcome.Diagnostic> diagnostics(Backend backend, int warnings, Execution execution) {
        return warnings == 0 ? List.of() : Warnings.of(backend, new LogicalNames(execution.catalog()));
    }

    ColumnRewrite rewrite(Plan.Names names) {
        return names.renamings().isEmpty() ? ColumnRewrite.NONE : rewrites.get(names, Names::rewrite);
    }

    Backends backends() {
        return backends;
    }

    public ExecutorLimits limits() {
        return limits;
    }

    /** What all gathers together may hold beside their first connections. */
    Semaphore besideConnections() {
        return besideConnections;
    }

    GatherMemory gatherMemory() {
        return gatherMemory;
    }

    StageDefinitions stageDefinitions() {
        return stageDefinitions;
    }

    LogicalColumns logicalColumns() {
        return logicalColumns;
    }

    public Sequencer sequencer() {
        return sequencer;
    }

    /** The state for a statement that runs in several places: with one moment for all of them if it asks for the time. */
    SessionState sameMoment(SessionState state, boolean clock) {
        return clock ? moment.in(state) : state;
    }
}
