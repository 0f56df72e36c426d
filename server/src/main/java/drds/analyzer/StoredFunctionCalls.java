package drds.analyzer;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.catalog.Table;
import drds.parser.FunctionCall;
import drds.parser.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls of stored functions that not every instance can compute. */
public final class StoredFunctionCalls {
    private StoredFunctionCalls() {}

    /** The calls below a node, outer ones before those in their arguments. */
    public static List<FunctionCall> in(Node node, Catalog catalog, @Nullable String currentDatabase) {
        if (catalog.databases().values().stream()
                .allMatch(database -> database.programs().isEmpty())) {
            return List.of();
        }
        List<FunctionCall> calls = new ArrayList<>();
        node.walk(below -> {
            if (below instanceof FunctionCall call) {
                Program function = function(call, catalog, currentDatabase);
                if (function != null && !function.everywhere()) {
                    calls.add(call);
                }
            }
        });
        return calls;
    }

    /** The stored function that is called; null for one of MySQL's own. */
    public static @Nullable Program function(FunctionCall call, Catalog catalog, @Nullable String currentDatabase) {
        String schema = call.schema() == null ? currentDatabase : call.schema().text();
        Database database = schema == null ? null : catalog.database(schema);
        return database == null
                ? null
                : database.program("FUNCTION", call.name().text());
    }

    /** Whether the home instance alone gives the right value: the function reaches single tables there and nothing else. */
    public static boolean isAtHome(Program function, Catalog catalog) {
        List<String> tables = function.homeTables();
        return tables != null && tables.stream().allMatch(name -> isSingle(name, catalog));
    }

    private static boolean isSingle(String name, Catalog catalog) {
        int slash = name.indexOf('/');
        Database database = catalog.database(name.substring(0, slash));
        Table table = database == null ? null : database.table(name.substring(slash + 1));
        return table != null && table.kind() == Table.Kind.SINGLE;
    }
}
