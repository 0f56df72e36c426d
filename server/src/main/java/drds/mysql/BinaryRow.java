package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A view on a row of the binary protocol. */
public final class BinaryRow extends RowView {
    private static final int HEADER_BYTES = 1;
    /** The row's NULL bitmap begins with two unused bits. */
    private static final int NULL_OFFSET_BITS = 2;

    private List<ColumnDefinition> columns = List.of();

    /** Looks at another row. */
    public BinaryRow reset(ByteBuf row, List<ColumnDefinition> definitions) {
        int size = definitions.size();
        look(row, size);
        columns = definitions;
        int start = row.readerIndex();
        int nulls = start + HEADER_BYTES;
        row.skipBytes(HEADER_BYTES + nullBytes(size));
        for (int i = 0; i < size; i++) {
            boolean isNull = isNullBit(row, nulls, i);
            found(
                    i,
                    row,
                    isNull ? -1 : BinaryValue.length(row, definitions.get(i).type()));
        }
        row.readerIndex(start);
        return this;
    }

    private static int nullBytes(int columns) {
        return (columns + 7 + NULL_OFFSET_BITS) / 8;
    }

    private static boolean isNullBit(ByteBuf row, int nulls, int column) {
        int bit = column + NULL_OFFSET_BITS;
        return (row.getByte(nulls + bit / 8) & 1 << bit % 8) != 0;
    }

    /** The column as the text protocol would give it (without ZEROFILL). */
    public byte @Nullable [] text(int column) {
        return isNull(column)
                ? null
                : BinaryValue.toText(payload(), offset(column), length(column), columns.get(column));
    }

    /** Writes a row's payload from values given as text. */
    public static void write(ByteBuf out, List<ColumnDefinition> columns, byte[] @Nullable [] values) {
        out.writeByte(0);
        int nulls = out.writerIndex();
        out.writeZero(nullBytes(columns.size()));
        for (int i = 0; i < values.length; i++) {
            byte[] value = values[i];
            if (value == null) {
                int bit = i + NULL_OFFSET_BITS;
                out.setByte(nulls + bit / 8, out.getByte(nulls + bit / 8) | 1 << bit % 8);
            } else {
                BinaryValue.fromText(out, value, columns.get(i));
            }
        }
    }

    /** The binary row of a text row. */
    public static ByteBuf fromText(TextRow row, List<ColumnDefinition> columns, ByteBuf out) {
        write(out, columns, row.values());
        return out;
    }
}
