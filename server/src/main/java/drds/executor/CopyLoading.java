package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.planner.Plan.Input;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fills copies of tables on a scratch connection: reads all Groups at once and writes as the rows come. */
final class CopyLoading {
    /** How the copies are written: bytes as they are, every date and number as it is, no clock but UTC. */
    private static final Map<String, String> EXACT = Map.of(
            "character_set_client", "'binary'",
            "character_set_connection", "'binary'",
            "collation_connection", "'binary'",
            "character_set_results", "'utf8mb4'",
            "sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
            "time_zone", "'+00:00'",
            "check_constraint_checks", "0");

    private final Executor executor;
    private final Execution execution;
    private final ScratchBudget budget;
    private int warnings;

    CopyLoading(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.budget = new ScratchBudget(executor.limits());
    }

    /** Makes the copies and fills them. */
    void load(Backend scratch, List<? extends Copy> copies) {
        scratch.use(loadingState(execution.state()));
        for (Copy copy : copies) {
            copy.beforeLoading().forEach(scratch::sendAhead);
        }
        fill(scratch, copies);
        for (Copy copy : copies) {
            copy.afterLoading().forEach(scratch::sendAhead);
        }
    }

    /** Fills copies that are there. The connection is in the {@link #loadingState}. */
    void fill(Backend scratch, List<? extends Copy> copies) {
        List<Reading> readings = ask(copies);
        boolean done = false;
        TableLoader loader = new TableLoader(scratch, executor.limits().batchBytes());
        try {
            for (Reading reading : readings) {
                reading.into(this, loader);
            }
            loader.finish();
            done = true;
        } finally {
            loader.abandon();
            if (!done) {
                readings.forEach(reading ->
                        reading.answers.abandon(execution.transaction().keepsConnections()));
            }
        }
    }

    /** The state in which values are written to a scratch connection exactly as they were read. */
    static SessionState loadingState(SessionState session) {
        return exact(SessionState.INITIAL.withFoundRows(session.foundRows()).withDatabase(session.currentDatabase()))
                .withVariable("sql_log_bin", "0");
    }

    /** The same where rows stay for good. */
    static SessionState exact(SessionState state) {
        SessionState exact = state;
        for (Map.Entry<String, String> variable : EXACT.entrySet()) {
            exact = exact.withVariable(variable.getKey(), variable.getValue());
        }
        return exact;
    }

    /** What one Group was asked for: each answer belongs to the copy at its place. */
    private record Reading(Answers answers, List<Copy> copies) {
        void into(CopyLoading loading, TableLoader loader) {
            for (int i = 0; i < copies.size(); i++) {
                Answers.Answer answer = answers.all().get(i);
                for (ByteBuf row = answer.nextPayload(); row != null; row = answer.nextPayload()) {
                    try {
                        loading.count(row);
                        loader.add(copies.get(i), row);
                    } finally {
                        row.release();
                    }
                }
            }
            loading.warnings += answers.warnings();
        }
    }

    /** How many warnings came of reading the rows: a condition that was pushed down did not fit its column. */
    int warnings() {
        return warnings;
    }

    private void count(ByteBuf row) {
        execution.transaction().throwIfKilled();
        budget.take(1, row.readableBytes());
    }

    /** Sends all reads; each Group answers its own in order while the others work. */
    private List<Reading> ask(List<? extends Copy> copies) {
        SessionState reading = execution.unlimited().withVariable("character_set_results", "'binary'");
        Map<String, List<Copy>> targets = new LinkedHashMap<>();
        Map<String, List<String>> statements = new LinkedHashMap<>();
        boolean locks = copies.stream().anyMatch(copy -> copy.lock() != Copy.Lock.NONE);
        for (Copy copy : copies) {
            for (Input.Source source : copy.input().sources()) {
                targets.computeIfAbsent(source.group(), group -> new ArrayList<>())
                        .add(copy);
                statements
                        .computeIfAbsent(source.group(), group -> new ArrayList<>())
                        .add(copy.selectStatement(source));
            }
        }
        List<Reading> readings = new ArrayList<>();
        statements.forEach((group, texts) -> {
            Backend backend = execution.transaction().on(group, locks, reading);
            readings.add(new Reading(new Answers(backend, texts, false), targets.getOrDefault(group, List.of())));
        });
        return readings;
    }
}
