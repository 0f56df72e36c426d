package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static ColumnDefinition column(int type, int flags, int decimals) {
        return new ColumnDefinition("def", "", "", "", "c", "c", 63, 20, type, flags, decimals);
    }

    @ParameterizedTest
    @CsvSource({
        "1,0,0,-128",
        "1,32,0,255",
        "2,0,0,-32768",
        "2,32,0,65535",
        "3,0,0,-2147483648",
        "3,32,0,4294967295",
        "9,0,0,-5",
        "8,0,0,-9223372036854775808",
        "8,32,0,18446744073709551615",
        "13,32,0,2026",
        "5,0,31,1.5",
        "5,0,31,1e20",
        "5,0,31,-0.001",
        "5,0,2,1.50",
        "4,0,31,0.1",
        "10,0,0,2026-11-24",
        "10,0,0,0000-00-00",
        "12,0,0,2026-11-24 08:30:00",
        "12,0,6,2026-11-24 08:30:00.123456",
        "12,0,3,2026-11-24 00:00:00.500",
        "12,0,0,0000-00-00 00:00:00",
        "7,0,0,1970-01-02 00:00:00",
        "11,0,0,-838:59:59",
        "11,0,6,12:00:00.000001",
        "11,0,0,00:00:00",
        "246,0,2,123456789.25",
        "253,0,0,text"
    })
    void textBecomesBinaryAndTextAgain(int type, int flags, int decimals, String text) {
        List<ColumnDefinition> columns = List.of(column(type, flags, decimals));
        ByteBuf row = Unpooled.buffer();
        BinaryRow.write(row, columns, new byte[][] {text.getBytes(StandardCharsets.UTF_8)});
        byte[] again = new BinaryRow().reset(row, columns).text(0);
        assertThat(again).isNotNull();
        assertThat(new String(again, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void nullsAreBits() {
        List<ColumnDefinition> columns = List.of(
                column(3, 0, 0),
                column(253, 0, 0),
                column(3, 0, 0),
                column(253, 0, 0),
                column(3, 0, 0),
                column(3, 0, 0),
                column(3, 0, 0),
                column(3, 0, 0));
        byte[][] values = new byte[8][];
        values[1] = "b".getBytes(StandardCharsets.US_ASCII);
        values[7] = "8".getBytes(StandardCharsets.US_ASCII);
        ByteBuf row = Unpooled.buffer();
        BinaryRow.write(row, columns, values);
        BinaryRow view = new BinaryRow().reset(row, columns);
        for (int i = 0; i < 8; i++) {
            assertThat(view.isNull(i)).isEqualTo(i != 1 && i != 7);
        }
        assertThat(view.text(7)).isEqualTo(values[7]);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 250, 251, 65535, 65536, 16777215, 16777216, Long.MAX_VALUE})
    void lengthsComeBack(long value) {
        ByteBuf buffer = Unpooled.buffer();
        LengthEncoded.writeInt(buffer, value);
        assertThat(LengthEncoded.readInt(buffer)).isEqualTo(value);
        assertThat(buffer.isReadable()).isFalse();
    }

    @Test
    void handshakePacketsComeBack() {
        byte[] nonce = "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
        ByteBuf buffer = Unpooled.buffer();
        Handshake.Greeting greeting = new Handshake.Greeting(
                "11.4.5-MariaDB-DRDS", 77, nonce, Capabilities.OFFERED, 45, 2, CachingSha2.PLUGIN);
        greeting.write(buffer);
        Handshake.Greeting read = Handshake.Greeting.read(buffer);
        assertThat(read.version()).isEqualTo(greeting.version());
        assertThat(read.connectionId()).isEqualTo(77);
        assertThat(read.nonce()).isEqualTo(nonce);
        assertThat(read.capabilities()).isEqualTo(greeting.capabilities());
        assertThat(read.plugin()).isEqualTo(CachingSha2.PLUGIN);
    }
}
