package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.planner.Plan.Input;
import drds.transaction.Work;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a change on copies of the rows that it needs, on a scratch connection to the home instance, and then does to the rows
 * what it did to the copies. All in one transaction, in which the rows of the changed tables stay locked.
 */
final class RehearsalRunner {
    private final Executor executor;
    private final Execution execution;

    RehearsalRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.Rehearsal plan, ResultWriter out) {
        boolean own = !execution.transaction().transactional();
        Result result = execution.transaction().atomically(() -> {
            Result first = rehearse(plan, own, true, out);
            return first == null ? rehearseWhole(plan, own, out) : first;
        });
        int status = execution.status().getAsInt();
        Response.Ok ok = result.ok;
        if (result.rows) {
            out.end(status, ok.warnings());
            return new Outcome(-1, ok.lastInsertId(), ok.warnings(), result.diagnostics, null);
        }
        out.ok(ok.affectedRows(), ok.lastInsertId(), status, ok.warnings(), ok.info());
        return new Outcome(ok.affectedRows(), ok.lastInsertId(), ok.warnings(), result.diagnostics, null);
    }

    /** @param rows whether RETURNING has given rows, which the client has already */
    private record Result(Response.Ok ok, boolean rows, List<Outcome.Diagnostic> diagnostics) {}

    /** With all rows of the targets. */
    private Result rehearseWhole(Plan.Rehearsal plan, boolean own, ResultWriter out) {
        Plan.Rehearsal whole = new Plan.Rehearsal(
                plan.targets().stream().map(Input::unfiltered).toList(),
                plan.inputs(),
                plan.homeTables(),
                plan.sql(),
                plan.candidates(),
                plan.inserts(),
                plan.onFaces(),
                plan.triggers(),
                plan.reason());
        return Objects.requireNonNull(rehearse(whole, own, false, out));
    }

    /**
     * @param filtered whether a condition may have been pushed down that is an error where the statement itself meets it
     * @return null if there was one
     */
    private @Nullable Result rehearse(Plan.Rehearsal plan, boolean own, boolean filtered, ResultWriter out) {
        String home = execution.catalog().defaultGroup();
        Backend scratch = execution.transaction().outside(home, execution.state());
        try {
            // Its release resets the connection: that drops the temporary tables, whatever happens here.
            scratch.markDirty();
            return rehearse(plan, own, filtered, scratch, out);
        } finally {
            execution.transaction().giveBack(scratch);
        }
    }

    private @Nullable Result rehearse(
            Plan.Rehearsal plan, boolean own, boolean filtered, Backend scratch, ResultWriter out) {
        List<RehearsedTable> tables = new ArrayList<>();
        for (Input target : plan.targets()) {
            tables.add(new RehearsedTable(target, tables.size(), plan.usesFaces()));
        }
        List<Copy> copies = new ArrayList<>();
        if (plan.triggers() != null) {
            for (Plan.Reached reached : plan.triggers().reached()) {
                RehearsedTable copy = new RehearsedTable(reached.input(), tables.size(), false);
                tables.add(copy);
                copies.add(copy);
            }
        }
        // The faces come last: what is in them belongs to a transaction, and making tables might end it.
        copies.addAll(
                plan.triggers() == null
                        ? tables
                        : tables.subList(0, plan.targets().size()));
        for (Input input : plan.inputs()) {
            copies.add(new TemporaryCopy(input, Copy.Lock.SHARE));
        }
        for (RehearsedTable table : tables) {
            if (table.table().kind() == Table.Kind.TEMPORARY) {
                ResidualRunner.define(
                        new Plan.HomeTable(table.database(), table.table()), table.name(), scratch, execution);
            } else {
                String definition = FaceDefinition.of(table.database(), table.table(), scratch, execution.state());
                if (definition != null) {
                    table.define(definition);
                }
            }
        }
        for (Plan.HomeTable table : plan.homeTables()) {
            if (table.table().kind() == Table.Kind.TEMPORARY) {
                copies.add(ResidualRunner.ofTemporary(table, copies.size(), scratch, execution));
            } else if (!own) {
                // The scratch connection is not part of the transaction, so it can't see what that has written.
                Input whole = ResidualRunner.wholeOf(table, execution.catalog().defaultGroup());
                copies.add(new TemporaryCopy(whole, Copy.Lock.SHARE));
            }
        }
        CopyLoading loading = new CopyLoading(executor, execution);
        loading.load(scratch, copies);
        if (filtered && loading.warnings() > 0) {
            return null;
        }
        SessionState state = executor.sameMoment(execution.unlimited(), true)
                .withVariable("sql_log_bin", "0")
                .withVariable("transaction_read_only", "0")
                .withVariable("sql_safe_updates", "0");
        if (plan.triggers() != null) {
            // The face is alone with its rows; the keys hold where they are carried out.
            state = state.withVariable("foreign_key_checks", "0");
        }
        Plan.Candidates candidates = plan.candidates();
        long numbers = numbersOnFaces(plan);
        if (candidates != null) {
            RehearsedTable target = tables.getFirst();
            InsertCandidates rows = new InsertCandidates(execution, scratch, target);
            numbers = rows.read(candidates, state);
            long greatest = numbers == 0 ? 0 : rows.greatestNumber();
            if (greatest > 0 && !target.table().isAtHome()) {
                executor.sequencer().raise(target.database(), target.table(), BigInteger.valueOf(greatest));
            }
            scratch.use(CopyLoading.loadingState(execution.state()));
            if (target.input().sources().isEmpty()) {
                loading.fill(scratch, List.of(target.from(rows.meeting())));
            }
        }
        tables.forEach(table -> scratch.sendAhead(table.remember()));
        execution.transaction().throwIfKilled();
        scratch.use(state);
        if (numbers > 0) {
            RehearsedTable target = tables.getFirst();
            long first = new HomeNumbers(executor, execution).first(target, Math.toIntExact(numbers));
            scratch.sendAhead("SET insert_id = " + Long.toUnsignedString(first));
        }
        if (plan.triggers() != null) {
            scratch.sendAhead("SET @`drds rehearses` = 1");
        }
        Result result = change(scratch, plan.sql(), out);
        if (plan.triggers() != null) {
            new TriggeredRows(executor, execution, scratch).number(plan.triggers(), tables);
        }
        if (plan.inserts()) {
            raise(tables.getFirst(), scratch);
        }
        apply(tables, scratch);
        if (plan.onFaces() != null) {
            // The faces held the copies and are empty again; nothing else is open on this connection.
            new Work(scratch).execute("ROLLBACK");
        }
        return result;
    }

    private static long numbersOnFaces(Plan.Rehearsal plan) {
        Plan.OnFaces onFaces = plan.onFaces();
        return onFaces == null || plan.targets().getFirst().table().autoIncrementColumn() == null
                ? 0
                : onFaces.numbers();
    }

    // ---- the statement itself ----

    private Result change(Backend scratch, String sql, ResultWriter out) {
        boolean binary = out.binary();
        if (binary) {
            scratch.sendExecute(scratch.prepare(sql), Unpooled.EMPTY_BUFFER);
        } else {
            scratch.sendQuery(sql);
        }
        Result result = switch (scratch.readResponse()) {
            case Response.Err err -> throw err.error();
            case Response.Ok ok -> new Result(ok, false, Executor.diagnostics(scratch, ok.warnings(), execution));
            case Response.Rows rows -> returned(scratch, rows.rows(), out);
        };
        Consumer<Backend> afterwards = execution.afterwards();
        if (afterwards != null) {
            afterwards.accept(scratch);
        }
        return result;
    }

    private Result returned(Backend scratch, ResultSet rows, ResultWriter out) {
        List<ColumnDefinition> columns = rows.columns();
        out.columns(columns);
        for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
            out.row(row);
        }
        Response.Ok ok = new Response.Ok(0, 0, rows.status(), rows.warnings(), "");
        return new Result(ok, true, Executor.diagnostics(scratch, rows.warnings(), execution));
    }

    /** The sequence goes on behind the numbers that the rows gave themselves. */
    private void raise(RehearsedTable table, Backend scratch) {
        String query = table.greatestNumber();
        if (query == null || table.table().isAtHome()) {
            return;
        }
        byte[] greatest = new Work(scratch).column(query).getFirst();
        if (greatest != null) {
            BigInteger number = new BigInteger(new String(greatest, StandardCharsets.US_ASCII));
            if (number.signum() > 0) {
                executor.sequencer().raise(table.database(), table.table(), number);
            }
        }
    }

    // ---- the rows ----

    private void apply(List<RehearsedTable> tables, Backend scratch) {
        scratch.use(CopyLoading.loadingState(execution.state()).withVariable("character_set_results", "'binary'"));
        List<Differences> differences = tables.stream()
                .map(table -> new Differences(executor, execution, scratch, table))
                .toList();
        List<IndexDifferences> indexes = tables.stream()
                .filter(table -> !table.table().globalIndexes().isEmpty())
                .map(table -> new IndexDifferences(executor, execution, scratch, table))
                .toList();
        indexes.forEach(IndexDifferences::read);
        differences.forEach(Differences::leave);
        differences.forEach(Differences::change);
        differences.forEach(Differences::come);
        indexes.forEach(IndexDifferences::write);
    }
}
