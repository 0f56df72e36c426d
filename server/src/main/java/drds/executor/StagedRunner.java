package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.transaction.Transaction;

/** Puts the rows of a statement's first step into a temporary table at home and runs the second step there. */
final class StagedRunner {
    private final Executor executor;
    private final Execution execution;
    private final ScratchBudget budget;

    StagedRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.budget = new ScratchBudget(executor.limits());
    }

    Outcome run(Plan.Staged plan, ResultWriter out) {
        Transaction transaction = execution.transaction();
        ResidualRunner residual = new ResidualRunner(executor, execution);
        if (!transaction.mayReadBeside() && !transaction.readsAlone()) {
            return residual.run(plan.fallback(), out);
        }
        Backend scratch = transaction.outside(execution.catalog().defaultGroup(), execution.state());
        try {
            // Its release resets the connection: that drops the temporary table, whatever happens here.
            scratch.markDirty();
            fill(scratch, plan.stage());
        } catch (NotStaged e) {
            transaction.giveBack(scratch);
            return residual.run(plan.fallback(), out);
        }
        scratch.use(execution.state());
        transaction.throwIfKilled();
        return residual.staged(scratch, plan.sql(), out);
    }

    private void fill(Backend scratch, Plan.Stage stage) {
        SessionState loading = CopyLoading.loadingState(execution.state())
                .withVariable("character_set_client", "'utf8mb4'")
                .withVariable("character_set_connection", "'utf8mb4'")
                .withVariable("collation_connection", "'utf8mb4_general_ci'");
        String definition = executor.stageDefinitions().of(stage, execution, loading);
        scratch.use(loading);
        try {
            scratch.run("CREATE TEMPORARY TABLE " + stage.name() + " " + definition);
        } catch (SqlError e) {
            throw new NotStaged();
        }
        Transaction own = execution.transaction();
        Transaction from = own.transactional() ? own : own.beside();
        StagedRows rows = new StagedRows(
                stage, executor.limits().batchBytes(), budget, own::throwIfKilled, insert -> insert(scratch, insert));
        try {
            Outcome outcome = rows.takeFrom(stage.source(), executor, execution.reading(from));
            if (outcome.warnings() > 0) {
                // The second step would tell of its own only.
                throw new NotStaged();
            }
        } finally {
            if (from != own) {
                from.endStatement(null);
            }
        }
        rows.send();
    }

    private void insert(Backend scratch, String sql) {
        scratch.sendQuery(sql);
        if (!(scratch.readResponse() instanceof Response.Ok ok) || ok.warnings() > 0) {
            throw new NotStaged();
        }
    }
}
