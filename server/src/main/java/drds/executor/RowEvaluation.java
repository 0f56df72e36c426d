package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table.Column;
import drds.error.SqlError;
import drds.planner.Plan;
import drds.rule.KeyQuestion;
import drds.rule.KeyValue;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /**
     * What a row came to.
     *
     * @param key the asked columns' values as key values
     * @param literals the same as SQL that gives exactly this value again
     */
    record Evaluated(List<KeyValue> key, List<String> literals) {}

    /** @param asked columns of the table */
    List<Evaluated> evaluate(List<List<String>> rows, List<Column> asked) {
        work.execute("CREATE TEMPORARY TABLE " + table + " LIKE "
                + Names.quoted(plan.database(), plan.table().name()));
        List<String> items = new ArrayList<>();
        for (Column column : asked) {
            items.addAll(question(column).items(Names.quoted(column.name())));
            items.add(literalItem(column));
        }
        String head = (plan.ignore() ? "INSERT IGNORE INTO " : "INSERT INTO ") + table + " ("
                + String.join(", ", columns.stream().map(Names::quoted).toList()) + ") VALUES (";
        List<Evaluated> evaluated = new ArrayList<>();
        for (List<String> row : rows) {
            insert(head + String.join(", ", row) + ")");
            List<byte[] @Nullable []> read = work.rows("SELECT " + String.join(", ", items) + " FROM " + table);
            work.execute("DELETE FROM " + table);
            evaluated.add(read(read.getFirst(), asked));
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

    private static KeyQuestion question(Column column) {
        return new KeyQuestion(InsertedRows.typeOf(column));
    }

    private Evaluated read(byte[] @Nullable [] answers, List<Column> asked) {
        List<KeyValue> key = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        int at = 0;
        for (Column column : asked) {
            KeyQuestion question = question(column);
            List<byte @Nullable []> own = new ArrayList<>();
            int count = question.items("c").size();
            for (int i = 0; i < count; i++) {
                own.add(answers[at + i]);
            }
            key.add(question.answer(execution.keys().collations(), own));
            byte[] literal = answers[at + count];
            literals.add(literal == null ? "NULL" : literal(column, new String(literal, StandardCharsets.UTF_8)));
            at += count + 1;
        }
        return new Evaluated(key, literals);
    }

    /** What is selected to write the value again. */
    static String literalItem(Column column) {
        String name = Names.quoted(column.name());
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year", "double" -> name;
            case "float" -> "CAST(" + name + " AS DOUBLE)";
            case "bit", "enum", "set" -> name + "+0";
            case "timestamp" -> "UNIX_TIMESTAMP(" + name + ")";
            case "date", "datetime", "time", "uuid", "inet4", "inet6" -> "CAST(" + name + " AS CHAR)";
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json" ->
                "HEX(CONVERT(" + name + " USING utf8mb4))";
            default -> "HEX(" + name + ")";
        };
    }

    static String literal(Column column, String text) {
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "year",
                    "double",
                    "float",
                    "bit",
                    "enum",
                    "set" -> text;
            case "timestamp" -> text.matches("[0.]+") ? "0" : "FROM_UNIXTIME(" + text + ")";
            case "date", "datetime", "time", "uuid", "inet4", "inet6" -> "'" + text + "'";
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json" -> "_utf8mb4 X'" + text + "'";
            default -> "X'" + text + "'";
        };
    }

    /** What a number column makes of an expression that names no other column. */
    KeyValue number(String expression, Column column) {
        List<byte @Nullable []> value = work.column("SELECT CAST(" + expression + " AS "
                + (column.type().contains("unsigned") ? "UNSIGNED" : "SIGNED") + ")");
        byte[] text = value.getFirst();
        return text == null
                ? new KeyValue.Null()
                : question(column).answer(execution.keys().collations(), List.of(text));
    }

    @Override
    public void close() {
        execution.transaction().giveBack(scratch);
    }
}
