package drds.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drds.catalog.Database.Program;
import drds.catalog.Database.Shard;
import drds.catalog.Database.View;
import drds.catalog.GroupDefinition.Instance;
import drds.catalog.GroupDefinition.Replica;
import drds.catalog.Table.Column;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a catalog as JSON, the way they are stored. Fields that are missing when read are empty. */
final class CatalogJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private CatalogJson() {}

    static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("the catalog is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }

    static ObjectNode group(GroupDefinition group) {
        ObjectNode node = MAPPER.createObjectNode().put("name", group.name());
        node.set("primary", instance(group.primary()));
        ArrayNode replicas = node.putArray("replicas");
        group.replicas()
                .forEach(replica -> replicas.add(instance(replica.instance()).put("readWeight", replica.readWeight())));
        return node;
    }

    static GroupDefinition group(JsonNode node) {
        List<Replica> replicas = new ArrayList<>();
        node.path("replicas")
                .forEach(replica -> replicas.add(new Replica(
                        instance(replica), replica.path("readWeight").asInt(1))));
        return new GroupDefinition(string(node, "name"), instance(node.path("primary")), List.copyOf(replicas));
    }

    private static ObjectNode instance(Instance instance) {
        return MAPPER.createObjectNode()
                .put("host", instance.host())
                .put("port", instance.port())
                .put("user", instance.user())
                .put("password", instance.password());
    }

    private static Instance instance(JsonNode node) {
        return new Instance(
                string(node, "host"), node.path("port").asInt(), string(node, "user"), string(node, "password"));
    }

    /** Without its tables and views, which are stored by themselves. */
    static ObjectNode database(Database database) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("name", database.name())
                .put("characterSet", database.characterSet())
                .put("collation", database.collation());
        ArrayNode shards = node.putArray("shards");
        database.shards()
                .forEach(shard -> shards.addObject()
                        .put("index", shard.index())
                        .put("schema", shard.schema())
                        .put("group", shard.group()));
        return node;
    }

    static Database database(
            JsonNode node, Map<String, Table> tables, Map<String, View> views, Map<String, Program> programs) {
        List<Shard> shards = new ArrayList<>();
        node.path("shards")
                .forEach(shard -> shards.add(
                        new Shard(shard.path("index").asInt(), string(shard, "schema"), string(shard, "group"))));
        return new Database(
                string(node, "name"),
                string(node, "characterSet"),
                string(node, "collation"),
                List.copyOf(shards),
                tables,
                views,
                programs);
    }

    static ObjectNode program(Program program) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("kind", program.kind())
                .put("name", program.name())
                .put("text", program.text())
                .put("sqlMode", program.sqlMode())
                .put("characterSetClient", program.characterSetClient())
                .put("collationConnection", program.collationConnection())
                .put("everywhere", program.everywhere())
                .put("table", program.table());
        if (program.homeTables() != null) {
            program.homeTables().forEach(node.putArray("homeTables")::add);
        }
        return node;
    }

    static Program program(JsonNode node) {
        return new Program(
                string(node, "kind"),
                string(node, "name"),
                string(node, "text"),
                string(node, "sqlMode"),
                string(node, "characterSetClient"),
                string(node, "collationConnection"),
                node.path("everywhere").asBoolean(),
                node.has("homeTables") ? strings(node.path("homeTables")) : null,
                string(node, "table"));
    }

    static ObjectNode cclRule(CclRule rule) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("name", rule.name())
                .put("database", rule.database())
                .put("table", rule.table())
                .put("user", rule.user())
                .put("host", rule.host())
                .put("kind", rule.kind().name())
                .put("maxConcurrency", rule.maxConcurrency())
                .put("waitQueueSize", rule.waitQueueSize())
                .put("waitTimeoutSeconds", rule.waitTimeoutSeconds())
                .put("createdMillis", rule.createdMillis());
        rule.keywords().forEach(node.putArray("keywords")::add);
        if (rule.template() != null) {
            node.put("template", rule.template());
        }
        return node;
    }

    static CclRule cclRule(JsonNode node) {
        return new CclRule(
                string(node, "name"),
                string(node, "database"),
                string(node, "table"),
                string(node, "user"),
                string(node, "host"),
                CclRule.Kind.valueOf(string(node, "kind")),
                strings(node.path("keywords")),
                node.has("template") ? string(node, "template") : null,
                node.path("maxConcurrency").asInt(),
                node.path("waitQueueSize").asInt(),
                node.path("waitTimeoutSeconds").asInt(),
                node.path("createdMillis").asLong());
    }

    static ObjectNode view(View view) {
        ObjectNode node = MAPPER.createObjectNode().put("name", view.name()).put("query", view.query());
        view.columns().forEach(node.putArray("columns")::add);
        return node;
    }

    static View view(JsonNode node) {
        return new View(string(node, "name"), strings(node.path("columns")), string(node, "query"));
    }

    static ObjectNode account(Account account) {
        return MAPPER.createObjectNode()
                .put("user", account.name().user())
                .put("host", account.name().host())
                .put("plugin", account.plugin())
                .put("authentication", account.authentication())
                .put("grants", account.grants());
    }

    static Account account(JsonNode node) {
        return new Account(
                new AccountName(string(node, "user"), string(node, "host")),
                string(node, "plugin"),
                string(node, "authentication"),
                node.path("grants").asBoolean());
    }

    static ObjectNode table(Table table) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("name", table.name())
                .put("kind", table.kind().name())
                .put("schemaVersion", table.schemaVersion());
        ArrayNode columns = node.putArray("columns");
        table.columns().forEach(column -> columns.add(column(column)));
        ArrayNode keys = node.putArray("keys");
        table.keys().forEach(key -> {
            ObjectNode one = keys.addObject()
                    .put("name", key.name())
                    .put("unique", key.unique())
                    .put("primary", key.primary())
                    .put("prefixed", key.prefixed());
            key.columns().forEach(one.putArray("columns")::add);
        });
        if (table.rule() != null) {
            node.set("rule", StoredRule.write(table.rule()));
        }
        ArrayNode partitions = node.putArray("partitions");
        table.partitions()
                .forEach(partition -> partitions
                        .addArray()
                        .add(partition.group())
                        .add(partition.schema())
                        .add(partition.table()));
        if (table.cascading()) {
            node.put("cascading", true);
        }
        if (!table.globalIndexes().isEmpty()) {
            ArrayNode indexes = node.putArray("globalIndexes");
            table.globalIndexes().forEach(index -> indexes.add(globalIndex(index)));
        }
        return node;
    }

    private static ObjectNode globalIndex(GlobalIndex index) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("name", index.name())
                .put("unique", index.unique())
                .put("automatic", index.automatic())
                .put("clustered", index.clustered());
        index.columns().forEach(node.putArray("columns")::add);
        index.covering().forEach(node.putArray("covering")::add);
        if (index.table() != null) {
            node.set("table", table(index.table()));
        }
        return node;
    }

    private static GlobalIndex globalIndex(JsonNode node) {
        return new GlobalIndex(
                string(node, "name"),
                node.path("unique").asBoolean(),
                node.path("automatic").asBoolean(),
                node.path("clustered").asBoolean(),
                strings(node.path("columns")),
                strings(node.path("covering")),
                node.has("table") ? table(node.path("table")) : null);
    }

    static Table table(JsonNode node) {
        List<Column> columns = new ArrayList<>();
        node.path("columns").forEach(column -> columns.add(column(column)));
        List<Table.Key> keys = new ArrayList<>();
        node.path("keys")
                .forEach(key -> keys.add(new Table.Key(
                        string(key, "name"),
                        key.path("unique").asBoolean(),
                        key.path("primary").asBoolean(),
                        strings(key.path("columns")),
                        key.path("prefixed").asBoolean())));
        List<Partition> partitions = new ArrayList<>();
        node.path("partitions")
                .forEach(partition -> partitions.add(new Partition(
                        partitions.size(),
                        partition.path(0).asText(),
                        partition.path(1).asText(),
                        partition.path(2).asText())));
        List<GlobalIndex> indexes = new ArrayList<>();
        node.path("globalIndexes").forEach(index -> indexes.add(globalIndex(index)));
        return new Table(
                string(node, "name"),
                Kind.valueOf(string(node, "kind")),
                List.copyOf(columns),
                List.copyOf(keys),
                node.has("rule") ? StoredRule.read(node.path("rule"), columns) : null,
                List.copyOf(partitions),
                node.path("schemaVersion").asLong(),
                List.copyOf(indexes),
                node.path("cascading").asBoolean());
    }

    private static ObjectNode column(Column column) {
        return MAPPER.createObjectNode()
                .put("name", column.name())
                .put("type", column.type())
                .put("dataType", column.dataType())
                .put("characterSet", column.characterSet())
                .put("collation", column.collation())
                .put("nullable", column.nullable())
                .put("default", column.defaultExpression())
                .put("autoIncrement", column.autoIncrement())
                .put("generated", column.generated())
                .put("invisible", column.invisible())
                .put("onUpdate", column.onUpdate());
    }

    private static Column column(JsonNode node) {
        return new Column(
                string(node, "name"),
                string(node, "type"),
                string(node, "dataType"),
                optional(node, "characterSet"),
                optional(node, "collation"),
                node.path("nullable").asBoolean(),
                optional(node, "default"),
                node.path("autoIncrement").asBoolean(),
                node.path("generated").asBoolean(),
                node.path("invisible").asBoolean(),
                optional(node, "onUpdate"));
    }

    private static String string(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    private static @Nullable String optional(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isNull() || value.isMissingNode() ? null : value.asText();
    }

    static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(value -> strings.add(value.asText()));
        return List.copyOf(strings);
    }
}
