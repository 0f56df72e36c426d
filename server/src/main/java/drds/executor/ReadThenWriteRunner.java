package drds.executor;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads, locked, which rows change and to what; then writes them by their keys, in the same transaction. */
final class ReadThenWriteRunner {
    private final Executor executor;
    private final Execution execution;
    private long matched;
    private long affectedRows;
    private long changed;
    private int warnings;
    private final List<Outcome.Diagnostic> diagnostics = new ArrayList<>();

    ReadThenWriteRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    Outcome run(Plan.ReadThenWrite plan, ResultWriter out) {
        boolean update =
                plan.targets().stream().anyMatch(target -> !target.setColumns().isEmpty());
        Execution same = execution.at(executor.sameMoment(execution.state(), true));
        execution.transaction().atomically(() -> {
            List<KeyedWrites> writes = read(plan, same);
            // All rows leave their old places before any comes to a new one.
            for (KeyedWrites target : writes) {
                send(target.leaving(), same.state(), target);
                send(target.staying(), same.state(), target);
            }
            for (KeyedWrites target : writes) {
                if (plan.ignore()) {
                    moveWherePossible(target, same.state());
                } else {
                    send(target.coming(), same.state(), target);
                }
                matched += target.matched();
            }
            return null;
        });
        String info = update ? InfoText.write(ordered(matched, changed, warnings)) : "";
        long affected = execution.state().foundRows() && update ? matched : affectedRows;
        out.ok(affected, 0, execution.status().getAsInt(), warnings, info);
        return new Outcome(affected, 0, warnings, diagnostics, null);
    }

    private static Map<String, Long> ordered(long matched, long changed, long warnings) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("Rows matched", matched);
        numbers.put("Changed", changed);
        numbers.put("Warnings", warnings);
        return numbers;
    }

    private List<KeyedWrites> read(Plan.ReadThenWrite plan, Execution same) {
        List<KeyedWrites> writes = new ArrayList<>();
        for (Plan.Target target : plan.targets()) {
            writes.add(new KeyedWrites(executor, same, target, plan.ignore()));
        }
        executor.select(plan.select(), same.reading(same.transaction()), new RowSink() {
            private long bytes;

            @Override
            void add(String[] literals) {
                for (String literal : literals) {
                    bytes += literal.length();
                }
                if (bytes > executor.limits().collectedBytes()) {
                    throw ErrorCode.COLLECT_LIMIT.with(executor.limits().collectedBytes());
                }
                writes.forEach(target -> target.add(literals));
            }
        });
        writes.forEach(KeyedWrites::place);
        return writes;
    }

    /** With IGNORE a row stays where it is if its new place holds one with its key. */
    private void moveWherePossible(KeyedWrites target, SessionState state) {
        Writes one = new Writes(execution);
        for (int i = 0; i < target.coming().size(); i++) {
            Response.Ok come = one.send(List.of(target.coming().get(i).write()), state)
                    .answers()
                    .getFirst();
            if (come.affectedRows() > 0) {
                one.send(List.of(target.leavingOnceCome().get(i).write()), state);
                count(come, target);
            }
        }
    }

    /** @param statements of one place each; a broadcast table's come once for every Group, the counted Group's first */
    private void send(List<KeyedWrites.Statement> statements, SessionState state, KeyedWrites target) {
        int from = 0;
        while (from < statements.size()) {
            int to = from;
            long bytes = 0;
            while (to < statements.size()
                    && (to == from || bytes < executor.limits().batchBytes())) {
                bytes += statements.get(to).write().sql().length();
                to++;
            }
            List<KeyedWrites.Statement> batch = statements.subList(from, to);
            Writes.Total total = new Writes(execution)
                    .send(batch.stream().map(KeyedWrites.Statement::write).toList(), state);
            diagnostics.addAll(total.diagnostics());
            for (int i = 0; i < batch.size(); i++) {
                if (batch.get(i).counted()) {
                    count(total.answers().get(i), target);
                }
            }
            from = to;
        }
    }

    private void count(Response.Ok answer, KeyedWrites target) {
        affectedRows += answer.affectedRows();
        warnings += answer.warnings();
        changed += target.updates() && !answer.info().isEmpty()
                ? InfoText.number(answer.info(), "Changed")
                : answer.affectedRows();
    }
}
