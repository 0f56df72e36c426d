package drds.planner;

import drds.catalog.Catalog;
import drds.parser.SqlParser;
import drds.rule.KeyConversion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan depends on besides the statement.
 *
 * @param currentDatabase the session's current logical database; null if there is none
 * @param parser with the session's modes
 * @param keys with the session's time zone
 * @param sizes what chooses between plans that are all right
 * @param parameters for each {@code ?} its value as an SQL literal; null while preparing, when values aren't known
 * @param indexes the global indexes that hints name, by the tables' names in lower case
 */
public record PlanningContext(
        Catalog catalog,
        @Nullable String currentDatabase,
        SqlParser parser,
        KeyConversion keys,
        @Nullable List<String> parameters,
        TableSizes sizes,
        Map<String, String> indexes) {
    public PlanningContext(
            Catalog catalog,
            @Nullable String currentDatabase,
            SqlParser parser,
            KeyConversion keys,
            @Nullable List<String> parameters,
            TableSizes sizes) {
        this(catalog, currentDatabase, parser, keys, parameters, sizes, Map.of());
    }
}
