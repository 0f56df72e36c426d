package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.mysql.LengthEncoded;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row: as an instance sent it (its payload and where each value lies), or made by DRDS from values as text. */
public sealed interface Row {
    boolean isNull(int column);

    /** The value as the text protocol writes it, null for NULL. */
    byte @Nullable [] text(int column);

    /** Gives the row's memory back. */
    void release();

    /** How much memory the row holds, about. */
    int sizeBytes();

    /** A row of the text protocol. */
    final class Text implements Row {
        private final ByteBuf payload;
        private final int[] starts;
        private final int[] lengths;

        /** Owns the payload. */
        public Text(ByteBuf payload, int columns) {
            this.payload = payload;
            starts = new int[columns + 1];
            lengths = new int[columns];
            int at = payload.readerIndex();
            for (int i = 0; i < columns; i++) {
                int first = payload.getUnsignedByte(at);
                long length = switch (first) {
                    case 0xfb -> -1;
                    case 0xfc -> payload.getUnsignedShortLE(at + 1);
                    case 0xfd -> payload.getUnsignedMediumLE(at + 1);
                    case 0xfe -> payload.getLongLE(at + 1);
                    default -> first;
                };
                at += first == 0xfc ? 3 : first == 0xfd ? 4 : first == 0xfe ? 9 : 1;
                starts[i] = at;
                lengths[i] = (int) length;
                at += Math.max(0, (int) length);
            }
            starts[columns] = at;
        }

        @Override
        public boolean isNull(int column) {
            return lengths[column] < 0;
        }

        @Override
        public byte @Nullable [] text(int column) {
            if (lengths[column] < 0) {
                return null;
            }
            byte[] bytes = new byte[lengths[column]];
            payload.getBytes(starts[column], bytes);
            return bytes;
        }

        /** The payload of the first columns alone; the caller's from here on, this row's no more. */
        public ByteBuf take(int visibleColumns) {
            if (visibleColumns < lengths.length) {
                int end = visibleColumns == 0
                        ? payload.readerIndex()
                        : starts[visibleColumns - 1] + Math.max(0, lengths[visibleColumns - 1]);
                payload.writerIndex(end);
            }
            return payload;
        }

        @Override
        public void release() {
            payload.release();
        }

        @Override
        public int sizeBytes() {
            return payload.readableBytes() + 16 * lengths.length + 100;
        }
    }

    /** A row of the binary protocol. */
    final class Binary implements Row {
        private final ByteBuf payload;
        private final List<ColumnDefinition> columns;
        private final int[] starts;
        private final int[] ends;

        /** Owns the payload. */
        public Binary(ByteBuf payload, List<ColumnDefinition> columns) {
            this.payload = payload;
            this.columns = columns;
            int count = columns.size();
            starts = new int[count];
            ends = new int[count];
            int bitmap = payload.readerIndex() + 1;
            ByteBuf in = payload.duplicate();
            in.readerIndex(bitmap + (count + 9) / 8);
            for (int i = 0; i < count; i++) {
                starts[i] = in.readerIndex();
                boolean isNull = (payload.getByte(bitmap + (i + 2) / 8) >> ((i + 2) % 8) & 1) != 0;
                if (!isNull) {
                    skip(in, columns.get(i).type());
                }
                ends[i] = isNull ? -1 : in.readerIndex();
            }
        }

        private static void skip(ByteBuf in, int type) {
            switch (type) {
                case FieldType.TINY -> in.skipBytes(1);
                case FieldType.SHORT, FieldType.YEAR -> in.skipBytes(2);
                case FieldType.LONG, FieldType.INT24, FieldType.FLOAT -> in.skipBytes(4);
                case FieldType.LONGLONG, FieldType.DOUBLE -> in.skipBytes(8);
                case FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP, FieldType.TIME ->
                    in.skipBytes(in.readUnsignedByte());
                case FieldType.NULL -> {}
                default -> in.skipBytes((int) LengthEncoded.readInt(in));
            }
        }

        @Override
        public boolean isNull(int column) {
            return ends[column] < 0;
        }

        @Override
        public byte @Nullable [] text(int column) {
            return ends[column] < 0 ? null : BinaryText.of(payload, starts[column], ends[column], columns.get(column));
        }

        /** The payload of the first columns alone; the caller's from here on, this row's no more. */
        public ByteBuf take(int visibleColumns) {
            int count = columns.size();
            if (visibleColumns >= count) {
                return payload;
            }
            int begin = payload.readerIndex();
            int values = begin + 1 + (count + 9) / 8;
            int end = values;
            for (int i = 0; i < visibleColumns; i++) {
                end = Math.max(end, ends[i]);
            }
            int bitmapBytes = (visibleColumns + 9) / 8;
            ByteBuf cut = payload.alloc().buffer(1 + bitmapBytes + end - values);
            cut.writeBytes(payload, begin, 1 + bitmapBytes);
            int usedBits = (visibleColumns + 2) % 8;
            if (usedBits != 0) {
                int last = bitmapBytes;
                cut.setByte(last, cut.getByte(last) & ((1 << usedBits) - 1));
            }
            cut.writeBytes(payload, values, end - values);
            payload.release();
            return cut;
        }

        @Override
        public void release() {
            payload.release();
        }

        @Override
        public int sizeBytes() {
            return payload.readableBytes() + 8 * starts.length + 100;
        }
    }

    /** A row that DRDS made. */
    record Made(byte[] @Nullable [] values) implements Row {
        @Override
        public boolean isNull(int column) {
            return values[column] == null;
        }

        @Override
        public byte @Nullable [] text(int column) {
            return values[column];
        }

        @Override
        public void release() {}

        @Override
        public int sizeBytes() {
            int size = 50;
            for (byte @Nullable [] value : values) {
                size += value == null ? 8 : 24 + value.length;
            }
            return size;
        }
    }
}
