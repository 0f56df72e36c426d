package drds.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drds.catalog.Table.Column;
import drds.rule.Bytes;
import drds.rule.ClauseReader;
import drds.rule.Collations;
import drds.rule.KeyConversion;
import drds.rule.KeyLiteral;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import drds.rule.LevelRule;
import drds.rule.PartitionRule;
import drds.rule.Rule;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A rule in the catalog: its clause, how many shards it spreads over, and the weights of the texts among its bounds, so that
 * a restart needs no server to know them.
 */
final class StoredRule {
    private static final JsonMapper MAPPER = new JsonMapper();

    private StoredRule() {}

    static ObjectNode write(Rule rule) {
        ObjectNode node = MAPPER.createObjectNode().put("clause", rule.clause());
        node.put("shards", rule instanceof LevelRule levels ? levels.shards() : rule.partitions());
        if (rule instanceof PartitionRule partitions) {
            List<PartitionRule.Part> parts = switch (partitions.method()) {
                case PartitionRule.Method.Range range -> range.parts();
                case PartitionRule.Method.ListOf list -> list.parts();
                case PartitionRule.Method.Hash _, PartitionRule.Method.Key _ -> List.of();
            };
            ObjectNode weights = node.putObject("weights");
            for (PartitionRule.Part part : parts) {
                for (List<PartitionRule.Bound> row : part.rows()) {
                    for (int i = 0; i < row.size(); i++) {
                        if (row.get(i).value() instanceof KeyValue.Text(var text, var weight)) {
                            KeyType type =
                                    partitions.expressions().get(i).column().type();
                            weights.put(key(type, text), HexFormat.of().formatHex(weight.array()));
                        }
                    }
                }
            }
        }
        return node;
    }

    static Rule read(JsonNode node, List<Column> columns) {
        JsonNode weights = node.path("weights");
        KeyConversion plain = new KeyConversion(Collations.BINARY_ONLY, ZoneOffset.UTC);
        ClauseReader.Bounds bounds = (literal, type) -> {
            String text = literal instanceof KeyLiteral.Text(var value) ? value : "";
            String weight = weights.path(key(type, text)).asText("");
            return type.isText() && weights.has(key(type, text))
                    ? Optional.of(
                            new KeyValue.Text(text, new Bytes(HexFormat.of().parseHex(weight))))
                    : plain.stored(literal, type);
        };
        return new ClauseReader(
                        columns.stream().map(Column::key).toList(),
                        List.of(),
                        Math.max(1, node.path("shards").asInt()),
                        bounds)
                .read(node.path("clause").asText());
    }

    private static String key(KeyType type, String text) {
        return type.collation() + "\n" + text;
    }
}
