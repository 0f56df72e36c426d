package drds.catalog;

import drds.rule.KeyColumn;
import drds.rule.KeyType;
import drds.rule.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logical table.
 *
 * @param columns in the table's order
 * @param keys the primary key first where there is one
 * @param rule how it is sharded; null unless {@code kind} is SHARDED
 * @param partitions one for each of the rule's partitions; empty unless SHARDED
 * @param schemaVersion grows with every change of the definition
 */
public record Table(
        String name,
        Kind kind,
        List<Column> columns,
        List<Key> keys,
        @Nullable Rule rule,
        List<Partition> partitions,
        long schemaVersion) {

    public enum Kind {
        /** Whole in the home schema. */
        SINGLE,
        /** Whole in the schema of the database's own name on every Group. */
        BROADCAST,
        /** Cut into partitions; its face in the home schema is empty. */
        SHARDED
    }

    /** One physical table. */
    public record Partition(int index, String group, String schema, String table) {}

    /**
     * @param name as written; names are compared without case
     * @param type as information_schema's COLUMN_TYPE gives it, in lower case, such as {@code int(10) unsigned}
     * @param dataType DATA_TYPE, such as {@code int}
     * @param characterSet null for types without one
     * @param defaultExpression information_schema's COLUMN_DEFAULT: an SQL expression, null if there is none
     * @param onUpdate the expression of ON UPDATE, null if there is none
     */
    public record Column(
            String name,
            String type,
            String dataType,
            @Nullable String characterSet,
            @Nullable String collation,
            boolean nullable,
            @Nullable String defaultExpression,
            boolean autoIncrement,
            boolean generated,
            boolean invisible,
            @Nullable String onUpdate) {
        /** As a shard key. */
        public KeyColumn key() {
            return new KeyColumn(name, KeyType.of(type, characterSet, collation));
        }
    }

    /** @param columns names as written, in the key's order; prefix keys are marked by {@code prefixed} */
    public record Key(String name, boolean unique, boolean primary, List<String> columns, boolean prefixed) {}

    public @Nullable Column column(String name) {
        for (Column column : columns) {
            if (column.name().equalsIgnoreCase(name)) {
                return column;
            }
        }
        return null;
    }

    public @Nullable Column autoIncrementColumn() {
        for (Column column : columns) {
            if (column.autoIncrement()) {
                return column;
            }
        }
        return null;
    }

    public @Nullable Key primaryKey() {
        for (Key key : keys) {
            if (key.primary()) {
                return key;
            }
        }
        return null;
    }
}
