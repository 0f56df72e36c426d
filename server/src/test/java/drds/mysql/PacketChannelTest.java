package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketChannelTest {
    private static byte[] written(byte[] payload) {
        ScriptedConnection connection = new ScriptedConnection();
        PacketChannel channel = new PacketChannel(connection, 1 << 30);
        channel.writePacket(Unpooled.wrappedBuffer(payload));
        channel.flush();
        return connection.written();
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 8191, 8192, 70_000, 0xffffff - 1, 0xffffff, 0xffffff + 1, 2 * 0xffffff, 40_000_000})
    void whatIsWrittenIsRead(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        byte[] packets = written(payload);
        assertThat(packets).hasSize(length + 4 * (length / 0xffffff + 1));
        for (int pieceBytes : new int[] {65_536, 1 << 28}) {
            PacketChannel channel = new PacketChannel(ScriptedConnection.of(packets, pieceBytes), 1 << 30);
            ByteBuf read = channel.readPacket();
            assertThat(read).isNotNull();
            assertThat(bytes(read)).isEqualTo(payload);
            assertThat(channel.readPacket()).isNull();
        }
    }

    @Test
    void readsByteByByte() {
        byte[] packets = written(new byte[] {1, 2, 3});
        PacketChannel channel = new PacketChannel(ScriptedConnection.of(packets, 1), 100);
        ByteBuf read = channel.readPacket();
        assertThat(read).isNotNull();
        assertThat(bytes(read)).containsExactly(1, 2, 3);
    }

    @Test
    void encodesInPlaceAcrossTheLimitOfOnePacket() {
        ScriptedConnection connection = new ScriptedConnection();
        PacketChannel channel = new PacketChannel(connection, 1 << 30);
        channel.begin().writeZero(0xffffff + 5);
        channel.end();
        channel.begin().writeByte(9);
        channel.end();
        channel.flush();
        PacketChannel reader = new PacketChannel(ScriptedConnection.of(connection.written(), 1 << 20), 1 << 30);
        ByteBuf first = reader.readPacket();
        ByteBuf second = reader.readPacket();
        assertThat(first).isNotNull();
        assertThat(second).isNotNull();
        assertThat(bytes(first)).hasSize(0xffffff + 5);
        assertThat(bytes(second)).containsExactly(9);
    }

    @Test
    void refusesWhatIsTooLongAndReadsOn() {
        byte[] packets = written(new byte[0xffffff + 2000]);
        PacketChannel channel = new PacketChannel(ScriptedConnection.of(packets, 50_000), 0xffffff + 1000);
        assertThatThrownBy(channel::readPacket)
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(1153));
        channel.skipRefused();
        assertThat(channel.readPacket()).isNull();
    }

    @Test
    void refusesPacketsOutOfOrder() {
        PacketChannel channel = new PacketChannel(ScriptedConnection.of(new byte[] {1, 0, 0, 7, 1}, 5), 100);
        assertThatThrownBy(channel::readPacket)
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(1156));
    }

    @Test
    void anEndInsideAPacketIsALoss() {
        PacketChannel channel = new PacketChannel(ScriptedConnection.of(new byte[] {9, 0, 0, 0, 1}, 5), 100);
        assertThatThrownBy(channel::readPacket).isInstanceOf(ConnectionLostException.class);
    }
}
