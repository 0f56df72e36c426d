package drds.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that DRDS knows of its cluster. A change publishes the next version; a statement uses one version from start to end.
 *
 * @param groups by name, in the order of their numbers
 * @param defaultGroup the Group that holds the home schemas
 * @param databases by name (case-sensitive, as on a Linux MySQL)
 * @param accounts by user and host
 * @param cclRules rules of throttling by name, in the order in which they were made
 */
public record Catalog(
        long version,
        Map<String, GroupDefinition> groups,
        String defaultGroup,
        Map<String, Database> databases,
        Map<AccountName, Account> accounts,
        Map<String, CclRule> cclRules) {

    public Catalog(
            long version,
            Map<String, GroupDefinition> groups,
            String defaultGroup,
            Map<String, Database> databases,
            Map<AccountName, Account> accounts) {
        this(version, groups, defaultGroup, databases, accounts, Map.of());
    }

    /** Nothing but the Groups: how a cluster begins. */
    public static Catalog empty() {
        return new Catalog(0, Map.of(), "", Map.of(), Map.of());
    }

    public @Nullable Database database(String name) {
        return databases.get(name);
    }

    public Catalog withVersion(long newVersion) {
        return new Catalog(newVersion, groups, defaultGroup, databases, accounts, cclRules);
    }

    /** With these Groups in the place of all that were there. */
    public Catalog withGroups(Collection<GroupDefinition> definitions, String newDefault) {
        Map<String, GroupDefinition> byName = new LinkedHashMap<>();
        definitions.forEach(group -> byName.put(group.name(), group));
        return new Catalog(version, Collections.unmodifiableMap(byName), newDefault, databases, accounts, cclRules);
    }

    /** With this database, new or in the place of the one with its name. */
    public Catalog withDatabase(Database database) {
        Map<String, Database> changed = new TreeMap<>(databases);
        changed.put(database.name(), database);
        return new Catalog(version, groups, defaultGroup, Collections.unmodifiableMap(changed), accounts, cclRules);
    }

    public Catalog withoutDatabase(String name) {
        Map<String, Database> changed = new TreeMap<>(databases);
        changed.remove(name);
        return new Catalog(version, groups, defaultGroup, Collections.unmodifiableMap(changed), accounts, cclRules);
    }

    /** With this account, new or in the place of the one with its name. */
    public Catalog withAccount(Account account) {
        Map<AccountName, Account> changed = new LinkedHashMap<>(accounts);
        changed.put(account.name(), account);
        return new Catalog(version, groups, defaultGroup, databases, Collections.unmodifiableMap(changed), cclRules);
    }

    public Catalog withoutAccount(AccountName name) {
        Map<AccountName, Account> changed = new LinkedHashMap<>(accounts);
        changed.remove(name);
        return new Catalog(version, groups, defaultGroup, databases, Collections.unmodifiableMap(changed), cclRules);
    }

    /** With these rules of throttling in the place of all that were there. */
    public Catalog withCclRules(Collection<CclRule> rules) {
        Map<String, CclRule> byName = new LinkedHashMap<>();
        rules.forEach(rule -> byName.put(rule.name(), rule));
        return new Catalog(version, groups, defaultGroup, databases, accounts, Collections.unmodifiableMap(byName));
    }
}
