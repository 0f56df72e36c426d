package drds.executor;

import drds.atom.Backend;
import drds.catalog.Table;
import drds.planner.Plan;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that triggers have put into copies of other tables: their AUTO_INCREMENT numbers must be those of the tables themselves. */
final class TriggeredRows {
    private final Executor executor;
    private final Execution execution;
    private final Backend scratch;

    TriggeredRows(Executor executor, Execution execution, Backend scratch) {
        this.executor = executor;
        this.execution = execution;
        this.scratch = scratch;
    }

    void number(Plan.Triggers triggers, List<RehearsedTable> tables) {
        for (Plan.Reached reached : triggers.reached()) {
            Table.Column column = reached.input().table().autoIncrementColumn();
            if (reached.numbered() && column != null) {
                tables.stream()
                        .filter(table -> table.input() == reached.input())
                        .forEach(table -> number(table, Names.quoted(column.name())));
            }
        }
    }

    /** The numbers of the new rows are moved together, so that their order stays. */
    private void number(RehearsedTable table, String column) {
        String fresh = column + " NOT IN (SELECT " + column + " FROM " + table.before() + ")";
        Long least = number("SELECT MIN(" + column + ") FROM " + table.name() + " WHERE " + fresh);
        Long most = number("SELECT MAX(" + column + ") FROM " + table.name() + " WHERE " + fresh);
        if (least == null || most == null) {
            return;
        }
        long first = first(table, column, Math.toIntExact(most - least + 1));
        long by = first - least;
        if (by != 0) {
            new Work(scratch)
                    .execute("UPDATE " + table.name() + " SET " + column + " = " + column + " + (" + by + ") WHERE "
                            + fresh + " ORDER BY " + column + (by > 0 ? " DESC" : ""));
        }
    }

    private long first(RehearsedTable table, String column, int count) {
        if (!table.table().isAtHome()) {
            return executor.sequencer().next(table.database(), table.table(), count);
        }
        Backend own = execution.transaction().on(execution.catalog().defaultGroup(), true, execution.unlimited());
        Long most = number(new Work(own), "SELECT MAX(" + column + ") FROM " + table.name() + " FOR UPDATE");
        return most == null ? 1 : most + 1;
    }

    private @Nullable Long number(String query) {
        return number(new Work(scratch), query);
    }

    private static @Nullable Long number(Work work, String query) {
        byte[] value = work.column(query).getFirst();
        return value == null ? null : Long.valueOf(new String(value, StandardCharsets.US_ASCII));
    }
}
