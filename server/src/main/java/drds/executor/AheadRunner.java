package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.transaction.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers what a statement depends on, puts the rows into temporary tables where they are needed, and runs the rest. */
final class AheadRunner {
    /** What the tables may hold: it waits here for the Groups. */
    private static final long BYTES_LIMIT = 16 << 20;

    private final Executor executor;
    private final Execution execution;
    private final Transaction transaction;
    private final boolean inside;
    private final SessionState loading;
    private final Map<String, Set<String>> made = new LinkedHashMap<>();

    AheadRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.transaction = execution.transaction();
        this.inside = transaction.transactional();
        SessionState exact = CopyLoading.loadingState(execution.state());
        SessionState state = inside ? exact.withoutVariable("sql_log_bin") : exact;
        this.loading = state.withVariable("character_set_client", "'utf8mb4'")
                .withVariable("character_set_connection", "'utf8mb4'")
                .withVariable("collation_connection", "'utf8mb4_general_ci'");
    }

    Outcome run(Plan.Ahead plan, ResultWriter out) {
        if (!transaction.mayReadBeside() && !transaction.readsAlone()) {
            return executor.run(plan.fallback(), execution, out);
        }
        Outcome outcome;
        try {
            long rows = 0;
            for (Plan.Stage stage : plan.stages()) {
                transaction.throwIfKilled();
                rows = fill(stage, plan.groups());
            }
            Plan.FirstRows first = plan.first();
            outcome = first == null || rows < first.taken()
                    ? then(plan.then(), out)
                    : ofFirstRows(plan.then(), first.wanted(), out);
        } catch (NotStaged e) {
            outcome = null;
        } finally {
            drop();
        }
        return outcome == null ? executor.run(plan.fallback(), execution, out) : outcome;
    }

    private Outcome then(Plan plan, ResultWriter out) {
        return plan instanceof Plan.Gather gather
                ? new GatherRunner(executor, execution, out).besideShipments().run(gather)
                : executor.run(plan, execution, out);
    }

    /** @return null if there may be more rows than these */
    private @Nullable Outcome ofFirstRows(Plan plan, long wanted, ResultWriter out) {
        try (HeldAnswer answer = new HeldAnswer(out.binary())) {
            Outcome outcome = then(plan, answer);
            if (answer.rows() < wanted || outcome.warnings() > 0) {
                // Rows that are not in the answer give warnings, too.
                return null;
            }
            answer.to(out);
            return outcome;
        }
    }

    // ---- the tables ----

    /** @return how many rows there are */
    private long fill(Plan.Stage stage, List<String> groups) {
        String definition = executor.stageDefinitions().of(stage, execution, loading);
        List<String> inserts = new ArrayList<>();
        long[] bytes = new long[1];
        Transaction from = inside ? transaction : transaction.beside();
        StagedRows rows = new StagedRows(
                stage,
                executor.limits().batchBytes(),
                new ScratchBudget(executor.limits()),
                transaction::throwIfKilled,
                insert -> {
                    bytes[0] += insert.length();
                    if (bytes[0] > BYTES_LIMIT) {
                        throw new NotStaged();
                    }
                    inserts.add(insert);
                });
        try {
            Outcome outcome = rows.takeFrom(stage.source(), executor, execution.reading(from));
            if (outcome.warnings() > 0) {
                // Only the rest tells its own.
                throw new NotStaged();
            }
        } catch (SqlError e) {
            throw isOfValues(e) ? new NotStaged() : e;
        } finally {
            if (from != transaction) {
                from.endStatement(null);
            }
        }
        rows.send();
        make(stage.name(), definition, groups);
        groups.forEach(group -> {
            Backend backend = on(group);
            inserts.forEach(backend::sendQuery);
            backend.flush();
        });
        boolean exact = true;
        for (String group : groups) {
            Backend backend = on(group);
            for (int i = 0; i < inserts.size(); i++) {
                exact &= backend.readResponse() instanceof Response.Ok ok && ok.warnings() == 0;
            }
        }
        if (!exact) {
            throw new NotStaged();
        }
        return rows.taken();
    }

    /** Whether the statement itself would tell it in its own way, or never, since not every subquery is computed. */
    private static boolean isOfValues(SqlError error) {
        String kind = error.sqlState().substring(0, 2);
        return kind.equals("22") || kind.equals("21") || kind.equals("42");
    }

    private Backend on(String group) {
        return transaction.on(group, false, loading);
    }

    private void make(String name, String definition, List<String> groups) {
        String create = "CREATE OR REPLACE TEMPORARY TABLE " + name + " " + definition;
        boolean all = true;
        for (String group : groups) {
            Backend backend = on(group);
            if (inside) {
                all &= ShipRunner.mayMakeTables(backend, List.of(create));
            } else {
                backend.markDirty();
                backend.sendQuery(create);
                backend.flush();
            }
            made.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(name);
        }
        if (!inside) {
            for (String group : groups) {
                // A default value may name what only home has.
                all &= on(group).readResponse() instanceof Response.Ok;
            }
        }
        if (!all) {
            throw new NotStaged();
        }
    }

    /** A transaction's connections stay; others are reset when they go back. */
    private void drop() {
        ShipRunner.drop(transaction, made, loading);
    }
}
