package drds.mysql;

import io.netty.buffer.ByteBuf;

/**
 * One column of a result set.
 *
 * @param table the alias, {@code orgTable} the table's own name; likewise the column's
 * @param collation MySQL's collation number of the values as sent, 63 for binary
 * @param length the display length in bytes
 * @param type one of {@link FieldType}
 * @param decimals digits after the point, 31 (39 in MariaDB) if not fixed
 */
public record ColumnDefinition(
        String catalog,
        String schema,
        String table,
        String orgTable,
        String name,
        String orgName,
        int collation,
        long length,
        int type,
        int flags,
        int decimals) {

    /** A text column that belongs to no table, as DRDS's own SHOW statements give. */
    public static ColumnDefinition text(String name) {
        return new ColumnDefinition(
                "def", "", "", "", name, "", FieldType.UTF8MB4_GENERAL_CI, 1024, FieldType.VAR_STRING, 0, 39);
    }

    /** A column of short texts as bytes that belongs to no table. */
    public static ColumnDefinition bytes(String name) {
        return new ColumnDefinition(
                "def",
                "",
                "",
                "",
                name,
                "",
                FieldType.BINARY_COLLATION,
                128,
                FieldType.STRING,
                FieldType.BINARY_FLAG,
                0);
    }

    /** A BIGINT column that belongs to no table. */
    public static ColumnDefinition number(String name) {
        return new ColumnDefinition(
                "def",
                "",
                "",
                "",
                name,
                "",
                FieldType.BINARY_COLLATION,
                21,
                FieldType.LONGLONG,
                FieldType.BINARY_FLAG | FieldType.NUM_FLAG,
                0);
    }

    public boolean unsigned() {
        return (flags & FieldType.UNSIGNED_FLAG) != 0;
    }

    public boolean binary() {
        return collation == FieldType.BINARY_COLLATION;
    }

    public ColumnDefinition withNames(String newSchema, String newTable, String newOrgTable) {
        return new ColumnDefinition(
                catalog, newSchema, newTable, newOrgTable, name, orgName, collation, length, type, flags, decimals);
    }

    public ColumnDefinition withName(String newName) {
        return new ColumnDefinition(
                catalog, schema, table, orgTable, newName, orgName, collation, length, type, flags, decimals);
    }

    public static ColumnDefinition read(ByteBuf in) {
        String catalog = LengthEncoded.readString(in);
        String schema = LengthEncoded.readString(in);
        String table = LengthEncoded.readString(in);
        String orgTable = LengthEncoded.readString(in);
        String name = LengthEncoded.readString(in);
        String orgName = LengthEncoded.readString(in);
        LengthEncoded.readInt(in);
        int collation = in.readUnsignedShortLE();
        long length = in.readUnsignedIntLE();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedShortLE();
        int decimals = in.readUnsignedByte();
        return new ColumnDefinition(
                catalog, schema, table, orgTable, name, orgName, collation, length, type, flags, decimals);
    }

    public void write(ByteBuf out) {
        LengthEncoded.writeString(out, catalog);
        LengthEncoded.writeString(out, schema);
        LengthEncoded.writeString(out, table);
        LengthEncoded.writeString(out, orgTable);
        LengthEncoded.writeString(out, name);
        LengthEncoded.writeString(out, orgName);
        LengthEncoded.writeInt(out, 12);
        out.writeShortLE(collation)
                .writeIntLE((int) length)
                .writeByte(type)
                .writeShortLE(flags)
                .writeByte(decimals)
                .writeShortLE(0);
    }
}
