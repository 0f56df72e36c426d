package drds.executor;

import drds.atom.Response;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.StoredValues.Row;
import drds.planner.Plan;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * INSERT, REPLACE and ON DUPLICATE KEY UPDATE of a table whose keys are kept by global indexes. A plain INSERT writes rows and
 * entries at once: a duplicate is the index's own error. The others try that first; where something is in the way they go on row
 * by row, find what is in the way wherever it lies, and let its own partition do what MySQL does: there it conflicts as well.
 */
final class IndexedInsert {
    private static final Writes.Total NOTHING = new Writes.Total(List.of(), List.of(), null, List.of());

    private final Execution execution;
    private final Plan.InsertRows plan;
    private final InsertedRows rows;
    private final InsertRunner runner;
    private final Table table;
    private final Rule rule;
    private final IndexEntries entries;
    private final Conflicts conflicts;
    private final NumberedKeys numbered;
    private final SessionState state;
    private final List<Row> stored;

    private final List<Response.Ok> answers = new ArrayList<>();
    private int rowNumber = 1;
    private final List<Outcome.Diagnostic> diagnostics = new ArrayList<>();

    /** @param rows prepared */
    IndexedInsert(
            Executor executor, Execution execution, Plan.InsertRows plan, InsertedRows rows, InsertRunner runner) {
        this.execution = execution;
        this.plan = plan;
        this.rows = rows;
        this.runner = runner;
        this.table = plan.table();
        this.rule = Objects.requireNonNull(table.rule());
        this.entries = new IndexEntries(
                table,
                table.globalIndexes(),
                isPlain() && rows.usedNumbers().isEmpty() ? List.of() : Conflicts.columns(table),
                executor.limits().batchBytes());
        this.conflicts = new Conflicts(execution, table, entries);
        this.numbered = new NumberedKeys(execution, table, entries);
        this.stored = rows.pin(entries.columns());
        this.state = executor.sameMoment(execution.state(), rows.asksTime());
    }

    private boolean isPlain() {
        return !plan.replace() && !plan.ignore() && !updates();
    }

    private boolean updates() {
        return plan.tail().toUpperCase(Locale.ROOT).contains("DUPLICATE");
    }

    /** @return the answers of the base table alone */
    Writes.Total write() {
        boolean taken = numbersTaken();
        if (isPlain() && !taken) {
            List<Writes.Write> all = new ArrayList<>(runner.writes(plan, rows));
            int own = all.size();
            all.addAll(entries.insert(stored));
            Writes.Total total = new Writes(execution).run(all, state);
            return new Writes.Total(
                    total.answers().subList(0, own), total.diagnostics(), total.columns(), total.rows());
        }
        return execution.transaction().atomically(() -> {
            if (taken || !allAtOnce()) {
                for (int i = 0; i < stored.size(); i++) {
                    one(i);
                }
            }
            return new Writes.Total(List.copyOf(answers), diagnostics, null, List.of());
        });
    }

    /** Whether a number that a row gives itself seems to be some other row's, or another row of the statement gives it too. */
    private boolean numbersTaken() {
        return !rows.usedNumbers().isEmpty()
                && numbered.anyTaken(
                        rows.usedNumbers().stream().mapToObj(stored::get).toList());
    }

    /** As if nothing were in the way. @return false if something is, and nothing was written */
    private boolean allAtOnce() {
        Plan.InsertRows bare = bare();
        Writes.Total total = attempt(() -> {
            List<Writes.Write> all = new ArrayList<>(runner.writes(bare, rows));
            int own = all.size();
            all.addAll(entries.insert(stored));
            Writes.Total sent = send(all);
            List<Response.Ok> counted = sent.answers().subList(0, own);
            long inserted =
                    counted.stream().mapToLong(Response.Ok::affectedRows).sum();
            if (inserted != stored.size()) {
                throw new InTheWay(sent);
            }
            return new Writes.Total(counted, sent.diagnostics(), null, List.of());
        });
        if (total == null) {
            return false;
        }
        answers.addAll(total.answers());
        diagnostics.addAll(total.diagnostics());
        return true;
    }

    /** An INSERT that leaves what is there alone: with IGNORE it says so by its count, else by an error. */
    private Plan.InsertRows bare() {
        String head = plan.replace() ? plan.head().replaceFirst("(?i)REPLACE", "INSERT") : plan.head();
        return with(head, "");
    }

    private Plan.InsertRows with(String head, String tail) {
        return new Plan.InsertRows(
                table,
                plan.database(),
                head,
                plan.columns(),
                plan.rows(),
                tail,
                plan.replace(),
                plan.ignore(),
                plan.reason());
    }

    private Writes.Total send(List<Writes.Write> writes) {
        return new Writes(execution).send(writes, state);
    }

    /** What was tried has met a row that is there. */
    private static final class InTheWay extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final Writes.Total total;

