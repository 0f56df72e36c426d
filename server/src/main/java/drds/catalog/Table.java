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
 * @param globalIndexes what is kept over all partitions
 * @param cascading whether the instances change rows of other tables along with this one's, by ON DELETE of a foreign key
 */
public record Table(
        String name,
        Kind kind,
        List<Column> columns,
        List<Key> keys,
        @Nullable Rule rule,
        List<Partition> partitions,
        long schemaVersion,
        List<GlobalIndex> globalIndexes,
        boolean cascading) {

    /** Without global indexes. */
    public Table(
            String name,
            Kind kind,
            List<Column> columns,
            List<Key> keys,
            @Nullable Rule rule,
            List<Partition> partitions,
            long schemaVersion) {
        this(name, kind, columns, keys, rule, partitions, schemaVersion, List.of(), false);
    }

    public Table withGlobalIndexes(List<GlobalIndex> indexes) {
        return new Table(name, kind, columns, keys, rule, partitions, schemaVersion, List.copyOf(indexes), cascading);
    }

    /** With its partitions elsewhere. */
    public Table withPartitions(List<Partition> places) {
        return new Table(name, kind, columns, keys, rule, List.copyOf(places), schemaVersion, globalIndexes, cascading);
    }

    public Table asCascading() {
        return new Table(name, kind, columns, keys, rule, partitions, schemaVersion, globalIndexes, true);
    }

    /** The global indexes that have a table of their own. */
    public List<GlobalIndex> storedIndexes() {
        return globalIndexes.isEmpty()
                ? globalIndexes
                : globalIndexes.stream().filter(index -> index.table() != null).toList();
    }

    /** The global indexes whose entries, or checks, depend on one of these columns, or on what changes along with any. */
    public List<GlobalIndex> indexesOf(List<String> changed) {
        return globalIndexes.stream()
                .filter(index -> index.depends(changed) || index.table() != null && changesByItself(index.stored()))
                .toList();
    }

    public boolean changesIndexes(List<String> changed) {
        return !indexesOf(changed).isEmpty();
    }

    /** Generated columns, and those with ON UPDATE. */
    private boolean changesByItself(Table stored) {
        for (Column column : columns) {
            if ((column.generated() || column.onUpdate() != null) && stored.column(column.name()) != null) {
                return true;
            }
        }
        return false;
    }

    public enum Kind {
        /** Whole in the home schema. */
        SINGLE,
        /** Whole in the schema of the database's own name on every Group. */
        BROADCAST,
        /** Cut into partitions; its face in the home schema is empty. */
        SHARDED,
        /** On one session's own connection to the home instance, in that session's view of the catalog alone. */
        TEMPORARY
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

    /** Whether all of it is on the home instance and nowhere else. */
    public boolean isAtHome() {
        return kind == Kind.SINGLE || kind == Kind.TEMPORARY;
    }

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

    /** The key that tells rows apart: the primary key, else a unique one that takes no NULL; null if there is neither. */
    public @Nullable Key identifyingKey() {
        Key primary = primaryKey();
        if (primary != null) {
            return primary;
        }
        for (Key key : keys) {
            if (key.unique() && !key.prefixed() && key.columns().stream().noneMatch(this::isNullable)) {
                return key;
            }
        }
        return null;
    }

    private boolean isNullable(String name) {
        Column column = column(name);
        return column == null || column.nullable();
    }
}
