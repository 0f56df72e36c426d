package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.planner.Plan.Input;
import drds.planner.Plan.Shipment;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the shipments of a plan, each on the statement's own connections to the Groups that get it, then gathers. Rows that are on
 * such a Group already are copied there by INSERT ... SELECT; others come through here.
 */
final class ShipRunner {
    private final Executor executor;
    private final Execution execution;
    private final SessionState reading;
    private final SessionState loading;
    private final ScratchBudget budget;

    ShipRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.reading = execution
                .unlimited()
                .withVariable("character_set_results", "'binary'")
                .withVariable("sql_log_bin", "0");
        this.loading = CopyLoading.loadingState(execution.state());
        this.budget = new ScratchBudget(executor.limits());
    }

    /** A row can't be copied on an instance as it is. */
    private static final class NotCopied extends Exception {
        private static final long serialVersionUID = 1;
    }

    Outcome run(Plan.Ship plan, ResultWriter out) {
        Transaction transaction = execution.transaction();
        if (!transaction.mayReadBeside()) {
            // What the transaction has written is seen by its own connections alone, and a READ ONLY one makes no
            // tables.
            return new ResidualRunner(executor, execution).run(plan.fallback(), out);
        }
        try {
            for (Shipment shipment : plan.shipments()) {
                transaction.throwIfKilled();
                make(shipment);
            }
        } catch (NotCopied e) {
            return new ResidualRunner(executor, execution).run(plan.fallback(), out);
        }
        return new GatherRunner(executor, execution, out).besideShipments().run(plan.gather());
    }

    private void make(Shipment shipment) throws NotCopied {
        ShippedCopy copy = new ShippedCopy(shipment);
        for (String target : shipment.targets()) {
            Backend backend = on(target, loading);
            copy.beforeLoading().forEach(backend::sendAhead);
        }
        Map<String, List<Input.Source>> sources = new LinkedHashMap<>();
        for (Input.Source source : shipment.input().sources()) {
            sources.computeIfAbsent(source.group(), group -> new ArrayList<>()).add(source);
        }
        copyInPlace(copy, shipment, sources);
        for (Map.Entry<String, List<Input.Source>> entry : sources.entrySet()) {
            List<String> others = shipment.targets().stream()
                    .filter(target -> !target.equals(entry.getKey()))
                    .toList();
            if (!others.isEmpty()) {
                send(copy, entry.getKey(), entry.getValue(), others);
            }
        }
        for (String target : shipment.targets()) {
            copy.afterLoading().forEach(on(target, loading)::sendAhead);
        }
    }

    /** The statement's connection to a Group, in a state. Nothing may be outstanding on it but what was sent ahead. */
    private Backend on(String group, SessionState state) {
        Backend backend = execution.transaction().on(group, false, state);
        // Its release resets the connection: that drops the temporary tables, whatever happens here.
        backend.markDirty();
        return backend;
    }

    /** On Groups that have rows and get the table: all at the same time. */
    private void copyInPlace(ShippedCopy copy, Shipment shipment, Map<String, List<Input.Source>> sources)
            throws NotCopied {
        Map<Backend, Integer> sent = new LinkedHashMap<>();
        for (String target : shipment.targets()) {
            List<Input.Source> there = sources.getOrDefault(target, List.of());
            if (!there.isEmpty()) {
                Backend backend = on(target, reading);
                for (Input.Source source : there) {
                    // For the next statement alone: it then locks no row that it reads.
                    backend.sendAhead("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
                    backend.sendQuery(copy.insertFrom(source));
                }
                backend.flush();
                sent.put(backend, there.size());
            }
        }
        boolean exact = true;
        long rows = 0;
        for (Map.Entry<Backend, Integer> entry : sent.entrySet()) {
            for (int i = 0; i < entry.getValue(); i++) {
                if (entry.getKey().readResponse() instanceof Response.Ok ok && ok.warnings() == 0) {
                    rows += ok.affectedRows();
                } else {
                    exact = false;
                }
            }
        }
        if (shipment.targets().size() == 1) {
            // For several targets the same rows come through here, too, and are counted then, with their bytes.
            budget.take(rows, 0);
        }
        if (!exact) {
            // Under the session's modes not every value is written as it is, and a condition's warning is an error.
            throw new NotCopied();
        }
    }

    /** Streams one Group's rows to others. */
    private void send(ShippedCopy copy, String from, List<Input.Source> sources, List<String> targets) {
        List<TableLoader> loaders = new ArrayList<>();
        for (String target : targets) {
            loaders.add(new TableLoader(on(target, loading), executor.limits().batchBytes()));
        }
        List<String> statements = sources.stream().map(copy::selectStatement).toList();
        Answers answers = new Answers(on(from, reading), statements, false);
        boolean done = false;
        try {
            for (Answers.Answer answer : answers.all()) {
                for (ByteBuf row = answer.nextPayload(); row != null; row = answer.nextPayload()) {
                    try {
                        count(row);
                        for (TableLoader loader : loaders) {
                            loader.add(copy, row);
                        }
                    } finally {
                        row.release();
                    }
                }
            }
            loaders.forEach(TableLoader::finish);
            done = true;
        } finally {
            loaders.forEach(TableLoader::abandon);
            if (!done) {
                answers.abandon(false);
            }
        }
    }

    private void count(ByteBuf row) {
        execution.transaction().throwIfKilled();
        budget.take(1, row.readableBytes());
    }
}
