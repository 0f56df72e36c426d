package drds.analyzer;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.QualifiedName;
import drds.parser.TableReference;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From names to tables. Names of databases and tables are case-sensitive, as on a Linux MySQL. */
public final class TableNames {
    private static final Set<String> SYSTEM = Set.of("information_schema", "mysql", "performance_schema", "sys");

    private final Catalog catalog;
    private final @Nullable String currentDatabase;

    public TableNames(Catalog catalog, @Nullable String currentDatabase) {
        this.catalog = catalog;
        this.currentDatabase = currentDatabase;
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether this is a schema of the server's own. */
    public static boolean isSystem(String database) {
        return SYSTEM.contains(lower(database));
    }

    /** The database that a name means; null where it has none and there is no current one. */
    public @Nullable String database(QualifiedName name) {
        return name.schema() != null ? name.schema().text() : currentDatabase;
    }

    TableUse use(QualifiedName name, TableReference.@Nullable TableName node, @Nullable Block block) {
        String databaseName = database(name);
        if (databaseName == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        if (isSystem(databaseName)) {
            return new TableUse(TableUse.Place.SYSTEM, databaseName, name, null, null, node, block);
        }
        Database database = catalog.database(databaseName);
        if (database == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(databaseName, name.name().text());
        }
        Table table = database.table(name.name().text());
        TableUse.Place place = table == null
                ? TableUse.Place.HOME
                : switch (table.kind()) {
                    case SINGLE, TEMPORARY -> TableUse.Place.HOME;
                    case BROADCAST -> TableUse.Place.EVERYWHERE;
                    case SHARDED -> TableUse.Place.PARTITIONS;
                };
        Database.View view = table == null ? database.views().get(name.name().text()) : null;
        return new TableUse(place, databaseName, name, table, view, node, block);
    }
}
