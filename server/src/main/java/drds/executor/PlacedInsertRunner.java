package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.mysql.ResultWriter;
import java.util.List;

/** Writes rows that have been placed already, all or none. */
final class PlacedInsertRunner {
    private final Executor executor;
    private final Execution execution;

    PlacedInsertRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(PlacedInsert insert, ResultWriter out) {
        return insert.statements().size() == 1 ? one(insert, out) : several(insert, out);
    }

    private Outcome one(PlacedInsert insert, ResultWriter out) {
        PlacedInsert.Statement statement = insert.statements().getFirst();
        Backend backend = execution.transaction().on(statement.group(), true, execution.state());
        backend.sendQuery(statement.sql());
        return switch (backend.readResponse()) {
            case Response.Ok ok -> {
                List<Outcome.Diagnostic> diagnostics = Executor.diagnostics(backend, ok.warnings(), execution);
                yield answer(insert, List.of(ok), ok.warnings(), ok.info(), diagnostics, out);
            }
            case Response.Err err -> throw err.error();
            case Response.Rows rows -> throw new IllegalStateException("an INSERT gave rows");
        };
    }

    private Outcome several(PlacedInsert insert, ResultWriter out) {
        Writes.Total total = write(insert);
        int repeated = total.repeated();
        int warnings = total.warnings() - repeated;
        return answer(
                insert,
                total.answers(),
                warnings,
                InsertRunner.info(insert.rows(), total.answers(), warnings),
                repeated == 0 ? total.diagnostics() : total.withoutRepeated().diagnostics(),
                out);
    }

    /** Without an answer to the client. */
    Writes.Total write(PlacedInsert insert) {
        SessionState state = executor.sameMoment(execution.state(), insert.asksTime());
        List<Writes.Write> writes = insert.statements().stream()
                .map(statement -> new Writes.Write(statement.group(), statement.sql(), statement.rows()))
                .toList();
        return new Writes(execution).run(writes, state);
    }

    private Outcome answer(
            PlacedInsert insert,
            List<Response.Ok> answers,
            int warnings,
            String info,
            List<Outcome.Diagnostic> diagnostics,
            ResultWriter out) {
        long affectedRows =
                answers.stream().mapToLong(Response.Ok::affectedRows).sum();
        long first = insert.firstGenerated();
        long shown = InsertRunner.shownId(insert.rows(), first, insert.lastGiven(), answers);
        long told = answers.getLast().lastInsertId();
        long kept = insert.ids() == PlacedInsert.Ids.OF_INSTANCE ? told : first != 0 && shown == first ? first : 0;
        out.ok(affectedRows, shown, execution.status().getAsInt(), warnings, info);
        return new Outcome(affectedRows, kept, warnings, diagnostics, null);
    }
}
