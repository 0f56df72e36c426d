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
    private final HomeNumbers numbers;
    private final Backend scratch;

    TriggeredRows(Executor executor, Execution execution, Backend scratch) {
        this.numbers = new HomeNumbers(executor, execution);
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
        long first = numbers.first(table, Math.toIntExact(most - least + 1));
        long by = first - least;
        if (by != 0) {
            new Work(scratch)
                    .execute("UPDATE " + table.name() + " SET " + column + " = " + column + " + (" + by + ") WHERE "
                            + fresh + " ORDER BY " + column + (by > 0 ? " DESC" : ""));
        }
    }

    private @Nullable Long number(String query) {
        byte[] value = new Work(scratch).column(query).getFirst();
        return value == null ? null : Long.valueOf(new String(value, StandardCharsets.US_ASCII));
    }
}
