package drds.atom;

import io.netty.buffer.ByteBuf;

/** COM_STMT_EXECUTE's parameters for a statement that has each of them several times. */
final class RepeatedParameters {
    private RepeatedParameters() {}

    /**
     * @param parameters the NULL bitmap, the mark that types follow, the types and the values; not owned
     * @param count how many they are
     */
    static void write(ByteBuf out, ByteBuf parameters, int count, int times) {
        if (count == 0) {
            return;
        }
        int start = parameters.readerIndex();
        int nulls = out.writerIndex();
        out.writeZero((count * times + 7) / 8);
        for (int i = 0; i < count * times; i++) {
            int of = i % count;
            if ((parameters.getByte(start + of / 8) >> of % 8 & 1) != 0) {
                out.setByte(nulls + i / 8, out.getByte(nulls + i / 8) | 1 << i % 8);
            }
        }
        out.writeByte(1);
        int types = start + (count + 7) / 8 + 1;
        for (int i = 0; i < times; i++) {
            out.writeBytes(parameters, types, 2 * count);
        }
        int values = types + 2 * count;
        for (int i = 0; i < times; i++) {
            out.writeBytes(parameters, values, parameters.writerIndex() - values);
        }
    }
}
