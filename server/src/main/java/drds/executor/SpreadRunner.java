package drds.executor;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same change on several places, as one. */
final class SpreadRunner {
    private final Executor executor;
    private final Execution execution;

    SpreadRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.Spread plan, ResultWriter out) {
        SessionState state =
                plan.statements().size() > 1 ? executor.sameMoment(execution.state(), plan.clock()) : execution.state();
        Writes.Total total = new Writes(execution)
                .run(
                        plan.statements().stream()
                                .map(fragment -> new Writes.Write(fragment.group(), fragment.sql()))
                                .toList(),
                        state);
        Response.Ok first = total.answers().getFirst();
        long affectedRows = plan.broadcast() ? first.affectedRows() : total.affectedRows();
        int warnings = plan.broadcast() ? first.warnings() : total.warnings();
        String info = plan.broadcast() ? first.info() : InfoText.sum(total.infos());
        // LAST_INSERT_ID(expression) leaves the last value.
        long lastInsertId = total.answers().stream()
                .mapToLong(Response.Ok::lastInsertId)
                .filter(id -> id != 0)
                .reduce(0, (before, id) -> id);
        return answer(total, affectedRows, lastInsertId, warnings, info, execution, out);
    }

    /** Writes what changes came to: OK, or the rows of RETURNING. */
    static Outcome answer(
            Writes.Total total,
            long affectedRows,
            long lastInsertId,
            int warnings,
            String info,
            Execution execution,
            ResultWriter out) {
        List<ColumnDefinition> columns = total.columns();
        int status = execution.status().getAsInt();
        if (columns == null) {
            out.ok(affectedRows, lastInsertId, status, warnings, info);
        } else {
            out.columns(columns);
            for (byte[] @Nullable [] row : total.rows()) {
                out.textRow(row);
            }
            out.end(status, warnings);
        }
        return new Outcome(
                columns == null ? affectedRows : -1,
                lastInsertId,
                warnings,
                shown(total.diagnostics(), warnings),
                null);
    }

    /** Those of the counted copy alone. */
    private static List<Outcome.Diagnostic> shown(List<Outcome.Diagnostic> diagnostics, int warnings) {
        return diagnostics.subList(0, Math.min(diagnostics.size(), warnings));
    }
}
