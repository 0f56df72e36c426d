package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.executor.StoredValues.Row;
import drds.rule.KeyValue;
import drds.transaction.Work;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does to a table's global indexes what a statement did to the copies of its rows: the old entries go, then the new ones come. */
final class IndexDifferences {
    /** So many entries are written at once. */
    private static final int AT_ONCE = 500;

    private final Executor executor;
    private final Execution execution;
    private final Backend scratch;
    private final RehearsedTable copy;
    private final Table table;
    private final IndexEntries entries;
    private final NumberedKeys numbered;
    private List<Row> gone = List.of();
    private List<Row> come = List.of();

    IndexDifferences(Executor executor, Execution execution, Backend scratch, RehearsedTable copy) {
        this.executor = executor;
        this.execution = execution;
        this.scratch = scratch;
        this.copy = copy;
        this.table = copy.table();
        List<String> further = new ArrayList<>();
        table.globalIndexes().forEach(index -> further.addAll(index.columns()));
        this.entries = new IndexEntries(
                table, table.globalIndexes(), further, executor.limits().batchBytes());
        this.numbered = new NumberedKeys(execution, table, entries);
    }

    /** Finds out what differs, and takes the numbers that rows have given themselves, before any row is written. */
    void read() {
        StoredValues values =
                new StoredValues(entries.columns(), execution.keys().collations());
        List<Column> held = entries.columns();
        gone = rows(copy.entriesGone(values, held), values);
        come = rows(copy.entriesCome(values, held), values);
        Column number = table.autoIncrementColumn();
        if (numbered.any() && number != null && !come.isEmpty()) {
            int at = entries.position(number.name());
            List<BigInteger> given = new ArrayList<>();
            for (Row row : come) {
                if (row.key().get(at) instanceof KeyValue.Int(var value)) {
                    given.add(value);
                }
            }
            executor.sequencer().given(copy.database(), table, given);
        }
    }

    private List<Row> rows(String sql, StoredValues values) {
        List<Row> rows = new ArrayList<>();
        for (byte[] @Nullable [] row : new Work(scratch).rows(sql)) {
            rows.add(values.read(row, 0));
        }
        return rows;
    }

    /** @throws drds.error.SqlError 1062 if another row has the value */
    void write() {
        SessionState state = CopyLoading.exact(execution.state());
        for (int i = 0; i < gone.size(); i += AT_ONCE) {
            List<Writes.Write> writes = new ArrayList<>();
            gone.subList(i, Math.min(gone.size(), i + AT_ONCE)).forEach(row -> writes.addAll(entries.delete(row)));
            send(writes, state);
        }
        for (int i = 0; i < come.size(); i += AT_ONCE) {
            send(entries.insert(come.subList(i, Math.min(come.size(), i + AT_ONCE))), state);
        }
        if (numbered.any()) {
            numbered.requireSingle(come);
        }
    }

    private void send(List<Writes.Write> writes, SessionState state) {
        if (!writes.isEmpty()) {
            entries.check(writes, new Writes(execution).send(writes, state));
        }
    }
}
