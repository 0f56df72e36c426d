package drds.mysql;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A view on a row that knows where its columns lie without decoding them. Reusable; it does not own the payload. */
abstract sealed class RowView permits TextRow, BinaryRow {
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int size;
    private @Nullable ByteBuf payload;

    /** Looks at another row, whose columns {@link #found} tells one by one. */
    final void look(ByteBuf row, int columns) {
        if (offsets.length < columns) {
            offsets = new int[columns];
            lengths = new int[columns];
        }
        payload = row;
        size = columns;
    }

    /** The row is read at a column's bytes now, which are skipped. @param length of them, -1 for NULL */
    final void found(int column, ByteBuf row, int length) {
        offsets[column] = row.readerIndex();
        lengths[column] = length;
        if (length > 0) {
            row.skipBytes(length);
        }
    }

    public final int size() {
        return size;
    }

    public final boolean isNull(int column) {
        return lengths[column] < 0;
    }

    /** Where the column's bytes begin in the payload, after their length. */
    public final int offset(int column) {
        return offsets[column];
    }

    /** How many they are, -1 for NULL. */
    public final int length(int column) {
        return lengths[column];
    }

    /** The column's bytes as sent. */
    public final byte @Nullable [] bytes(int column) {
        if (lengths[column] < 0) {
            return null;
        }
        byte[] bytes = new byte[lengths[column]];
        payload().getBytes(offsets[column], bytes);
        return bytes;
    }

    /** The bytes of all columns. */
    public final byte[] @Nullable [] values() {
        byte[] @Nullable [] values = new byte[size][];
        for (int i = 0; i < size; i++) {
            values[i] = bytes(i);
        }
        return values;
    }

    public final ByteBuf payload() {
        ByteBuf row = payload;
        if (row == null) {
            throw new IllegalStateException("no row");
        }
        return row;
    }
}
