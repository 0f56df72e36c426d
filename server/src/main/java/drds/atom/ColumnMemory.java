package drds.atom;

import drds.mysql.ColumnDefinition;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that an answer had when they were read last: the same bytes mean the same columns. For any thread. */
public final class ColumnMemory {
    private volatile Seen seen = new Seen(new byte[0][], List.of());

    private record Seen(byte[][] packets, List<ColumnDefinition> columns) {}

    /** Reads one packet a column. @param next gives them; each is released here */
    List<ColumnDefinition> read(int count, java.util.function.Supplier<ByteBuf> next) {
        Seen known = seen;
        int same = 0;
        @Nullable ByteBuf other = null;
        while (known.packets.length == count && same < count && other == null) {
            ByteBuf packet = next.get();
            if (equal(packet, known.packets[same])) {
                packet.release();
                same++;
            } else {
                other = packet;
            }
        }
        return same == count ? known.columns : learn(known, same, other, count, next);
    }

    private List<ColumnDefinition> learn(
            Seen known, int same, @Nullable ByteBuf other, int count, java.util.function.Supplier<ByteBuf> next) {
        byte[][] packets = new byte[count][];
        List<ColumnDefinition> columns = new ArrayList<>(known.columns.subList(0, same));
        System.arraycopy(known.packets, 0, packets, 0, same);
        for (int i = same; i < count; i++) {
            ByteBuf packet = i == same && other != null ? other : next.get();
            try {
                packets[i] = new byte[packet.readableBytes()];
                packet.getBytes(packet.readerIndex(), packets[i]);
                columns.add(ColumnDefinition.read(packet));
            } finally {
                packet.release();
            }
        }
        List<ColumnDefinition> all = List.copyOf(columns);
        seen = new Seen(packets, all);
        return all;
    }

    private static boolean equal(ByteBuf packet, byte[] bytes) {
        int start = packet.readerIndex();
        if (packet.readableBytes() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (packet.getByte(start + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
