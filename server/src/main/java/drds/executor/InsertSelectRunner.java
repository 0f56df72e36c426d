package drds.executor;

import drds.atom.Response;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.transaction.Transaction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a query's rows and inserts them in batches, all in one transaction. */
final class InsertSelectRunner {
    private static final Pattern SCALE = Pattern.compile(",\\s*(\\d+)\\)");

    private final Executor executor;
    private final Execution execution;
    private long rows;
    private long affectedRows;
    private long duplicates;
    private int warnings;
    private final List<Outcome.Diagnostic> diagnostics = new ArrayList<>();
    private long firstGenerated;
    private long lastGiven;

    InsertSelectRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.InsertSelect plan, ResultWriter out) {
        Transaction transaction = execution.transaction();
        // The rows come over the connections that the writes need when the SELECT must see the transaction's own
        // changes.
        boolean sameConnections = transaction.readsWhereItWrites();
        try {
            transaction.atomically(() -> {
                if (sameConnections) {
                    collected(plan);
                } else {
                    streamed(plan);
                }
                return null;
            });
        } catch (DigitsHidden nothingDone) {
            return executor.instead(Objects.requireNonNull(plan.wholly()), execution, out);
        }
        long shown = firstGenerated == 0 && affectedRows > 0 ? lastGiven : firstGenerated;
        out.ok(affectedRows, shown, execution.status().getAsInt(), warnings, plan.oneRow() ? "" : info());
        return new Outcome(affectedRows, firstGenerated, warnings, diagnostics, null);
    }

    private String info() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("Records", rows);
        numbers.put("Duplicates", duplicates);
        numbers.put("Warnings", (long) warnings);
        return InfoText.write(numbers);
    }

    private void streamed(Plan.InsertSelect plan) {
        Transaction reading = execution.transaction().beside();
        Batches batches =
                new Batches(plan.insert(), plan.hidden(), executor.limits().batchBytes());
        told(executor.select(plan.source(), execution.reading(reading), batches), plan.insert());
        batches.send();
    }

    private void collected(Plan.InsertSelect plan) {
        Batches batches = new Batches(plan.insert(), plan.hidden(), Long.MAX_VALUE);
        told(executor.select(plan.source(), execution.reading(execution.transaction()), batches), plan.insert());
        batches.send();
    }

    /** In strict mode a warning of the SELECT, too, is an error of the INSERT. */
    private void told(Outcome read, Plan.InsertRows insert) {
        if (!insert.ignore() && Warnings.strict(execution.state())) {
            for (Outcome.Diagnostic diagnostic : read.diagnostics()) {
                if (diagnostic.level().equals("Warning")) {
                    throw Warnings.error(diagnostic);
                }
            }
        }
        warnings += read.warnings();
        diagnostics.addAll(read.diagnostics());
    }

    /** Rows that are inserted when there are enough of them. */
    private final class Batches extends RowSink {
        private final Plan.InsertRows insert;
        private final BitSet hidden;
        private final long batchBytes;
        private List<Plan.Row> batch = new ArrayList<>();
        private long bytes;

        Batches(Plan.InsertRows insert, BitSet hidden, long batchBytes) {
            this.insert = insert;
            this.hidden = hidden;
            this.batchBytes = batchBytes;
        }

        @Override
        public void columns(List<ColumnDefinition> definitions) {
            boolean loses = hidden.stream()
                    .anyMatch(i -> i < definitions.size()
                            && i < insert.columns().size()
                            && losesDigits(definitions.get(i), insert.columns().get(i)));
            if (loses) {
                throw new DigitsHidden();
            }
            super.columns(definitions);
        }

        /** Whether the column stores other digits of the number than those that are shown. */
        private boolean losesDigits(ColumnDefinition shown, String name) {
            Table.Column column = insert.table().column(name);
            if (shown.type() != FieldType.NEWDECIMAL || column == null) {
                return false;
            }
            boolean decimal = column.dataType().equalsIgnoreCase("decimal");
            return !decimal || scale(column.type()) != shown.decimals();
        }

        private static int scale(String type) {
            Matcher parts = SCALE.matcher(type);
            return parts.find() ? Integer.parseInt(parts.group(1)) : 0;
        }

        @Override
        void add(String[] literals) {
            if (literals.length != insert.columns().size()) {
                throw ErrorCode.COLUMN_COUNT.with(1);
            }
            batch.add(new Plan.Row(List.of(literals)));
            for (String literal : literals) {
                bytes += literal.length();
            }
            if (bytes >= batchBytes) {
                send();
            } else if (bytes > executor.limits().collectedBytes()) {
                throw ErrorCode.COLLECT_LIMIT.with(executor.limits().collectedBytes());
            }
        }

        void send() {
            if (batch.isEmpty()) {
                return;
            }
            Plan.InsertRows some = new Plan.InsertRows(
                    insert.table(),
                    insert.database(),
                    insert.head(),
                    insert.columns(),
                    batch,
                    insert.tail(),
                    insert.replace(),
                    insert.ignore(),
                    insert.reason());
            InsertedRows prepared = new InsertedRows(executor, execution, some);
            Writes.Total total = new InsertRunner(executor, execution).write(some, prepared);
            count(some, prepared, total);
            batch = new ArrayList<>();
            bytes = 0;
        }
    }

    private void count(Plan.InsertRows some, InsertedRows prepared, Writes.Total total) {
        List<Response.Ok> answers = total.answers();
        if (some.table().kind() == Table.Kind.BROADCAST) {
            answers = answers.subList(
                    0, answers.size() / executor.backends().groups().size());
        }
        rows += some.rows().size();
        diagnostics.addAll(total.diagnostics());
        duplicates += InsertRunner.duplicates(answers);
        for (Response.Ok answer : answers) {
            affectedRows += answer.affectedRows();
            warnings += answer.warnings();
        }
        if (firstGenerated == 0) {
            firstGenerated = some.table().isAtHome() ? answers.getFirst().lastInsertId() : prepared.firstGenerated();
        }
        lastGiven = prepared.lastGiven();
    }
}
