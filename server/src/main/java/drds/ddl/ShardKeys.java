package drds.ddl;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.ddl.SchemaReader.Structure;
import drds.error.ErrorCode;
import drds.rule.KeyType;
import drds.rule.KeyType.Kind;
import drds.rule.LevelRule;
import drds.rule.Rule;
import java.util.List;
import java.util.Objects;

/** What may happen to the columns that decide where rows lie: only what leaves every row where it is. */
final class ShardKeys {
    private ShardKeys() {}

    /**
     * The rule over the columns as they are now.
     *
     * @throws drds.error.SqlError SHARD_KEY_CHANGE if rows would lie elsewhere
     */
    static Rule keep(Cluster cluster, TableName name, Table table, Structure structure) {
        Rule rule = Objects.requireNonNull(table.rule());
        for (String key : rule.columns()) {
            Column before = table.column(key);
            Column after = structure.columns().stream()
                    .filter(column -> column.name().equalsIgnoreCase(key))
                    .findFirst()
                    .orElseThrow(() -> ErrorCode.SHARD_KEY_CHANGE.with("the column '" + key + "' decides where rows of "
                            + name + " lie, it can't be dropped or renamed"));
            if (before == null || !keeps(before.key().type(), after.key().type())) {
                throw ErrorCode.SHARD_KEY_CHANGE.with("the column '" + key + "' decides where rows of " + name
                        + " lie, its type can't change like this");
            }
        }
        int shards = rule instanceof LevelRule levels ? levels.shards() : rule.partitions();
        Rule again = TableCreation.rule(cluster, rule.clause(), structure.columns(), List.of(), shards);
        if (again.partitions() != rule.partitions()) {
            throw new IllegalStateException("the rule of " + name + " was read back otherwise: " + again.clause());
        }
        return again;
    }

    /** Whether each stored value stays the same key value. */
    private static boolean keeps(KeyType before, KeyType after) {
        if (before.columnType().equals(after.columnType())) {
            return Objects.equals(before.collation(), after.collation());
        }
        return switch (before.kind()) {
            case Kind.Integer(var min, var max) ->
                after.kind() instanceof Kind.Integer(var newMin, var newMax)
                        && newMin.compareTo(min) <= 0
                        && newMax.compareTo(max) >= 0;
            case Kind.Decimal(var precision, var scale, var unsigned) ->
                after.kind() instanceof Kind.Decimal(var newPrecision, var newScale, var newUnsigned)
                        && newScale >= scale
                        && newPrecision - newScale >= precision - scale
                        && (unsigned || !newUnsigned);
            case Kind.DateTime(var digits) ->
                after.kind() instanceof Kind.DateTime(var newDigits) && newDigits >= digits;
            case Kind.Timestamp(var digits) ->
                after.kind() instanceof Kind.Timestamp(var newDigits) && newDigits >= digits;
            case Kind.Text(var length, var fixed) ->
                after.kind() instanceof Kind.Text(var newLength, var newFixed)
                        && fixed == newFixed
                        && newLength >= length
                        && Objects.equals(before.collation(), after.collation());
            case Kind.Binary(var length, var fixed) ->
                after.kind() instanceof Kind.Binary(var newLength, var newFixed)
                        && !fixed
                        && !newFixed
                        && newLength >= length;
            case Kind.Bit(var bits) -> after.kind() instanceof Kind.Bit(var newBits) && newBits >= bits;
            case Kind.Date _, Kind.Year _, Kind.Opaque _ -> false;
        };
    }
}
