package drds.ddl;

import drds.parser.SqlText;

/** A table by its schema, logical or physical, and its name. */
public record TableName(String schema, String table) implements Comparable<TableName> {
    /** As SQL. */
    String quoted() {
        return SqlText.qualified(schema, table);
    }

    @Override
    public int compareTo(TableName that) {
        int order = schema.compareTo(that.schema);
        return order != 0 ? order : table.compareTo(that.table);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
