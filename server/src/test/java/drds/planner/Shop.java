package drds.planner;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import drds.rule.ClauseReader;
import drds.rule.Collations;
import drds.rule.KeyColumn;
import drds.rule.KeyConversion;
import drds.rule.KeyType;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The catalog of the planner's tests: a shop on two Groups with four shards, and a second database with two. */
final class Shop {
    static final KeyConversion KEYS = new KeyConversion(Collations.BINARY_ONLY, java.time.ZoneOffset.UTC);

    private final List<Database.Shard> shards;
    private final Map<String, Table> tables = new LinkedHashMap<>();

    private Shop(String database, int shards) {
        this.shards = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            this.shards.add(new Database.Shard(i, String.format(Locale.ROOT, "%s_%04d", database, i), "g" + i % 2));
        }
    }

    static PlanningContext context(@Nullable List<String> parameters) {
        return context("shop", parameters);
    }

    static PlanningContext context(@Nullable String current, @Nullable List<String> parameters) {
        return context(current, parameters, TableSizes.UNKNOWN);
    }

    static PlanningContext context(@Nullable String current, @Nullable List<String> parameters, TableSizes sizes) {
        return new PlanningContext(CATALOG, current, new SqlParser(ParserModes.DEFAULT), KEYS, parameters, sizes);
    }

    private static final Catalog CATALOG = catalog();

    private static Catalog catalog() {
        Map<String, GroupDefinition> groups = new LinkedHashMap<>();
        for (String name : List.of("g0", "g1")) {
            groups.put(
                    name,
                    new GroupDefinition(name, new GroupDefinition.Instance("127.0.0.1", 1, "root", ""), List.of()));
        }
        return new Catalog(1, groups, "g0", Map.of("shop", shop(), "crm", crm()), Map.of());
    }

    private static Database shop() {
        Shop shop = new Shop("shop", 4);
        shop.sharded(
                "orders",
                "DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2",
                "id bigint(20) pk|user_id bigint(20)|status enum('new','paid','sent')|total decimal(12,2)"
                        + "|note varchar(100)|created datetime|qty int(11)|flags bit(8)|weight float");
        shop.sharded(
                "order_items",
                "DBPARTITION BY HASH(order_id) TBPARTITION BY HASH(order_id) TBPARTITIONS 2",
                "order_id bigint(20) pk|line int(11) pk|product_id int(11)|qty int(11)|price decimal(12,2)|memo text");
        shop.sharded(
                "users",
                "DBPARTITION BY HASH(id)",
                "id bigint(20) pk auto|name varchar(50)|email varchar(100)|country char(2)|score double|born date"
                        + "|bio text|age int(11) generated");
        shop.sharded(
                "carts",
                "DBPARTITION BY HASH(user_id)",
                "user_id bigint(20) pk|product_id int(11) pk|qty int(11)|added datetime");
        shop.sharded(
                "user_log",
                "DBPARTITION BY HASH(user_id) TBPARTITION BY MM(at) TBPARTITIONS 12",
                "id bigint(20) pk|user_id bigint(20)|at date|what varchar(20)");
        shop.sharded(
                "codes", "DBPARTITION BY HASH(code)", "code varchar(20) utf8mb4_bin pk|label varchar(50)|n int(11)");
        shop.sharded("tags", "DBPARTITION BY HASH(tag)", "tag varchar(20) pk|n int(11)");
        shop.sharded(
                "events",
                "PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN (200),"
                        + " PARTITION p2 VALUES LESS THAN MAXVALUE)",
                "id int(11) pk|kind varchar(20)|at datetime");
        shop.sharded("loose", "DBPARTITION BY HASH(k)", "k int(11)|v varchar(20)");
        shop.sharded(
                "members",
                "DBPARTITION BY HASH(city)",
                "id bigint(20) pk auto|city int(11)|mail varchar(50) utf8mb4_bin|nick varchar(50)|points int(11)");
        shop.indexed("members", "mail", "mail varchar(50) utf8mb4_bin|id bigint(20) pk|city int(11)");
        shop.add("countries", Table.Kind.BROADCAST, "code char(2) pk|name varchar(50)|region varchar(20)");
        shop.add("categories", Table.Kind.BROADCAST, "id int(11) pk auto|name varchar(50)|parent int(11)");
        shop.add(
                "products",
                Table.Kind.BROADCAST,
                "id int(11) pk|name varchar(50)|price decimal(12,2)|category_id int(11)");
        shop.add("settings", Table.Kind.SINGLE, "name varchar(50) pk|value varchar(200)");
        shop.add("audit", Table.Kind.SINGLE, "id int(11) pk auto|order_id bigint(20)|what varchar(50)");
        Map<String, Database.View> views = new LinkedHashMap<>();
        view(views, "big_orders", List.of(), "SELECT id, user_id, total FROM `shop`.`orders` WHERE total > 100");
        view(views, "named", List.of("number", "buyer"), "SELECT id, user_id FROM `shop`.`orders`");
        view(views, "bigger", List.of(), "SELECT * FROM `shop`.`big_orders` WHERE total > 1000");
        view(views, "options", List.of(), "SELECT name FROM `shop`.`settings`");
        view(views, "per_user", List.of(), "SELECT user_id, COUNT(*) AS n FROM `shop`.`orders` GROUP BY user_id");
        return new Database("shop", "utf8mb4", "utf8mb4_general_ci", shop.shards, shop.tables, views);
    }

    private static void view(Map<String, Database.View> views, String name, List<String> columns, String query) {
        views.put(name, new Database.View(name, columns, query));
    }

    private static Database crm() {
        Shop crm = new Shop("crm", 2);
        crm.sharded("orders", "DBPARTITION BY HASH(id)", "id bigint(20) pk|subject varchar(100)");
        crm.add("notes", Table.Kind.SINGLE, "id int(11) pk|text varchar(100)");
        return new Database("crm", "utf8mb4", "utf8mb4_general_ci", crm.shards, crm.tables, Map.of());
    }

    private void add(String name, Table.Kind kind, String columns) {
        tables.put(name, new Table(name, kind, columns(columns), keys(columns), null, List.of(), 1));
    }

    private void sharded(String name, String clause, String columns) {
        List<Table.Column> definitions = columns(columns);
        List<KeyColumn> keyColumns = definitions.stream()
                .map(c -> new KeyColumn(c.name(), KeyType.of(c.type(), c.characterSet(), c.collation())))
                .toList();
        Rule rule = new ClauseReader(keyColumns, List.of(), shards.size(), KEYS::stored).read(clause);
        int each = (rule.partitions() + shards.size() - 1) / shards.size();
        List<Table.Partition> partitions = new ArrayList<>();
        for (int p = 0; p < rule.partitions(); p++) {
            Database.Shard shard = shards.get(p / each);
            String table = each == 1 ? name : String.format(Locale.ROOT, "%s_%02d", name, p);
            partitions.add(new Table.Partition(p, shard.group(), shard.schema(), table));
        }
        tables.put(
                name,
                new Table(name, Table.Kind.SHARDED, definitions, keys(columns), rule, List.copyOf(partitions), 1));
    }

    /** Gives a table a unique global index over a column, and its primary key the sequence as what keeps it. */
    private void indexed(String name, String column, String stored) {
        sharded(name + "$1", "PARTITION BY KEY (" + column + ") PARTITIONS " + shards.size(), stored);
        Table index = Objects.requireNonNull(tables.remove(name + "$1"));
        Table base = Objects.requireNonNull(tables.get(name));
        List<Table.Key> keys = new ArrayList<>(base.keys());
        keys.add(new Table.Key(column, true, false, List.of(column), false));
        tables.put(
                name,
                new Table(name, base.kind(), base.columns(), keys, base.rule(), base.partitions(), 1)
                        .withGlobalIndexes(List.of(
                                new GlobalIndex("PRIMARY", true, true, false, List.of("id"), List.of(), null),
                                new GlobalIndex(column, true, true, false, List.of(column), List.of(), index))));
    }

    private static List<Table.Column> columns(String text) {
        return java.util.Arrays.stream(text.split("\\|")).map(Shop::column).toList();
    }

    private static Table.Column column(String text) {
        String[] words = text.split(" ");
        String type = words[1];
        String dataType = type.replaceAll("\\(.*", "");
        boolean isText = dataType.matches("varchar|char|text|enum");
        String collation = text.contains("utf8mb4_bin") ? "utf8mb4_bin" : "utf8mb4_general_ci";
        return new Table.Column(
                words[0],
                type,
                dataType,
                isText ? "utf8mb4" : null,
                isText ? collation : null,
                !text.endsWith("pk") && !text.contains(" pk "),
                null,
                text.contains(" auto"),
                text.contains(" generated"),
                false,
                null);
    }

    private static List<Table.Key> keys(String text) {
        List<String> primary = java.util.Arrays.stream(text.split("\\|"))
                .filter(c -> c.contains(" pk"))
                .map(c -> c.split(" ")[0])
                .collect(Collectors.toList());
        return primary.isEmpty() ? List.of() : List.of(new Table.Key("PRIMARY", true, true, primary, false));
    }
}
