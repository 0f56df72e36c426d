package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.transaction.Work;
import drds.wire.Loop;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes of a table's rows, each in its place, sent in long statements of many rows; all Groups work at the same time. */
final class PlacedChanges {
    private static final int STATEMENT_BYTES = 256 << 10;

    private final Executor executor;
    private final Execution execution;
    private final Loop loop;
    private final SessionState state;
    private final Table table;
    private final String database;
    private final Form form;
    private final Map<Integer, Open> open = new TreeMap<>();
    private final List<Ready> ready = new ArrayList<>();
    private long bytes;

    /**
     * How the rows become statements.
     *
     * @param head the text before the rows, from the table's name
     * @param rows how many a statement may have
     * @param affectedByRow how many affected rows an instance counts for each
     */
    record Form(UnaryOperator<String> head, String separator, String tail, int rows, int affectedByRow) {}

    private static final class Open {
        private final ByteBuf sql;
        private int rows;

        Open(ByteBuf sql) {
            this.sql = sql;
        }
    }

    private static final class Ready {
        private final String group;
        private final ByteBuf sql;
        private final int rows;

        Ready(String group, ByteBuf sql, int rows) {
            this.group = group;
            this.sql = sql;
            this.rows = rows;
        }
    }

    PlacedChanges(Executor executor, Execution execution, Loop loop, RehearsedTable table, Form form) {
        this.executor = executor;
        this.execution = execution;
        this.loop = loop;
        this.state = CopyLoading.exact(execution.state())
                .withVariable("character_set_results", "'utf8mb4'")
                .withVariable("sql_safe_updates", "0");
        this.table = table.table();
        this.database = table.database();
        this.form = form;
    }

    /** @param row writes what the statement says of the row */
    void add(int place, Consumer<ByteBuf> row) {
        Open statement = open.get(place);
        if (statement == null) {
            statement = new Open(loop.allocate(STATEMENT_BYTES / 8));
            open.put(place, statement);
            text(statement.sql, form.head().apply(nameAt(place)));
        } else {
            text(statement.sql, form.separator());
        }
        int before = statement.sql.readableBytes();
        row.accept(statement.sql);
        statement.rows++;
        bytes += statement.sql.readableBytes() - before;
        if (statement.rows >= form.rows() || statement.sql.readableBytes() >= STATEMENT_BYTES) {
            open.remove(place);
            end(place, statement);
        }
        if (bytes >= executor.limits().batchBytes()) {
            flush();
        }
    }

    static void text(ByteBuf sql, String text) {
        sql.writeCharSequence(text, StandardCharsets.UTF_8);
    }

    private String nameAt(int place) {
        if (place == RowPlaces.NO_PARTITION) {
            return Names.quoted(database, table.name());
        }
        Partition partition = table.partitions().get(place);
        return Names.quoted(partition.schema(), partition.table());
    }

    private void end(int place, Open statement) {
        text(statement.sql, form.tail());
        List<String> groups = groups(place);
        for (int i = 1; i < groups.size(); i++) {
            ready.add(new Ready(groups.get(i), statement.sql.retainedDuplicate(), statement.rows));
        }
        ready.add(new Ready(groups.getFirst(), statement.sql, statement.rows));
    }

    private List<String> groups(int place) {
        if (place != RowPlaces.NO_PARTITION) {
            return List.of(table.partitions().get(place).group());
        }
        return table.kind() == Table.Kind.BROADCAST
                ? executor.backends().groups()
                : List.of(execution.catalog().defaultGroup());
    }

    /** Sends what is there and waits for the answers. @throws SqlError the first error */
    void flush() {
        open.forEach(this::end);
        open.clear();
        bytes = 0;
        Map<String, List<Ready>> byGroup = new LinkedHashMap<>();
        ready.forEach(statement -> byGroup.computeIfAbsent(statement.group, group -> new ArrayList<>())
                .add(statement));
        // All connections are there before anything is sent: an answer that nobody reads would be taken for a later
        // one's.
        Map<String, Backend> backends = new LinkedHashMap<>();
        byGroup.keySet()
                .forEach(group -> backends.put(group, execution.transaction().on(group, true, state)));
        backends.forEach((group, backend) -> {
            for (Ready statement : byGroup.getOrDefault(group, List.of())) {
                ready.remove(statement);
                backend.sendQuery(statement.sql);
            }
            backend.flush();
        });
        SqlError failure = null;
        for (Map.Entry<String, Backend> entry : backends.entrySet()) {
            for (Ready statement : byGroup.getOrDefault(entry.getKey(), List.of())) {
                failure = first(failure, answer(entry.getValue(), statement.rows));
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable SqlError first(@Nullable SqlError before, @Nullable SqlError now) {
        return before == null ? now : before;
    }

    /** Each row must have been found: a change that is not exact is no change. */
    private @Nullable SqlError answer(Backend backend, int rows) {
        try {
            long affected = Work.ok(backend).affectedRows();
            return affected == (long) rows * form.affectedByRow()
                    ? null
                    : ErrorCode.INEXACT_COPY.with(
                            "of " + rows + " rows of '" + table.name() + "' " + affected + " were written");
        } catch (SqlError e) {
            return e;
        }
    }

    /** After a failure: gives the memory back. */
    void abandon() {
        open.values().forEach(statement -> statement.sql.release());
        open.clear();
        ready.forEach(statement -> statement.sql.release());
        ready.clear();
    }
}
