package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table.Column;
import drds.error.SqlError;
import drds.planner.Plan;
import drds.rule.KeyValue;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets MariaDB say what rows of an INSERT come to: they are inserted into a temporary table with the face's definition, beside the
 * session's transaction, and read back.
 */
final class RowEvaluation implements AutoCloseable {
    private static final String NAME = "drds row";

    private final Execution execution;
    private final Plan.InsertRows plan;
    private final List<String> columns;
    private final Backend scratch;
    private final Work work;
    private final String table;

    RowEvaluation(Executor executor, Execution execution, Plan.InsertRows plan, List<String> columns) {
        this.execution = execution;
        this.plan = plan;
        this.columns = columns;
        this.table = Names.quoted(plan.database(), NAME);
        SessionState state = executor.sameMoment(execution.unlimited(), true);
        this.scratch = execution.transaction().outside(execution.catalog().defaultGroup(), state);
        this.work = new Work(scratch);
        boolean ready = false;
        try {
            scratch.use(state.withVariable("transaction_read_only", "0")
                    .withVariable("sql_log_bin", "0")
                    .withVariable("character_set_results", "'utf8mb4'"));
            scratch.markDirty();
            ready = true;
        } finally {
            if (!ready) {
                execution.transaction().giveBack(scratch);
            }
        }
    }

    /** @param asked columns of the table */
    List<StoredValues.Row> evaluate(List<List<String>> rows, List<Column> asked) {
        work.execute("CREATE TEMPORARY TABLE " + table + " LIKE "
                + Names.quoted(plan.database(), plan.table().name()));
        StoredValues values = new StoredValues(asked, execution.keys().collations());
        String head = (plan.ignore() ? "INSERT IGNORE INTO " : "INSERT INTO ") + table + " ("
                + String.join(", ", columns.stream().map(Names::quoted).toList()) + ") VALUES (";
        List<StoredValues.Row> evaluated = new ArrayList<>();
        for (List<String> row : rows) {
            insert(head + String.join(", ", row) + ")");
            List<byte[] @Nullable []> read = work.rows("SELECT " + values.items() + " FROM " + table);
            work.execute("DELETE FROM " + table);
            evaluated.add(values.read(read.getFirst(), 0));
        }
        return evaluated;
    }

    /** Its error is the statement's own. */
    private void insert(String sql) {
        try {
            work.execute(sql);
        } catch (SqlError e) {
            String text = e.message().replace(NAME, plan.table().name());
            throw new SqlError(e.number(), e.sqlState(), text, e);
        }
    }

    /** What a number column makes of an expression that names no other column. */
    KeyValue number(String expression, Column column) {
        List<byte @Nullable []> value = work.column("SELECT CAST(" + expression + " AS "
                + (column.type().contains("unsigned") ? "UNSIGNED" : "SIGNED") + ")");
        byte[] text = value.getFirst();
        return text == null
                ? new KeyValue.Null()
                : StoredValues.question(column).answer(execution.keys().collations(), List.of(text));
    }

    @Override
    public void close() {
        execution.transaction().giveBack(scratch);
    }
}
