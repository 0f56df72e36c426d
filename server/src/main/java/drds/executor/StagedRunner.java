package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.transaction.Transaction;
import java.util.List;

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

    /** The rows can't be put into a table as they are. */
    private static final class NotStaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotStaged() {
            super("the rows can't be staged", null, false, false);
        }
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
        scratch.use(execution.state().withVariable("sql_log_bin", "0"));
        try {
            // The home instance itself says of the faces which types the columns have.
            scratch.run("CREATE TEMPORARY TABLE " + stage.name() + " ENGINE = Aria AS SELECT * FROM (" + stage.query()
                    + ") AS q LIMIT 0");
        } catch (SqlError e) {
            // Whatever is wrong with the statement, it says so of itself.
            throw new NotStaged();
        }
        scratch.use(CopyLoading.loadingState(execution.state())
                .withVariable("character_set_client", "'utf8mb4'")
                .withVariable("character_set_connection", "'utf8mb4'")
                .withVariable("collation_connection", "'utf8mb4_general_ci'"));
        Transaction own = execution.transaction();
        Transaction from = own.transactional() ? own : own.beside();
        Batches batches = new Batches(scratch, stage.name());
        try {
            Outcome outcome = executor.select(stage.source(), execution.reading(from), batches);
            if (outcome.warnings() > 0) {
                // The second step would tell of its own only.
                throw new NotStaged();
            }
        } finally {
            if (from != own) {
                from.endStatement(null);
            }
        }
        batches.send();
    }

    private final class Batches extends RowSink {
        private final Backend scratch;
        private final String head;
        private final StringBuilder sql = new StringBuilder();

        Batches(Backend scratch, String table) {
            this.scratch = scratch;
            this.head = "INSERT INTO " + table + " VALUES ";
        }

        @Override
        public void columns(List<ColumnDefinition> definitions) {
            if (definitions.stream().anyMatch(column -> isZoned(column) || isRounded(column))) {
                throw new NotStaged();
            }
            super.columns(definitions);
        }

        /** An hour a year has two meanings as text. */
        private static boolean isZoned(ColumnDefinition column) {
            return column.type() == FieldType.TIMESTAMP;
        }

        /** FLOAT(M,D) and what is computed of it: a column rounds what it is given, an expression keeps all of it. */
        private static boolean isRounded(ColumnDefinition column) {
            return (column.type() == FieldType.FLOAT || column.type() == FieldType.DOUBLE) && column.decimals() < 31;
        }

        @Override
        void add(String[] literals) {
            execution.transaction().throwIfKilled();
            int before = sql.length();
            sql.append(sql.isEmpty() ? head : ",").append('(');
            for (int i = 0; i < literals.length; i++) {
                sql.append(i == 0 ? "" : ",").append(literals[i]);
            }
            sql.append(')');
            budget.take(1, sql.length() - before);
            if (sql.length() >= executor.limits().batchBytes()) {
                send();
            }
        }

        void send() {
            if (sql.isEmpty()) {
                return;
            }
            scratch.sendQuery(sql.toString());
            sql.setLength(0);
            if (!(scratch.readResponse() instanceof Response.Ok ok) || ok.warnings() > 0) {
                throw new NotStaged();
            }
        }
    }
}
