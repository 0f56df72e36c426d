package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Partition;
import drds.planner.Plan;
import drds.rule.Rule;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a global index in which partitions the rows lie that a statement means. */
final class IndexLookupRunner {
    /** With more shard keys than this the statement goes to all partitions. */
    private static final int KEYS_LIMIT = 1000;

    private final Execution execution;

    IndexLookupRunner(Execution execution) {
        this.execution = execution;
    }

    /** The statement's plan, now that its partitions are known. */
    Plan run(Plan.IndexLookup lookup) {
        Table table = lookup.table();
        Rule rule = Objects.requireNonNull(table.rule());
        List<Column> columns = rule.columns().stream()
                .map(table::column)
                .map(Objects::requireNonNull)
                .toList();
        StoredValues values = new StoredValues(columns, execution.keys().collations());
        List<byte[] @Nullable []> found = read(lookup, "SELECT DISTINCT " + values.items());
        BitSet partitions = new BitSet();
        if (found.size() >= KEYS_LIMIT) {
            partitions.set(0, table.partitions().size());
        }
        found.forEach(row -> partitions.set(rule.partition(values.read(row, 0).key())));
        return lookup.then().plan(partitions);
    }

    private List<byte[] @Nullable []> read(Plan.IndexLookup lookup, String select) {
        // The statement's own reading begins when this one is over: one connection a Group serves both.
        SessionState state = execution.reading(execution.transaction()).state();
        List<byte[] @Nullable []> found = new ArrayList<>();
        for (int place : lookup.places()) {
            Partition partition = lookup.index().stored().partitions().get(place);
            Backend backend = execution.transaction().on(partition.group(), lookup.locks(), state);
            found.addAll(new Work(backend)
                    .rows(select + " FROM " + Names.quoted(partition.schema(), partition.table()) + " WHERE "
                            + lookup.where() + " LIMIT " + KEYS_LIMIT
                            + (lookup.locks() ? " LOCK IN SHARE MODE" : "")));
            if (found.size() >= KEYS_LIMIT) {
                return found;
            }
        }
        return found;
    }
}
