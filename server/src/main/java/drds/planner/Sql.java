package drds.planner;

import drds.catalog.Table;
import drds.parser.SqlText;

/** Pieces of SQL text. */
final class Sql {
    private Sql() {}

    static String quote(String identifier) {
        return SqlText.identifier(identifier);
    }

    static String table(String schema, String table) {
        return quote(schema) + "." + quote(table);
    }

    static String table(Table.Partition partition) {
        return table(partition.schema(), partition.table());
    }
}
