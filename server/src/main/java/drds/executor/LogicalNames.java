package drds.executor;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.SqlError;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts logical names for physical ones into the texts of instances' errors. Looks through the catalog: for errors only. */
final class LogicalNames {
    private static final Pattern QUALIFIED = Pattern.compile("(`?)([^`'\".\\s]+)\\1\\.(`?)([^`'\".\\s]+)\\3");

    private static final Pattern FOREIGN_KEY = Pattern.compile(
            "\\(`([^`]+)`\\.`([^`]+)`, CONSTRAINT `([^`]+)\\$\\d+` FOREIGN KEY \\(([^)]*)\\) REFERENCES (?:`([^`]+)`\\.)?`([^`]+)`");

    private static final Pattern ALONE = Pattern.compile("(?<=[Tt]able )(['`])([^'`.]+)\\1(?!\\.)");

    private final Catalog catalog;

    LogicalNames(Catalog catalog) {
        this.catalog = catalog;
    }

    SqlError in(SqlError error) {
        String text = in(error.message());
        return text.equals(error.message()) ? error : new SqlError(error.number(), error.sqlState(), text, error);
    }

    String in(String text) {
        String qualified =
                qualified(FOREIGN_KEY.matcher(text).replaceAll(match -> Matcher.quoteReplacement(foreignKey(match))));
        return ALONE.matcher(qualified).replaceAll(match -> Matcher.quoteReplacement(alone(match)));
    }

    /** A constraint of a partition with its logical name and parent: an instance names a parent of its own schema alone. */
    private String foreignKey(MatchResult match) {
        Database database = databaseOf(match.group(1));
        if (database == null) {
            return match.group();
        }
        String schema = match.group(5) == null ? match.group(1) : match.group(5);
        Table parent = tableOf(database, schema, match.group(6));
        String name = parent == null ? match.group(6) : parent.name();
        return "(`" + match.group(1) + "`.`" + match.group(2) + "`, CONSTRAINT `" + match.group(3) + "` FOREIGN KEY ("
                + match.group(4) + ") REFERENCES `" + name + "`";
    }

    /** A physical table's name without its schema, unless a table of a client's has that name. */
    private String alone(MatchResult match) {
        String name = match.group(2);
        for (Database database : catalog.databases().values()) {
            if (database.table(name) != null) {
                return match.group();
            }
        }
        for (Database database : catalog.databases().values()) {
            for (Table table : database.tables().values()) {
                if (table.partitions().stream()
                        .anyMatch(partition -> partition.table().equals(name))) {
                    return match.group(1) + table.name() + match.group(1);
                }
            }
        }
        return match.group();
    }

    private String qualified(String text) {
        return QUALIFIED.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement(match)));
    }

    private String replacement(MatchResult match) {
        Database database = databaseOf(match.group(2));
        if (database == null) {
            return match.group();
        }
        // A table that is no partition is an alias, such as the logical name itself.
        Table table = tableOf(database, match.group(2), match.group(4));
        String name = table == null ? match.group(4) : table.name();
        return match.group(1) + database.name() + match.group(1) + "." + match.group(3) + name + match.group(3);
    }

    private @Nullable Database databaseOf(String schema) {
        for (Database database : catalog.databases().values()) {
            for (Shard shard : database.shards()) {
                if (shard.schema().equals(schema)) {
                    return database;
                }
            }
        }
        return null;
    }

    private static @Nullable Table tableOf(Database database, String schema, String physical) {
        for (Table table : database.tables().values()) {
            for (Partition partition : table.partitions()) {
                if (partition.table().equals(physical) && partition.schema().equals(schema)) {
                    return table;
                }
            }
        }
        return null;
    }
}
