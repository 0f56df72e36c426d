package drds.planner;

import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Insert;
import drds.parser.LoadData;
import drds.parser.QualifiedName;
import drds.parser.TableReference;
import drds.parser.Update;
import org.jspecify.annotations.Nullable;

/**
 * The tables in which an instance keeps its accounts: a client that changed them could shut DRDS out. A dump of all databases has
 * statements that do.
 */
final class InstanceTables {
    private static final String SCHEMA = "mysql";

    private InstanceTables() {}

    static boolean changedBy(DataChange change, @Nullable String currentDatabase) {
        return switch (change) {
            case Insert insert -> isOne(insert.table(), currentDatabase);
            case LoadData load -> isOne(load.table(), currentDatabase);
            case Update update -> names(update.tables(), currentDatabase);
            case Delete delete -> names(delete.tables(), currentDatabase);
            case DataChange.Call call -> false;
            case DataChange.Do statement -> false;
            case DataChange.Handler handler -> false;
        };
    }

    private static boolean names(TableReference tables, @Nullable String currentDatabase) {
        boolean[] found = new boolean[1];
        tables.walk(node ->
                found[0] |= node instanceof TableReference.TableName table && isOne(table.name(), currentDatabase));
        return found[0];
    }

    private static boolean isOne(QualifiedName name, @Nullable String currentDatabase) {
        String schema = name.schema() == null ? currentDatabase : name.schema().text();
        return SCHEMA.equalsIgnoreCase(schema);
    }
}
