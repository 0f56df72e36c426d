package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.planner.Plan.Input;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Copies the needed tables into temporary tables of their own names on a connection to the home instance, where they hide the
 * faces, and runs the statement there as it stands.
 */
final class ResidualRunner {
    /** How the copies are written: bytes as they are, every date and number as it is, no clock but UTC. */
    private static final Map<String, String> LOADING = Map.of(
            "character_set_client", "'binary'",
            "character_set_connection", "'binary'",
            "collation_connection", "'binary'",
            "character_set_results", "'utf8mb4'",
            "sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
            "time_zone", "'+00:00'",
            "check_constraint_checks", "0",
            "sql_log_bin", "0");

    private final Executor executor;
    private final Execution execution;
    private long rowsLeft;
    private long bytesLeft;

    ResidualRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.rowsLeft = executor.limits().scratchRows();
        this.bytesLeft = executor.limits().scratchBytes();
    }

    Outcome run(Plan.Residual plan, ResultWriter out) {
        String home = execution.catalog().defaultGroup();
        Backend scratch = execution.transaction().outside(home, execution.state());
        try {
            // Its release resets the connection: that drops the temporary tables, whatever happens here.
            scratch.markDirty();
            load(scratch, copies(plan), plan.locks());
            scratch.use(execution.state());
            execution.transaction().throwIfKilled();
            Outcome outcome = answer(scratch, plan.sql(), out);
            Consumer<Backend> afterwards = execution.afterwards();
            if (afterwards != null) {
                afterwards.accept(scratch);
            }
            return outcome;
        } finally {
            execution.transaction().giveBack(scratch);
        }
    }

    // ---- what is copied ----

    private List<TemporaryCopy> copies(Plan.Residual plan) {
        List<TemporaryCopy> copies = new ArrayList<>();
        for (Input input : plan.inputs()) {
            copies.add(new TemporaryCopy(input));
        }
        if (execution.transaction().active()) {
            // The scratch connection is not part of the transaction, so it can't see what that has written.
            for (Plan.HomeTable table : plan.homeTables()) {
                copies.add(new TemporaryCopy(wholeOf(table)));
            }
        }
        return copies;
    }

    private Input wholeOf(Plan.HomeTable home) {
        List<String> columns =
                home.table().columns().stream().map(column -> column.name()).toList();
        String from = Names.quoted(home.database(), home.table().name());
        return new Input(
                home.database(),
                home.table(),
                columns,
                List.of(new Input.Source(execution.catalog().defaultGroup(), -1, from, null)));
    }

    // ---- copying ----

    private void load(Backend scratch, List<TemporaryCopy> copies, boolean locks) {
        SessionState loading = loadingState();
        List<Reading> readings = ask(copies, locks);
        boolean done = false;
        TableLoader loader = new TableLoader(scratch, executor.limits().batchBytes());
        try {
            scratch.use(loading);
            for (TemporaryCopy copy : copies) {
                scratch.sendAhead(copy.createStatement());
                scratch.sendAhead(copy.beforeLoading());
            }
            for (Reading reading : readings) {
                reading.into(this, loader);
            }
            loader.finish();
            for (TemporaryCopy copy : copies) {
                scratch.sendAhead(copy.afterLoading());
            }
            done = true;
        } finally {
            loader.abandon();
            if (!done) {
                readings.forEach(reading ->
                        reading.answers.abandon(execution.transaction().active()));
            }
        }
    }

    private SessionState loadingState() {
        SessionState state = SessionState.INITIAL
                .withFoundRows(execution.state().foundRows())
                .withDatabase(execution.state().currentDatabase());
        for (Map.Entry<String, String> variable : LOADING.entrySet()) {
            state = state.withVariable(variable.getKey(), variable.getValue());
        }
        return state;
    }

    /** What one Group was asked for: each answer belongs to the copy at its place. */
    private record Reading(Answers answers, List<TemporaryCopy> copies) {
        void into(ResidualRunner runner, TableLoader loader) {
            for (int i = 0; i < copies.size(); i++) {
                Answers.Answer answer = answers.all().get(i);
                for (ByteBuf row = answer.nextPayload(); row != null; row = answer.nextPayload()) {
                    try {
                        runner.count(row);
                        loader.add(copies.get(i), row);
                    } finally {
                        row.release();
                    }
                }
            }
        }
    }

    private void count(ByteBuf row) {
        execution.transaction().throwIfKilled();
        rowsLeft--;
        bytesLeft -= row.readableBytes();
        if (rowsLeft < 0 || bytesLeft < 0) {
            throw ErrorCode.SCRATCH_LIMIT.with(
                    executor.limits().scratchRows(), executor.limits().scratchBytes());
        }
    }

    /** Sends all reads; each Group answers its own in order while the others work. */
    private List<Reading> ask(List<TemporaryCopy> copies, boolean locks) {
        SessionState reading = execution.unlimited().withVariable("character_set_results", "'binary'");
        Map<String, List<TemporaryCopy>> targets = new LinkedHashMap<>();
        Map<String, List<String>> statements = new LinkedHashMap<>();
        for (TemporaryCopy copy : copies) {
            for (Input.Source source : copy.input().sources()) {
                targets.computeIfAbsent(source.group(), group -> new ArrayList<>())
                        .add(copy);
                statements
                        .computeIfAbsent(source.group(), group -> new ArrayList<>())
                        .add(copy.selectStatement(source, locks));
            }
        }
        List<Reading> readings = new ArrayList<>();
        statements.forEach((group, texts) -> {
            Backend backend = execution.transaction().on(group, locks, reading);
            readings.add(new Reading(new Answers(backend, texts, false), targets.getOrDefault(group, List.of())));
        });
        return readings;
    }

    // ---- the statement itself ----

    private Outcome answer(Backend scratch, String sql, ResultWriter out) {
        // A SELECT inside another statement has no names to show.
        List<ColumnDefinition> logical = execution.sql().isEmpty()
                ? List.of()
                : executor.logicalColumns().of(execution.sql(), execution);
        if (out.binary()) {
            scratch.sendExecute(scratch.prepare(sql), Unpooled.EMPTY_BUFFER);
        } else {
            scratch.sendQuery(sql);
        }
        return switch (scratch.readResponse()) {
            case Response.Err err -> throw err.error();
            case Response.Ok ok -> {
                List<Outcome.Diagnostic> diagnostics = Executor.diagnostics(scratch, ok.warnings(), execution);
                out.ok(ok.affectedRows(), ok.lastInsertId(), execution.status().getAsInt(), ok.warnings(), ok.info());
                yield new Outcome(ok.affectedRows(), ok.lastInsertId(), ok.warnings(), diagnostics, null);
            }
            case Response.Rows result -> {
                ResultSet rows = result.rows();
                out.columns(
                        executor.logicalColumns().named(LogicalColumns.onFaces(rows.columns(), logical), execution));
                for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
                    out.row(row);
                }
                List<Outcome.Diagnostic> diagnostics = Executor.diagnostics(scratch, rows.warnings(), execution);
                out.end(execution.status().getAsInt(), rows.warnings());
                yield Outcome.rows(rows.warnings(), diagnostics);
            }
        };
    }
}
