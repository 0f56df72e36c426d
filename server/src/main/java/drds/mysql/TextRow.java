package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A view on a row of the text protocol. */
public final class TextRow extends RowView {
    /** Looks at another row. */
    public TextRow reset(ByteBuf row, int columns) {
        look(row, columns);
        int start = row.readerIndex();
        for (int i = 0; i < columns; i++) {
            found(i, row, (int) LengthEncoded.readInt(row));
        }
        row.readerIndex(start);
        return this;
    }

    /** The column as text in UTF-8. */
    public @Nullable String string(int column) {
        return isNull(column) ? null : payload().toString(offset(column), length(column), StandardCharsets.UTF_8);
    }

    /** The column with its length before it, as it stands in the row. */
    public void copy(int column, ByteBuf out) {
        if (isNull(column)) {
            out.writeByte(0xfb);
        } else {
            LengthEncoded.writeInt(out, length(column));
            out.writeBytes(payload(), offset(column), length(column));
        }
    }
}
