package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.StoredValues.Row;
import drds.rule.KeyValue;
import drds.transaction.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys that hold the AUTO_INCREMENT column: no entries are stored for them. Numbers that the sequence gives differ; a number that
 * a row gives itself and that may be in use is looked for in all partitions. That no other statement writes it meanwhile is
 * {@link Sequencer}'s care.
 */
final class NumberedKeys {
    /** NOWAIT came in vain: somebody has such a row locked. */
    private static final int NOT_NOW = 1205;

    private static final int NOT_NOW_IN_MYSQL = 3572;

    private static final int KEYS_AT_ONCE = 200;

    private static final Pattern QUOTED = Pattern.compile("'(.*)'");

    private final Execution execution;
    private final Table table;
    private final IndexEntries entries;
    private final List<GlobalIndex> keys;

    NumberedKeys(Execution execution, Table table, IndexEntries entries) {
        this.execution = execution;
        this.table = table;
        this.entries = entries;
        this.keys = table.globalIndexes().stream()
                .filter(index -> index.table() == null)
                .toList();
    }

    /** Whether the table has such keys. */
    boolean any() {
        return !keys.isEmpty();
    }

    /**
     * Rows that have been written have their keys alone.
     *
     * @throws SqlError 1062 if another row has one of them
     */
    void requireSingle(List<Row> rows) {
        for (int from = 0; from < rows.size(); from += KEYS_AT_ONCE) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + KEYS_AT_ONCE));
            for (GlobalIndex key : keys) {
                if (count(key, some) > some.size()) {
                    some.forEach(row -> {
                        if (count(key, List.of(row)) > 1) {
                            throw ErrorCode.DUPLICATE_ENTRY.with(shown(key, row), key.name());
                        }
                    });
                }
            }
        }
    }

    /** As MariaDB shows a key in its error: the number, or the columns' values with - between them. */
    private String shown(GlobalIndex key, Row row) {
        List<String> values = new ArrayList<>();
        for (String column : key.columns()) {
            int at = entries.position(column);
            values.add(
                    row.key().get(at) instanceof KeyValue.Text(var text, var weight)
                            ? text
                            : QUOTED.matcher(row.literals().get(at)).replaceFirst("$1"));
        }
        return String.join("-", values);
    }

    private int count(GlobalIndex key, List<Row> rows) {
        Set<String> conditions = new LinkedHashSet<>();
        for (Row row : rows) {
            String condition = entries.condition(key.columns(), row);
            if (condition != null) {
                conditions.add("(" + condition + ")");
            }
        }
        if (conditions.isEmpty()) {
            return 0;
        }
        Map<String, List<Partition>> byGroup = new LinkedHashMap<>();
        for (Partition partition : table.partitions()) {
            byGroup.computeIfAbsent(partition.group(), group -> new ArrayList<>())
                    .add(partition);
        }
        Map<String, Backend> backends = new LinkedHashMap<>();
        byGroup.keySet()
                .forEach(group -> backends.put(group, execution.transaction().on(group, true, execution.unlimited())));
        List<Backend> asked = new ArrayList<>();
        backends.forEach((group, backend) -> {
            for (Partition partition : byGroup.getOrDefault(group, List.of())) {
                backend.sendQuery("SELECT 1 FROM " + Names.quoted(partition.schema(), partition.table()) + " WHERE "
                        + String.join(" OR ", conditions) + " FOR UPDATE");
                asked.add(backend);
            }
            backend.flush();
        });
        return rows(asked);
    }

    /** Reads every answer to its end, also after an error. @return how many rows came */
    private static int rows(List<Backend> asked) {
        int count = 0;
        SqlError failure = null;
        for (Backend backend : asked) {
            try {
                count += Work.rows(backend).size();
            } catch (SqlError error) {
                failure = failure == null ? error : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return count;
    }

    /** Whether a row has one of the rows' keys, or they have one in common; a row that somebody has locked counts. */
    boolean anyTaken(List<Row> rows) {
        Set<String> distinct = new LinkedHashSet<>();
        for (Row row : rows) {
            for (GlobalIndex key : keys) {
                String condition = entries.condition(key.columns(), row);
                if (condition != null && !distinct.add("(" + condition + ")")) {
                    return true;
                }
            }
        }
        List<String> conditions = List.copyOf(distinct);
        for (int i = 0; i < conditions.size(); i += KEYS_AT_ONCE) {
            String some = String.join(" OR ", conditions.subList(i, Math.min(conditions.size(), i + KEYS_AT_ONCE)));
            if (seen(some)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A look from outside of the transaction that sees what is committed and waits for nothing: it leaves no locks between the
     * rows, on which statements of several instances could wait for each other without anybody noticing.
     */
    private boolean seen(String condition) {
        SessionState state = execution.unlimited().withVariable("transaction_isolation", "'READ-COMMITTED'");
        Map<String, Backend> backends = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Partition partition : table.partitions()) {
            Backend backend = backends.computeIfAbsent(partition.group(), group -> {
                Backend taken = execution.transaction().outside(group, state);
                taken.use(state);
                return taken;
            });
            backend.sendQuery("SELECT 1 FROM " + Names.quoted(partition.schema(), partition.table()) + " WHERE "
                    + condition + " LIMIT 1 FOR UPDATE NOWAIT");
            counts.merge(partition.group(), 1, Integer::sum);
        }
        backends.values().forEach(Backend::flush);
        boolean seen = false;
        SqlError failure = null;
        for (Map.Entry<String, Backend> entry : backends.entrySet()) {
            for (int i = counts.getOrDefault(entry.getKey(), 0); i > 0; i--) {
                try {
                    seen |= !Work.rows(entry.getValue()).isEmpty();
                } catch (SqlError error) {
                    if (error.number() == NOT_NOW || error.number() == NOT_NOW_IN_MYSQL) {
                        seen = true;
                    } else {
                        failure = error;
                    }
                }
            }
            execution.transaction().giveBack(entry.getValue());
        }
        if (failure != null) {
            throw failure;
        }
        return seen;
    }

    /** The partition that holds a row with one of the row's keys, locked; null if there is none. */
    @Nullable
    Partition holder(Row row) {
        List<String> conditions = new ArrayList<>();
        for (GlobalIndex key : keys) {
            String condition = entries.condition(key.columns(), row);
            if (condition != null) {
                conditions.add("(" + condition + ")");
            }
        }
        if (conditions.isEmpty()) {
            return null;
        }
        SessionState state = execution.state();
        for (Partition partition : table.partitions()) {
            Backend backend = execution.transaction().on(partition.group(), true, state);
            boolean found = !new Work(backend)
                    .rows("SELECT 1 FROM " + Names.quoted(partition.schema(), partition.table()) + " WHERE "
                            + String.join(" OR ", conditions) + " LIMIT 1 FOR UPDATE")
                    .isEmpty();
            if (found) {
                return partition;
            }
        }
        return null;
    }
}
