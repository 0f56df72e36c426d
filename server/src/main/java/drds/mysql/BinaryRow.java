package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view on a row of the binary protocol that finds the columns without decoding them. Reusable; it does not own the payload.
 */
public final class BinaryRow {
    private static final int HEADER_BYTES = 1;
    /** The row's NULL bitmap begins with two unused bits. */
    private static final int NULL_OFFSET_BITS = 2;

    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private List<ColumnDefinition> columns = List.of();
    private @Nullable ByteBuf payload;

    /** Looks at another row. */
    public BinaryRow reset(ByteBuf row, List<ColumnDefinition> definitions) {
        int size = definitions.size();
        if (offsets.length < size) {
            offsets = new int[size];
            lengths = new int[size];
        }
        payload = row;
        columns = definitions;
        int start = row.readerIndex();
        int nulls = start + HEADER_BYTES;
        row.skipBytes(HEADER_BYTES + nullBytes(size));
        for (int i = 0; i < size; i++) {
            if (isNullBit(row, nulls, i)) {
                offsets[i] = row.readerIndex();
                lengths[i] = -1;
            } else {
                int length = BinaryValue.length(row, definitions.get(i).type());
                offsets[i] = row.readerIndex();
                lengths[i] = length;
                row.skipBytes(length);
            }
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

    public int size() {
        return columns.size();
    }

    public boolean isNull(int column) {
        return lengths[column] < 0;
    }

    /** Where the column's bytes begin, after the length that some types have. */
    public int offset(int column) {
        return offsets[column];
    }

    public int length(int column) {
        return lengths[column];
    }

    /** The column's bytes as sent. */
    public byte @Nullable [] bytes(int column) {
        if (lengths[column] < 0) {
            return null;
        }
        byte[] bytes = new byte[lengths[column]];
        payload().getBytes(offsets[column], bytes);
        return bytes;
    }

    /** The column as the text protocol would give it (without ZEROFILL). */
    public byte @Nullable [] text(int column) {
        return lengths[column] < 0
                ? null
                : BinaryValue.toText(payload(), offsets[column], lengths[column], columns.get(column));
    }

    private ByteBuf payload() {
        ByteBuf row = payload;
        if (row == null) {
            throw new IllegalStateException("no row");
        }
        return row;
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
        byte[][] values = new byte[columns.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.bytes(i);
        }
        write(out, columns, values);
        return out;
    }
}
