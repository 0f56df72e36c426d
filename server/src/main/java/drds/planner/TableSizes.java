package drds.planner;

import drds.catalog.Table;

/** How big tables are, as far as the instances said lately. Plans are right whatever it says. */
@FunctionalInterface
public interface TableSizes {
    /** Nothing is known. */
    TableSizes UNKNOWN = (database, table) -> -1;

    /** About how many rows a logical table has in all; -1 if nobody knows. */
    long rows(String database, Table table);

    /** About how many values a column has in a partition, where an index begins with it; -1 if nobody knows. */
    default long values(String database, Table table, String column) {
        return -1;
    }
}
