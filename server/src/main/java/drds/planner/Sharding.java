package drds.planner;

import drds.catalog.Table;
import drds.parser.ParsedStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of one of a statement's tables that can matter lie: what EXPLAIN SHARDING and EXPLAIN COST show.
 *
 * @param table as the statement calls it
 * @param partitions those that are asked; empty for a table that is not sharded
 * @param of how many partitions there are
 * @param rows about how many rows the whole table has, -1 if nobody knows
 */
public record Sharding(
        String database,
        String table,
        @Nullable Table definition,
        List<Table.Partition> partitions,
        int of,
        long rows) {

    /** About how many rows lie in the partitions that are asked; -1 if nobody knows. */
    public long rowsThere() {
        return rows < 0 || of == 0 ? rows : rows * partitions.size() / of;
    }

    /** For each table of the statement. */
    public static List<Sharding> of(ParsedStatement parsed, PlanningContext context) {
        return new Advisor(parsed, context).shardings();
    }
}
