package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementCharsetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "utf8mb4", "utf8mb3", "latin1", "ascii", "binary", "latin2", "cp1251", "gbk", "big5", "sjis", "euckr"
            })
    void anyBytesComeBackAsTheyWere(String name) {
        StatementCharset charset = StatementCharset.of(name);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(charset.encode(charset.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void charactersAreRead() {
        assertThat(StatementCharset.UTF8.decode("SELECT 'ä😀\uFFFD'".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("SELECT 'ä😀\uFFFD'");
        assertThat(StatementCharset.of("latin1").decode(new byte[] {(byte) 0xE4, (byte) 0x80}))
                .isEqualTo("ä€");
    }

    @Test
    void aByteThatIsNoCharacterIsKept() {
        assertThat(StatementCharset.UTF8.decode(new byte[] {'a', (byte) 0xFF, 'b'}))
                .isEqualTo("a\uDCFFb");
    }

    @Test
    void whatMysqlRefusesIsRefused() {
        assertThat(StatementCharset.of("utf16")).isNull();
    }
}
