package drds.executor;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Finds each row's partition and writes the rows there, in their order, all or none. */
final class InsertRunner {
    private static final Pattern SETS_ID =
            Pattern.compile("\\bLAST_INSERT_ID\\s*\\(\\s*[^\\s)]", Pattern.CASE_INSENSITIVE);

    private final Executor executor;
    private final Execution execution;

    InsertRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.InsertRows plan, ResultWriter out) {
        InsertedRows rows = new InsertedRows(executor, execution, plan);
        Writes.Total total = write(plan, rows);
        boolean broadcast = plan.table().kind() == Table.Kind.BROADCAST;
        List<Response.Ok> counted = broadcast ? total.answers().subList(0, countedOnce(total)) : total.answers();
        long affectedRows =
                counted.stream().mapToLong(Response.Ok::affectedRows).sum();
        int repeated = broadcast ? 0 : total.repeated();
        int warnings = counted.stream().mapToInt(Response.Ok::warnings).sum() - repeated;
        long shown = shownId(plan.rows().size(), rows.firstGenerated(), rows.lastGiven(), counted);
        Outcome outcome = SpreadRunner.answer(
                repeated == 0 ? total : total.withoutRepeated(),
                affectedRows,
                shown,
                warnings,
                info(plan.rows().size(), counted, warnings),
                execution,
                out);
        return new Outcome(
                outcome.affectedRows(), keptId(plan, rows, shown), warnings, outcome.diagnostics(), outcome.error());
    }

    /**
     * The id that the client is told. Of one row it is what the instance says; of several it is the first that was generated,
     * else the last that a row gave itself, if any row was written.
     *
     * @param firstGenerated 0 if none was
     * @param lastGiven 0 if none was, or nobody knows
     */
    static long shownId(long rows, long firstGenerated, long lastGiven, List<Response.Ok> answers) {
        Response.Ok last = answers.getLast();
        long told = last.lastInsertId();
        if (rows == 1) {
            return firstGenerated != 0 && told == 0 && last.affectedRows() > 0 ? firstGenerated : told;
        }
        if (firstGenerated != 0) {
            return firstGenerated;
        }
        boolean written = answers.stream().anyMatch(answer -> answer.lastInsertId() != 0);
        return written && lastGiven != 0 ? lastGiven : told;
    }

    /** What LAST_INSERT_ID() gives from now on, 0 for the same as before. */
    private static long keptId(Plan.InsertRows plan, InsertedRows rows, long shown) {
        if (SETS_ID.matcher(plan.tail()).find()) {
            return shown;
        }
        return rows.generated() && shown == rows.firstGenerated() ? shown : 0;
    }

    /** A broadcast table's copies all get the same statements: one Group's answers count. */
    private int countedOnce(Writes.Total total) {
        return total.answers().size() / executor.backends().groups().size();
    }

    /** Writes rows without answering: what INSERT ... SELECT does with each of its batches. */
    Writes.Total write(Plan.InsertRows plan, InsertedRows rows) {
        rows.prepare();
        if (IndexedInsert.concerns(plan.table(), rows)) {
            return new IndexedInsert(executor, execution, plan, rows, this).write();
        }
        List<Writes.Write> writes = writes(plan, rows);
        SessionState state =
                writes.size() > 1 ? executor.sameMoment(execution.state(), rows.asksTime()) : execution.state();
        return new Writes(execution).run(writes, state);
    }

    List<Writes.Write> writes(Plan.InsertRows plan, InsertedRows rows) {
        Table table = plan.table();
        List<Writes.Write> writes = new ArrayList<>();
        switch (table.kind()) {
            case SINGLE, TEMPORARY -> {
                String name = Names.quoted(plan.database(), table.name());
                for (Part part : parts(plan, rows, name, all(rows))) {
                    writes.add(new Writes.Write(execution.catalog().defaultGroup(), part.sql(), part.rows()));
                }
            }
            case BROADCAST -> {
                List<Part> parts = parts(plan, rows, Names.quoted(plan.database(), table.name()), all(rows));
                for (String group : executor.backends().groups()) {
                    parts.forEach(part -> writes.add(new Writes.Write(group, part.sql(), part.rows())));
                }
            }
            case SHARDED ->
                byPartition(table, rows).forEach((number, own) -> {
                    Partition partition = table.partitions().get(number);
                    String name = Names.quoted(partition.schema(), partition.table());
                    for (Part part : parts(plan, rows, name, own)) {
                        writes.add(new Writes.Write(partition.group(), part.sql(), part.rows()));
                    }
                });
        }
        return writes;
    }

    /** @param rows the numbers of its rows among all, from 1 */
    private record Part(String sql, int[] rows) {}

    private static List<Integer> all(InsertedRows rows) {
        return IntStream.range(0, rows.values().size()).boxed().toList();
    }

    /** The rows' indexes by partition. */
    private static Map<Integer, List<Integer>> byPartition(Table table, InsertedRows rows) {
        Rule rule = table.rule();
        if (rule == null) {
            throw new IllegalStateException("a sharded table without a rule: " + table.name());
        }
        Map<Integer, List<Integer>> byPartition = new TreeMap<>();
        for (int i = 0; i < rows.values().size(); i++) {
            List<KeyValue> key = rows.keys().get(i);
            byPartition
                    .computeIfAbsent(rule.partition(key), number -> new ArrayList<>())
                    .add(i);
        }
        return byPartition;
    }

    /** The statement that writes one row. */
    String statement(Plan.InsertRows plan, InsertedRows rows, String table, List<String> row) {
        StringBuilder sql = new StringBuilder(head(plan, rows, table));
        append(sql, row);
        return sql.append(plan.tail()).toString();
    }

    private static String head(Plan.InsertRows plan, InsertedRows rows, String table) {
        return plan.head() + table + " ("
                + String.join(", ", rows.columns().stream().map(Names::quoted).toList()) + ") VALUES ";
    }

    private static void append(StringBuilder sql, List<String> row) {
        sql.append('(');
        for (int i = 0; i < row.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(row.get(i));
        }
        sql.append(')');
    }

    /** Rows as statements of about the length of a batch. @param indexes the rows */
    private List<Part> parts(Plan.InsertRows plan, InsertedRows rows, String table, List<Integer> indexes) {
        String head = head(plan, rows, table);
        List<Part> parts = new ArrayList<>();
        StringBuilder sql = new StringBuilder(head);
        int from = 0;
        for (int i = 0; i < indexes.size(); i++) {
            if (i > from && sql.length() >= executor.limits().batchBytes()) {
                parts.add(part(sql.append(plan.tail()), indexes.subList(from, i)));
                sql = new StringBuilder(head);
                from = i;
            }
            sql.append(i == from ? "" : ",");
            append(sql, rows.values().get(indexes.get(i)));
        }
        parts.add(part(sql.append(plan.tail()), indexes.subList(from, indexes.size())));
        return parts;
    }

    private static Part part(StringBuilder sql, List<Integer> indexes) {
        return new Part(
                sql.toString(), indexes.stream().mapToInt(index -> index + 1).toArray());
    }

    /** MySQL gives the text for several rows only; a part with one row has none of its own. */
    static String info(long rows, List<Response.Ok> answers, int warnings) {
        if (rows == 1) {
            return answers.getFirst().info();
        }
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("Records", rows);
        numbers.put("Duplicates", duplicates(answers));
        numbers.put("Warnings", (long) warnings);
        return InfoText.write(numbers);
    }

    static long duplicates(List<Response.Ok> answers) {
        long duplicates = 0;
        for (Response.Ok answer : answers) {
            duplicates += answer.info().isEmpty()
                    ? answer.affectedRows() == 1 ? 0 : 1
                    : InfoText.number(answer.info(), "Duplicates");
        }
        return duplicates;
    }
}
