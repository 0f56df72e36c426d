package drds.session;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.QualifiedName;
import drds.parser.ShowStatement;
import drds.rule.Rule;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** DRDS's own SHOW statements about how tables are spread, answered from the catalog. */
final class TopologyShow {
    private static final Pattern LEVELS =
            Pattern.compile("DBPARTITION BY (\\w+)\\s*\\((.*?)\\)(?: TBPARTITION BY (\\w+)\\s*\\((.*?)\\).*)?");

    private final Catalog catalog;
    private final @Nullable String currentDatabase;

    TopologyShow(Catalog catalog, @Nullable String currentDatabase) {
        this.catalog = catalog;
        this.currentDatabase = currentDatabase;
    }

    /** The answer; null if the statement is not one of these. */
    @Nullable
    MemoryResult answer(ShowStatement show) {
        return switch (show.kind()) {
            case RULE -> show.object() == null ? rules(database(show).tables().values()) : rules(List.of(table(show)));
            case TOPOLOGY -> topology(table(show));
            case PARTITIONS -> partitionKeys(table(show));
            case BROADCASTS -> broadcasts(database(show));
            case DATASOURCES -> dataSources();
            case NODE -> nodes();
            case GLOBAL_INDEX ->
                globalIndexes(
                        database(show),
                        show.object() == null ? database(show).tables().values() : List.of(table(show)));
            default -> null;
        };
    }

    private Database database(ShowStatement show) {
        QualifiedName object = show.object();
        String name = show.schema() != null
                ? show.schema().text()
                : object != null && object.schema() != null ? object.schema().text() : currentDatabase;
        if (name == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        Database database = catalog.database(name);
        if (database == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(name);
        }
        return database;
    }

    private Table table(ShowStatement show) {
        Database database = database(show);
        String name = show.object() == null ? "" : show.object().name().text();
        Table table = database.table(name);
        if (table == null && show.kind() == ShowStatement.Kind.TOPOLOGY) {
            table = indexTable(database, name);
        }
        if (table == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(database.name(), name);
        }
        return table;
    }

    private static @Nullable Table indexTable(Database database, String name) {
        return database.tables().values().stream()
                .flatMap(table -> table.storedIndexes().stream())
                .map(GlobalIndex::stored)
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static MemoryResult globalIndexes(Database database, Iterable<Table> tables) {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("SCHEMA", "TABLE")
                .number("NON_UNIQUE")
                .text("KEY_NAME", "INDEX_NAMES", "COVERING_NAMES", "INDEX_TABLE", "RULE", "STATUS");
        for (Table table : tables) {
            for (GlobalIndex index : table.globalIndexes()) {
                Table stored = index.table();
                Rule rule = stored == null ? null : stored.rule();
                result.row(
                        database.name(),
                        table.name(),
                        index.unique() ? 0 : 1,
                        index.name(),
                        String.join(", ", index.columns()),
                        String.join(", ", index.covering()),
                        stored == null ? null : stored.name(),
                        rule == null ? null : rule.clause(),
                        stored == null ? "BY SEQUENCE" : "PUBLIC");
            }
        }
        return result.build();
    }

    private static MemoryResult rules(Iterable<Table> tables) {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("ID")
                .text("TABLE_NAME")
                .number("BROADCAST")
                .text("DB_PARTITION_KEY", "DB_PARTITION_POLICY", "DB_PARTITION_COUNT")
                .text("TB_PARTITION_KEY", "TB_PARTITION_POLICY", "TB_PARTITION_COUNT", "RULE");
        int id = 0;
        for (Table table : tables) {
            addRule(result, id++, table);
        }
        return result.build();
    }

    private static void addRule(MemoryResult.Builder result, int id, Table table) {
        Rule rule = table.rule();
        int broadcast = table.kind() == Table.Kind.BROADCAST ? 1 : 0;
        if (rule == null) {
            result.row(id, table.name(), broadcast, null, null, 1, null, null, 1, null);
            return;
        }
        long shards = table.partitions().stream()
                .map(Table.Partition::schema)
                .distinct()
                .count();
        long perShard = table.partitions().size() / Math.max(1, shards);
        Matcher levels = LEVELS.matcher(rule.clause());
        boolean known = levels.matches();
        result.row(
                id,
                table.name(),
                broadcast,
                known ? levels.group(2) : String.join(",", rule.columns()),
                known ? levels.group(1).toLowerCase(Locale.ROOT) : null,
                shards,
                known ? levels.group(4) : null,
                known && levels.group(3) != null ? levels.group(3).toLowerCase(Locale.ROOT) : null,
                perShard,
                rule.clause());
    }

    private MemoryResult topology(Table table) {
        MemoryResult.Builder result =
                MemoryResult.builder().number("ID").text("GROUP_NAME", "TABLE_NAME", "SCHEMA_NAME");
        switch (table.kind()) {
            case SHARDED -> {
                for (Table.Partition partition : table.partitions()) {
                    result.row(partition.index(), partition.group(), partition.table(), partition.schema());
                }
            }
            case SINGLE, TEMPORARY -> result.row(0, catalog.defaultGroup(), table.name(), currentDatabase);
            case BROADCAST -> {
                int id = 0;
                for (String group : catalog.groups().keySet()) {
                    result.row(id++, group, table.name(), currentDatabase);
                }
            }
        }
        return result.build();
    }

    private static MemoryResult partitionKeys(Table table) {
        MemoryResult.Builder result = MemoryResult.builder().text("KEYS");
        Rule rule = table.rule();
        result.row(rule == null ? null : String.join(",", rule.columns()));
        return result.build();
    }

    private static MemoryResult broadcasts(Database database) {
        MemoryResult.Builder result = MemoryResult.builder().number("ID").text("TABLE_NAME");
        int id = 0;
        for (Table table : database.tables().values()) {
            if (table.kind() == Table.Kind.BROADCAST) {
                result.row(id++, table.name());
            }
        }
        return result.build();
    }

    private MemoryResult dataSources() {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("ID")
                .text("GROUP", "URL", "USER", "TYPE")
                .number("READ_WEIGHT", "WRITE_WEIGHT");
        int id = 0;
        for (GroupDefinition group : catalog.groups().values()) {
            GroupDefinition.Instance primary = group.primary();
            result.row(id++, group.name(), url(primary), primary.user(), "primary", 10, 10);
            for (GroupDefinition.Replica replica : group.replicas()) {
                GroupDefinition.Instance instance = replica.instance();
                result.row(id++, group.name(), url(instance), instance.user(), "replica", replica.readWeight(), 0);
            }
        }
        return result.build();
    }

    private static String url(GroupDefinition.Instance instance) {
        return instance.host() + ":" + instance.port();
    }

    private MemoryResult nodes() {
        MemoryResult.Builder result = MemoryResult.builder().number("ID").text("NAME", "PRIMARY", "REPLICAS");
        int id = 0;
        for (GroupDefinition group : catalog.groups().values()) {
            String replicas = group.replicas().stream()
                    .map(replica -> url(replica.instance()))
                    .reduce((a, b) -> a + "," + b)
                    .orElse("");
            result.row(id++, group.name(), url(group.primary()), replicas);
        }
        return result.build();
    }
}
