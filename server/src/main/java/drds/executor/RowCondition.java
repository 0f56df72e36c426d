package drds.executor;

import drds.catalog.Table.Column;
import io.netty.buffer.ByteBuf;
import java.util.Locale;

/** A condition that a column has exactly a value, under the settings of {@link CopyLoading#exact}. */
final class RowCondition {
    private final Column column;
    private final LoadedColumn loaded;
    private final boolean binary;
    private final boolean text;

    /** @param binary whether text must have the same bytes, and not only be equal in its collation */
    RowCondition(Column column, boolean binary) {
        this.column = column;
        this.loaded = LoadedColumn.of(column);
        this.binary = binary;
        this.text = loaded.form() == LoadedColumn.Form.BYTES && column.characterSet() != null;
    }

    /** The column as it is compared. */
    String name() {
        boolean rounded = column.dataType().toLowerCase(Locale.ROOT).equals("float");
        return rounded ? loaded.selectItem() : text && binary ? "BINARY " + loaded.name() : loaded.name();
    }

    void write(ByteBuf row, int offset, int length, ByteBuf sql) {
        PlacedChanges.text(sql, name());
        if (length < 0) {
            PlacedChanges.text(sql, " IS NULL");
            return;
        }
        PlacedChanges.text(sql, " = ");
        value(row, offset, length, sql);
    }

    /** The value alone. Text keeps its character set and collation, so that an index is used. */
    void value(ByteBuf row, int offset, int length, ByteBuf sql) {
        boolean collated = text && !binary;
        if (collated) {
            PlacedChanges.text(sql, "_" + column.characterSet());
        }
        loaded.write(row, offset, length, sql);
        if (collated) {
            PlacedChanges.text(sql, " COLLATE " + column.collation());
        }
    }
}
