package drds.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that DRDS knows of its cluster. A change publishes the next version; a statement uses one version from start to end.
 *
 * @param groups by name, in the order of their numbers
 * @param defaultGroup the Group that holds the home schemas
 * @param databases by name (case-sensitive, as on a Linux MySQL)
 * @param accounts by user and host
 */
public record Catalog(
        long version,
        Map<String, GroupDefinition> groups,
        String defaultGroup,
        Map<String, Database> databases,
        Map<AccountName, Account> accounts) {

    public @Nullable Database database(String name) {
        return databases.get(name);
    }
}
