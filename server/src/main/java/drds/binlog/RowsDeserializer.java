package drds.binlog;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rows of tables that are wanted, and passes over those of others without looking at them. */
final class RowsDeserializer implements EventDataDeserializer<RowsDeserializer.Changes> {
    private final Map<Long, TableMapEventData> tables;
    private final BinlogReader.Wanted wanted;
    private final Verb verb;
    private final boolean extra;

    enum Verb {
        INSERT,
        UPDATE,
        DELETE
    }

    /** @param table null if nobody wants it */
    record Changes(@Nullable TableShape table, List<BinlogEvent.Change> rows) implements EventData {
        private static final long serialVersionUID = 1;
    }

    /** @param extra whether the event is of the second version, which has room for more */
    RowsDeserializer(Map<Long, TableMapEventData> tables, BinlogReader.Wanted wanted, Verb verb, boolean extra) {
        this.tables = tables;
        this.wanted = wanted;
        this.verb = verb;
        this.extra = extra;
    }

    @Override
    public Changes deserialize(ByteArrayInputStream in) throws IOException {
        TableMapEventData table = tables.get(in.readLong(6));
        if (table == null) {
            throw new IOException("rows of a table that the binary log hasn't named");
        }
        TableShape shape = wanted.shape(table.getDatabase(), table.getTable());
        if (shape == null) {
            return new Changes(null, List.of()); // the rest of the event is skipped by the caller
        }
        skip(in, 2);
        if (extra) {
            skip(in, in.readInteger(2) - 2);
        }
        int columns = in.readPackedInteger();
        if (columns != shape.columns().size()) {
            throw new IOException("rows of " + shape.name() + " have " + columns + " columns, not "
                    + shape.columns().size());
        }
        BitSet first = in.readBitSet(columns, true);
        BitSet second = verb == Verb.UPDATE ? in.readBitSet(columns, true) : first;
        List<BinlogEvent.Change> rows = new ArrayList<>();
        while (in.available() > 0) {
            byte[] @Nullable [] image = row(in, table, shape, first);
            rows.add(
                    switch (verb) {
                        case INSERT -> new BinlogEvent.Change(null, image);
                        case UPDATE -> new BinlogEvent.Change(image, row(in, table, shape, second));
                        case DELETE -> new BinlogEvent.Change(image, null);
                    });
        }
        return new Changes(shape, rows);
    }

    private static byte[] @Nullable [] row(
            ByteArrayInputStream in, TableMapEventData table, TableShape shape, BitSet included) throws IOException {
        int columns = shape.columns().size();
        byte[] @Nullable [] values = new byte[columns][];
        BitSet nulls = in.readBitSet(included.cardinality(), true);
        int place = 0;
        for (int i = 0; i < columns; i++) {
            if (!included.get(i)) {
                continue;
            }
            values[i] = nulls.get(place)
                    ? ValueLiteral.NULL
                    : CellDecoder.read(
                            shape.columns().get(i), table.getColumnTypes()[i] & 0xff, table.getColumnMetadata()[i], in);
            place++;
        }
        return values;
    }

    private static void skip(ByteArrayInputStream in, int bytes) throws IOException {
        in.read(bytes);
    }
}