        InTheWay(Writes.Total total) {
            super("a row is in the way", null, false, false);
            this.total = total;
        }
    }

    /** Null if a duplicate was met; then nothing stays. */
    private Writes.@Nullable Total attempt(Supplier<Writes.Total> changes) {
        try {
            return execution.transaction().attempt(changes);
        } catch (InTheWay met) {
            return null;
        } catch (SqlError error) {
            if (error.number() != ErrorCode.DUPLICATE_ENTRY.number()) {
                throw error;
            }
            return null;
        }
    }

    // ---- row by row ----

    private void one(int number) {
        rowNumber = number + 1;
        Row row = stored.get(number);
        List<List<String>> values = List.of(rows.values().get(number));
        Partition own = table.partitions().get(rule.partition(rows.keys().get(number)));
        boolean numberUsed = rows.usedNumbers().get(number);
        if (plan.ignore() && !updates()) {
            ignoring(own, values, row, numberUsed);
            return;
        }
        if (isPlain()) {
            List<Writes.Write> all = new ArrayList<>(List.of(write(plan, placeOf(row, own, numberUsed), values)));
            all.addAll(entries.insert(List.of(row)));
            add(first(send(all)));
            return;
        }
        Writes.Total total = attempt(() -> {
            if (numberUsed && numbered.holder(row) != null) {
                throw new InTheWay(NOTHING);
            }
            List<Writes.Write> all = new ArrayList<>(List.of(write(bare(), own, values)));
            all.addAll(entries.insert(List.of(row)));
            return first(send(all));
        });
        if (total == null) {
            List<Conflicts.Holder> holders = conflicts.find(row, own);
            total = plan.replace() ? replace(own, values, row, holders) : update(values, holders);
        }
        add(total);
    }

    /** Where a row with its number lies already, so that the instance says so; else its own partition. */
    private Partition placeOf(Row row, Partition own, boolean numberUsed) {
        Partition holder = numberUsed ? numbered.holder(row) : null;
        return holder == null ? own : holder;
    }

    private Writes.Write write(Plan.InsertRows form, Partition partition, List<List<String>> values) {
        String name = Names.quoted(partition.schema(), partition.table());
        return new Writes.Write(
                partition.group(), runner.statement(form, rows, name, values.getFirst()), new int[] {rowNumber});
    }

    private static Writes.Total first(Writes.Total total) {
        return new Writes.Total(total.answers().subList(0, 1), total.diagnostics(), null, List.of());
    }

    private void add(Writes.Total total) {
        answers.addAll(total.answers());
        diagnostics.addAll(total.diagnostics());
    }

    /** The row is left out if something is in its way, with a warning. */
    private void ignoring(Partition own, List<List<String>> values, Row row, boolean numberUsed) {
        try {
            add(execution.transaction().attempt(() -> {
                Partition place = placeOf(row, own, numberUsed);
                List<Writes.Write> all = new ArrayList<>(List.of(write(plan, place, values)));
                all.addAll(entries.insert(List.of(row)));
                Writes.Total total = first(send(all));
                if (total.answers().getFirst().affectedRows() == 0) {
                    throw new InTheWay(total);
                }
                return total;
            }));
        } catch (InTheWay met) {
            add(met.total);
        } catch (SqlError error) {
            if (error.number() != ErrorCode.DUPLICATE_ENTRY.number()) {
                throw error;
            }
            // Where the row is that is in the way, the instance leaves this one out with all its warnings.
            Partition place = requireHolder(conflicts.find(row, own)).partition();
            add(send(List.of(write(plan, place, values))));
        }
    }

    /** All that is in the way goes, wherever it lies. */
    private Writes.Total replace(Partition own, List<List<String>> values, Row row, List<Conflicts.Holder> holders) {
        List<Writes.Write> leaving = new ArrayList<>();
        long elsewhere = 0;
        for (Conflicts.Holder holder : holders) {
            leaving.addAll(entries.delete(holder.row()));
            if (holder.partition().index() != own.index()) {
                elsewhere++;
                leaving.add(new Writes.Write(
                        holder.partition().group(),
                        "DELETE FROM "
                                + Names.quoted(
                                        holder.partition().schema(),
                                        holder.partition().table())
                                + " WHERE " + entries.identityCondition(holder.row()),
                        true));
            }
        }
        if (!leaving.isEmpty()) {
            entries.check(leaving, send(leaving));
        }
        List<Writes.Write> all = new ArrayList<>(List.of(write(plan, own, values)));
        all.addAll(entries.insert(List.of(row)));
        Writes.Total total = first(send(all));
        Response.Ok ok = total.answers().getFirst();
        long affected = ok.affectedRows() + elsewhere;
        String info = stored.size() == 1
                ? ok.info()
                : "Records: 1  Duplicates: " + (affected - 1) + "  Warnings: " + ok.warnings();
        Response.Ok counted = new Response.Ok(affected, ok.lastInsertId(), ok.status(), ok.warnings(), info);
        return new Writes.Total(List.of(counted), total.diagnostics(), null, List.of());
    }

    /** The statement goes where the row is that is in the way: it is in the way there, too, and is updated. */
    private Writes.Total update(List<List<String>> values, List<Conflicts.Holder> holders) {
        Conflicts.Holder holder = requireHolder(holders);
        Writes.Total total = send(List.of(write(plan, holder.partition(), values)));
        Row after = conflicts.read(holder.partition(), holder.row());
        List<Writes.Write> changed = entries.change(holder.row(), after);
        if (!changed.isEmpty()) {
            entries.check(changed, send(changed));
        }
        return total;
    }

    /** The first row that is in the way: an entry that stands for no row may be overwritten by nobody. */
    private Conflicts.Holder requireHolder(List<Conflicts.Holder> holders) {
        if (holders.isEmpty()) {
            throw ErrorCode.INDEX_DISAGREES.with("of '" + table.name() + "'");
        }
        return holders.getFirst();
    }

    /** Whether rows must be written by this class. */
    static boolean concerns(Table table, InsertedRows rows) {
        return !table.globalIndexes().isEmpty()
                && (!table.storedIndexes().isEmpty() || !rows.usedNumbers().isEmpty());
    }
}
