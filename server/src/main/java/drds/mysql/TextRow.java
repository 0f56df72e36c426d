package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A view on a row of the text protocol that finds the columns without decoding them. Reusable; it does not own the payload.
 */
public final class TextRow {
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int size;
    private @Nullable ByteBuf payload;

    /** Looks at another row. */
    public TextRow reset(ByteBuf row, int columns) {
        if (offsets.length < columns) {
            offsets = new int[columns];
            lengths = new int[columns];
        }
        payload = row;
        size = columns;
        int start = row.readerIndex();
        for (int i = 0; i < columns; i++) {
            long length = LengthEncoded.readInt(row);
            offsets[i] = row.readerIndex();
            lengths[i] = (int) length;
            if (length > 0) {
                row.skipBytes((int) length);
            }
        }
        row.readerIndex(start);
        return this;
    }

    public int size() {
        return size;
    }

    public boolean isNull(int column) {
        return lengths[column] < 0;
    }

    /** Where the column's bytes begin in the payload. */
    public int offset(int column) {
        return offsets[column];
    }

    /** How many they are, -1 for NULL. */
    public int length(int column) {
        return lengths[column];
    }

    public byte @Nullable [] bytes(int column) {
        if (lengths[column] < 0) {
            return null;
        }
        byte[] bytes = new byte[lengths[column]];
        payload().getBytes(offsets[column], bytes);
        return bytes;
    }

    /** The column as text in UTF-8. */
    public @Nullable String string(int column) {
        return lengths[column] < 0
                ? null
                : payload().toString(offsets[column], lengths[column], StandardCharsets.UTF_8);
    }

    /** The column with its length before it, as it stands in the row. */
    public void copy(int column, ByteBuf out) {
        if (lengths[column] < 0) {
            out.writeByte(0xfb);
        } else {
            LengthEncoded.writeInt(out, lengths[column]);
            out.writeBytes(payload(), offsets[column], lengths[column]);
        }
    }

    public ByteBuf payload() {
        ByteBuf row = payload;
        if (row == null) {
            throw new IllegalStateException("no row");
        }
        return row;
    }
}
