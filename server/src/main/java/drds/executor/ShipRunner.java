package drds.executor;

import drds.atom.Backend;
import drds.atom.Response;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.mysql.ResultWriter;
import drds.planner.Plan;
import drds.planner.Plan.Input;
import drds.planner.Plan.Shipment;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the shipments of a plan, each on the statement's own connections to the Groups that get it, then gathers. Outside of a
 * transaction rows that are on such a Group already are copied there by INSERT ... SELECT; others, and inside of one all, come
 * through here, so that they are what the transaction's connections see and nothing is locked.
 */
final class ShipRunner {
    /** The class of errors in what a statement says. */
    private static final String OF_THE_TEXT = "42";

    private final Executor executor;
    private final Execution execution;
    private final Transaction transaction;
    private final boolean inside;
    private final SessionState reading;
    private final SessionState loading;
    private final RowExchange exchange;
    /** More rows of one source need not be copied; null for all. */
    private @Nullable Long most;
    /** What was made, by its Group. */
    private final Map<String, Set<String>> made = new LinkedHashMap<>();

    ShipRunner(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
        this.transaction = execution.transaction();
        this.inside = transaction.transactional();
        SessionState exactReading = execution.unlimited().withVariable("character_set_results", "'binary'");
        SessionState exactLoading = CopyLoading.loadingState(execution.state());
        // Inside of a transaction nobody may say what goes to the binlog.
        this.reading = inside ? exactReading : exactReading.withVariable("sql_log_bin", "0");
        this.loading = inside ? exactLoading.withoutVariable("sql_log_bin") : exactLoading;
        this.exchange = new RowExchange(executor.limits(), transaction, reading, loading);
    }

    /** The rows can't be copied as they are. */
    private static final class NotCopied extends Exception {
        private static final long serialVersionUID = 1;
    }

    Outcome run(Plan.Ship plan, ResultWriter out) {
        Plan.Beyond beyond = plan.beyond();
        if (beyond != null) {
            exchange.atMost(beyond.rows());
            most = beyond.rows() + 1;
        }
        try {
            return ship(plan, out);
        } catch (RowExchange.TooManyRows e) {
            if (beyond == null) {
                throw e;
            }
            return executor.run(beyond.plan(), execution, out);
        }
    }

    private Outcome ship(Plan.Ship plan, ResultWriter out) {
        if (!transaction.mayReadBeside() && !transaction.readsAlone()) {
            // What the session keeps on a connection has names of its own there.
            return new ResidualRunner(executor, execution).run(plan.fallback(), out);
        }
        try {
            for (Shipment shipment : plan.shipments()) {
                transaction.throwIfKilled();
                make(shipment);
            }
            return new GatherRunner(executor, execution, out).besideShipments().run(plan.gather());
        } catch (SqlError e) {
            if (out.begun() || !e.sqlState().startsWith(OF_THE_TEXT)) {
                throw e;
            }
            // What is wrong with the statement is told with its own names.
            return new ResidualRunner(executor, execution).run(plan.fallback(), out);
        } catch (NotCopied e) {
            return new ResidualRunner(executor, execution).run(plan.fallback(), out);
        } finally {
            drop(transaction, made, loading);
        }
    }

    private void make(Shipment shipment) throws NotCopied {
        ShippedCopy copy = new ShippedCopy(shipment, !inside);
        create(copy, shipment);
        Map<String, List<Input.Source>> sources = new LinkedHashMap<>();
        for (Input.Source source : shipment.input().sources()) {
            sources.computeIfAbsent(source.group(), group -> new ArrayList<>()).add(source);
        }
        long rows = inside ? 0 : copyInPlace(copy, shipment, sources);
        try {
            exchange.run(copy, sources, shipment.targets(), inside ? Set.of() : Set.copyOf(shipment.targets()), rows);
        } catch (RowExchange.TooMuchHeld | RowExchange.Warned e) {
            throw new NotCopied();
        }
        if (inside) {
            return;
        }
        for (String target : shipment.targets()) {
            copy.afterLoading().forEach(on(target, loading)::sendAhead);
        }
    }

    /** The statement's connection to a Group, in a state. Nothing may be outstanding on it but what was sent ahead. */
    private Backend on(String group, SessionState state) {
        Backend backend = transaction.on(group, false, state);
        // Its release resets the connection: that drops the temporary tables, whatever happens here.
        backend.markDirty();
        return backend;
    }

    private void create(ShippedCopy copy, Shipment shipment) throws NotCopied {
        for (String target : shipment.targets()) {
            Backend backend = on(target, loading);
            if (!inside) {
                copy.beforeLoading().forEach(backend::sendAhead);
            } else if (!mayMakeTables(backend, copy.beforeLoading())) {
                throw new NotCopied();
            }
            made.computeIfAbsent(target, group -> new LinkedHashSet<>()).add(shipment.name());
        }
    }

    /** A READ ONLY transaction makes no tables, and where statements are logged the replicas would make them too. */
    static boolean mayMakeTables(Backend backend, List<String> statements) {
        byte[] logged = new Work(backend)
                .rows("SELECT @@log_bin AND @@binlog_format <> 'ROW'")
                .getFirst()[0];
        if (logged != null && logged[0] != '0') {
            return false;
        }
        try {
            statements.forEach(backend::run);
            return true;
        } catch (SqlError e) {
            return false;
        }
    }

    /**
     * On Groups that have rows and get the table: all at the same time.
     *
     * @return how many rows they were
     */
    private long copyInPlace(ShippedCopy copy, Shipment shipment, Map<String, List<Input.Source>> sources)
            throws NotCopied {
        Map<Backend, Integer> sent = new LinkedHashMap<>();
        for (String target : shipment.targets()) {
            List<Input.Source> there = sources.getOrDefault(target, List.of());
            if (!there.isEmpty()) {
                Backend backend = on(target, reading);
                for (Input.Source source : there) {
                    // For the next statement alone: it then locks no row that it reads.
                    backend.sendAhead("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
                    backend.sendQuery(copy.insertFrom(source, most));
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
            exchange.take(rows);
        }
        if (!exact) {
            // Under the session's modes not every value is written as it is, and a condition's warning is an error.
            throw new NotCopied();
        }
        return rows;
    }

    /** Drops tables that were made on a transaction's connections, which stay; others are reset when they go back. */
    static void drop(Transaction transaction, Map<String, Set<String>> made, SessionState state) {
        if (transaction.transactional()) {
            made.forEach((group, names) -> {
                if (transaction.isOpenOn(group)) {
                    transaction
                            .on(group, false, state)
                            .sendAhead("DROP TEMPORARY TABLE IF EXISTS " + String.join(", ", names));
                }
            });
        }
    }
}
