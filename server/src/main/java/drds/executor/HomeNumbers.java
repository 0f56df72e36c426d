package drds.executor;

import drds.atom.Backend;
import drds.catalog.Table;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The next numbers of the AUTO_INCREMENT columns of changed tables, for rows that are made up elsewhere: of a table in several
 * places from its sequence, of a single one what its instance would count.
 */
final class HomeNumbers {
    private final Executor executor;
    private final Execution execution;

    HomeNumbers(Executor executor, Execution execution) {
        this.executor = executor;
        this.execution = execution;
    }

    /** The first of so many numbers. Those of a single table stay locked until the transaction ends, by the end of its index. */
    long first(RehearsedTable changed, int count) {
        Table table = changed.table();
        if (!table.isAtHome()) {
            return executor.sequencer().next(changed.database(), table, count);
        }
        String column =
                Names.quoted(Objects.requireNonNull(table.autoIncrementColumn()).name());
        Backend own = execution.transaction().on(execution.catalog().defaultGroup(), true, execution.unlimited());
        Work work = new Work(own);
        Long greatest = number(work, "SELECT MAX(" + column + ") FROM " + changed.name() + " FOR UPDATE");
        Long counter = number(
                work,
                "SELECT MAX(AUTO_INCREMENT) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                        + text(changed.database()) + " AND TABLE_NAME = " + text(table.name()));
        return Math.max(greatest == null ? 1 : greatest + 1, counter == null ? 1 : counter);
    }

    private static String text(String name) {
        return "CONVERT(0x" + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8)) + " USING utf8mb4)";
    }

    private static @Nullable Long number(Work work, String query) {
        byte[] value = work.column(query).getFirst();
        return value == null ? null : Long.valueOf(new String(value, StandardCharsets.US_ASCII));
    }
}
