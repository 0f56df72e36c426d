package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.ResultSet;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs changes on several places, all Groups at once, and adds their answers up. */
final class Writes {
    private static final int NO_DEFAULT = 1364;

    private final Execution execution;

    Writes(Execution execution) {
        this.execution = execution;
    }

    /**
     * One change of one Group's data: its text, or the text's bytes in UTF-8.
     *
     * @param quiet whether nobody wants its warnings
     * @param rows the numbers of its rows among those of an INSERT; null if it counts as the INSERT does
     */
    record Write(
            String group,
            String sql,
            byte @Nullable [] bytes,
            boolean quiet,
            @Nullable RowNumbers rows) {
        Write(String group, String sql) {
            this(group, sql, null, false, null);
        }

        Write(String group, String sql, boolean quiet) {
            this(group, sql, null, quiet, null);
        }

        Write(String group, String sql, int[] rows) {
            this(group, sql, null, false, new RowNumbers(rows));
        }

        Write(String group, byte[] bytes, int[] rows) {
            this(group, "", bytes, false, new RowNumbers(rows));
        }

        void send(Backend backend) {
            if (bytes == null) {
                backend.sendQuery(sql);
            } else {
                backend.sendQuery(bytes);
            }
        }
    }

    /**
     * What changes came to.
     *
     * @param answers in the order of the changes
     * @param columns of RETURNING, null without it
     * @param rows of RETURNING
     */
    record Total(
            List<Response.Ok> answers,
            List<Outcome.Diagnostic> diagnostics,
            @Nullable List<ColumnDefinition> columns,
            List<byte[] @Nullable []> rows) {
        long affectedRows() {
            return answers.stream().mapToLong(Response.Ok::affectedRows).sum();
        }

        /** How many warnings of a column without a value MySQL would not repeat: it gives them once a statement. */
        int repeated() {
            List<Outcome.Diagnostic> ofStatement = diagnostics.stream()
                    .filter(diagnostic -> diagnostic.code() == NO_DEFAULT)
                    .toList();
            return ofStatement.size() - (int) ofStatement.stream().distinct().count();
        }

        /** The diagnostics without those that {@link #repeated} counts. */
        Total withoutRepeated() {
            List<Outcome.Diagnostic> kept = new ArrayList<>();
            for (Outcome.Diagnostic diagnostic : diagnostics) {
                if (diagnostic.code() != NO_DEFAULT || !kept.contains(diagnostic)) {
                    kept.add(diagnostic);
                }
            }
            return new Total(answers, kept, columns, rows);
        }

        int warnings() {
            return answers.stream().mapToInt(Response.Ok::warnings).sum();
        }

        List<String> infos() {
            return answers.stream().map(Response.Ok::info).toList();
        }
    }

    /**
     * All or none: several changes run in one transaction, or behind one savepoint of the open one.
     *
     * @throws SqlError the first error; nothing has been changed then
     */
    Total run(List<Write> writes, SessionState state) {
        return writes.size() == 1
                ? send(writes, state)
                : execution.transaction().atomically(() -> send(writes, state));
    }

    /** Without a transaction of its own. */
    Total send(List<Write> writes, SessionState state) {
        Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < writes.size(); i++) {
            byGroup.computeIfAbsent(writes.get(i).group(), group -> new ArrayList<>())
                    .add(i);
        }
        Map<String, Backend> backends = new LinkedHashMap<>();
        byGroup.keySet()
                .forEach(group -> backends.put(group, execution.transaction().on(group, true, state)));
        // In turns, so that no Group waits until another one has taken all that is for it.
        int most = byGroup.values().stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < most; turn++) {
            for (Map.Entry<String, List<Integer>> entry : byGroup.entrySet()) {
                List<Integer> numbers = entry.getValue();
                Backend backend = backends.get(entry.getKey());
                if (turn < numbers.size() && backend != null) {
                    Write write = writes.get(numbers.get(turn));
                    write.send(backend);
                    if (turn + 1 < numbers.size() && !write.quiet()) {
                        // The next statement makes the instance forget them.
                        backend.sendQuery("SHOW WARNINGS");
                    }
                    if (turn == 0 || turn + 1 == numbers.size()) {
                        backend.flush();
                    }
                }
            }
        }
        Reader reader = new Reader(writes);
        byGroup.forEach((group, numbers) -> reader.read(backends.get(group), numbers));
        if (reader.failure != null) {
            throw reader.failure;
        }
        boolean numbered = writes.stream().anyMatch(write -> write.rows() != null);
        return new Total(
                List.of(reader.answers),
                numbered ? RowNumbers.inOrder(reader.diagnostics) : reader.diagnostics,
                reader.columns,
                reader.rows);
    }

    /** Reads every answer to its end, also after an error, so that the connections can be used for what comes next. */
    private final class Reader {
        private final Response.Ok[] answers;
        private final List<Outcome.Diagnostic> diagnostics = new ArrayList<>();
        private final List<byte[] @Nullable []> rows = new ArrayList<>();
        private @Nullable List<ColumnDefinition> columns;
        private @Nullable SqlError failure;
        private int failed = Integer.MAX_VALUE;
        private int failedRow = Integer.MAX_VALUE;

        private final List<Write> writes;

        Reader(List<Write> writes) {
            this.writes = writes;
            answers = new Response.Ok[writes.size()];
        }

        void read(@Nullable Backend backend, List<Integer> numbers) {
            if (backend == null) {
                throw new IllegalStateException("nothing was sent");
            }
            for (int number : numbers) {
                try {
                    int warnings = read(backend, number);
                    if (!writes.get(number).quiet()) {
                        List<Outcome.Diagnostic> told = number == numbers.getLast()
                                ? Executor.diagnostics(backend, warnings, execution)
                                : Warnings.read(backend, new LogicalNames(execution.catalog()));
                        RowNumbers rowNumbers = writes.get(number).rows();
                        diagnostics.addAll(rowNumbers == null ? told : rowNumbers.in(told));
                    }
                } catch (SqlError e) {
                    fail(e, number);
                    if (!backend.isOpen()) {
                        return;
                    }
                }
            }
        }

        /** Of several failures that of the first row is told, as far as they name rows, else that of the first change. */
        private void fail(SqlError error, int number) {
            RowNumbers rowNumbers = writes.get(number).rows();
            SqlError told = rowNumbers == null ? error : rowNumbers.in(error);
            int row = RowNumbers.row(told.message());
            boolean named = row != Integer.MAX_VALUE && failedRow != Integer.MAX_VALUE;
            if (failure == null || (named ? row < failedRow : number < failed)) {
                failure = told;
                failed = number;
                failedRow = row;
            }
        }

        /** @return how many warnings came with it */
        private int read(Backend backend, int number) {
            switch (backend.readResponse()) {
                case Response.Ok ok -> answers[number] = ok;
                case Response.Err err -> {
                    fail(err.error(), number);
                    return 0;
                }
                case Response.Rows result -> answers[number] = returned(result.rows());
            }
            return answers[number].warnings();
        }

        private Response.Ok returned(ResultSet result) {
            columns = result.columns();
            List<byte[] @Nullable []> all = Work.rows(result);
            rows.addAll(all);
            return new Response.Ok(all.size(), 0, result.status(), result.warnings(), "");
        }
    }
}
