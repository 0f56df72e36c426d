package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowRelayTest {
    private static final int FIRST_NUMBER_OUT = 7;

    private final ScriptedConnection client = new ScriptedConnection();
    private final PacketChannel to = new PacketChannel(client, 1 << 30);
    private PacketChannel from = new PacketChannel(client, 1 << 30);

    private RowRelay relay(byte[] answer, int pieceBytes, BooleanSupplier stop) {
        from = new PacketChannel(ScriptedConnection.of(answer, pieceBytes), 1 << 30);
        from.sequence(1);
        to.sequence(FIRST_NUMBER_OUT);
        return new RowRelay(from, true, to, stop);
    }

    /** Rows of rising length, the first with that number, and an end. */
    private static byte[] rows(int count, int number) {
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            int length = 1 + i * 37 % 400;
            all.writeMediumLE(length).writeByte(number + i).writeByte(length % 250);
            all.writeZero(length - 1);
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    private static byte[] ended(byte[] rows, int number) {
        byte[] all = Arrays.copyOf(rows, rows.length + 4 + 7);
        all[rows.length] = 7;
        all[rows.length + 3] = (byte) number;
        all[rows.length + 4] = (byte) 0xfe;
        return all;
    }

    private byte[] passed() {
        to.flush();
        return client.written();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 100, 4096, 1 << 20})
    void passesRowsWithNumbersOfItsOwnAndLeavesTheEnd(int pieceBytes) {
        RowRelay relay = relay(ended(rows(300, 1), 301), pieceBytes, () -> false);
        assertThat(relay.run()).isEqualTo(300);
        assertThat(passed()).isEqualTo(rows(300, FIRST_NUMBER_OUT));
        ByteBuf end = from.readPacket();
        assertThat(end).isNotNull();
        assertThat(end.getUnsignedByte(end.readerIndex())).isEqualTo((short) 0xfe);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 100, 4096})
    void stopsBehindARowAndLeavesTheOthersToBeRead(int pieceBytes) {
        byte[] all = ended(rows(300, 1), 301);
        int[] asked = new int[1];
        RowRelay relay = relay(all, pieceBytes, () -> ++asked[0] >= 3);
        int passed = (int) relay.run();
        assertThat(passed).isBetween(1, 299);
        assertThat(relay.insideRow()).isFalse();
        assertThat(passed()).isEqualTo(rows(passed, FIRST_NUMBER_OUT));
        int left = 0;
        for (ByteBuf row = from.readPacket(); row != null; row = from.readPacket()) {
            left++;
        }
        assertThat(left).isEqualTo(300 - passed + 1);
    }

    @Test
    void aLossBetweenRowsLeavesTheClientFree() {
        RowRelay relay = relay(rows(30, 1), 1 << 20, () -> false);
        assertThatThrownBy(relay::run).isInstanceOf(ConnectionLostException.class);
        assertThat(relay.insideRow()).isFalse();
        assertThat(passed()).isEqualTo(rows(30, FIRST_NUMBER_OUT));
    }

    @Test
    void aLossInARowIsKnown() {
        byte[] rows = rows(30, 1);
        RowRelay relay = relay(Arrays.copyOf(rows, rows.length - 1), 100, () -> false);
        assertThatThrownBy(relay::run).isInstanceOf(ConnectionLostException.class);
        assertThat(relay.insideRow()).isTrue();
    }
}
