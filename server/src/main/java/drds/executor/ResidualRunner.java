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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies the needed tables into temporary tables of their own names on a connection to the home instance, where they hide the
 * faces, and runs the statement there as it stands.
 */
final class ResidualRunner {
    private static final String UTF8 = "'utf8mb4'";

    private final Executor executor;
    private final Execution execution;

    ResidualRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.Residual plan, ResultWriter out) {
        Outcome outcome = attempt(plan, out);
        if (outcome != null) {
            return outcome;
        }
        Plan.Residual whole = new Plan.Residual(
                plan.inputs().stream().map(Input::unfiltered).toList(),
                plan.homeTables(),
                plan.sql(),
                plan.locks(),
                plan.reason());
        return Objects.requireNonNull(attempt(whole, out));
    }

    /** @return null if a condition that keeps rows back has given warnings, which are the statement's own to tell */
    private @Nullable Outcome attempt(Plan.Residual plan, ResultWriter out) {
        String home = execution.catalog().defaultGroup();
        Backend scratch = execution.transaction().outside(home, execution.state());
        try {
            // Its release resets the connection: that drops the temporary tables, whatever happens here.
            scratch.markDirty();
            CopyLoading loading = new CopyLoading(executor, execution);
            loading.load(scratch, copies(plan, scratch));
            if (loading.warnings() > 0 && plan.inputs().stream().anyMatch(Input::filtered)) {
                return null;
            }
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

    private List<TemporaryCopy> copies(Plan.Residual plan, Backend scratch) {
        List<TemporaryCopy> copies = new ArrayList<>();
        Copy.Lock lock = plan.locks() ? Copy.Lock.UPDATE : Copy.Lock.NONE;
        for (Input input : plan.inputs()) {
            copies.add(new TemporaryCopy(input, lock));
        }
        String home = execution.catalog().defaultGroup();
        for (Plan.HomeTable table : plan.homeTables()) {
            if (table.table().kind() == Table.Kind.TEMPORARY) {
                copies.add(ofTemporary(table, copies.size(), scratch, execution));
            } else if (execution.transaction().active()) {
                // The scratch connection is not part of the transaction, so it can't see what that has written.
                copies.add(new TemporaryCopy(wholeOf(table, home), lock));
            }
        }
        return copies;
    }

    /** The copy of a client's temporary table, which has no face to be made like. */
    static TemporaryCopy ofTemporary(Plan.HomeTable table, int number, Backend scratch, Execution execution) {
        String face = Names.quoted("drds like " + number);
        define(table, face, scratch, execution);
        return new TemporaryCopy(wholeOf(table, execution.catalog().defaultGroup()), Copy.Lock.NONE, face);
    }

    /** Makes an empty table like a client's temporary table. */
    static void define(Plan.HomeTable table, String face, Backend scratch, Execution execution) {
        SessionState state = execution
                .state()
                .withVariable("character_set_results", UTF8)
                .withVariable("character_set_client", UTF8)
                .withVariable("sql_mode", "''")
                .withVariable("sql_quote_show_create", "1");
        Backend kept = execution.transaction().on(execution.catalog().defaultGroup(), false, state);
        byte[] text = new Work(kept)
                .rows("SHOW CREATE TABLE "
                        + Names.quoted(table.database(), table.table().name()))
                .getFirst()[1];
        String definition = new String(text == null ? new byte[0] : text, StandardCharsets.UTF_8);
        String head = "CREATE TEMPORARY TABLE ";
        int body = head.length() + Names.quoted(table.table().name()).length();
        scratch.use(state);
        scratch.sendAhead(head + face + definition.substring(body));
    }

    static Input wholeOf(Plan.HomeTable home, String group) {
        List<String> columns =
                home.table().columns().stream().map(column -> column.name()).toList();
        String from = Names.quoted(home.database(), home.table().name());
        return new Input(home.database(), home.table(), columns, List.of(new Input.Source(group, -1, from, null)));
    }

    // ---- the statement itself ----

    private Outcome answer(Backend scratch, String sql, ResultWriter out) {
        return answer(scratch, sql, out, LogicalColumns::onFaces);
    }

    /** The second step of a statement: its columns are those of a table that no client knows. */
    Outcome staged(Backend scratch, String sql, ResultWriter out) {
        return answer(scratch, sql, out, LogicalColumns::ofStatement);
    }

    private Outcome answer(
            Backend scratch, String sql, ResultWriter out, BinaryOperator<List<ColumnDefinition>> definitions) {
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
                out.columns(executor.logicalColumns().named(definitions.apply(rows.columns(), logical), execution));
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
