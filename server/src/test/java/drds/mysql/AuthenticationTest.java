package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SALT = "ABCDEFGHIJKLMNOPQRST".getBytes(StandardCharsets.US_ASCII);

    /** The value that PASSWORD('password') has in MySQL 5.7. */
    @Test
    void storesNativePasswordsAsMysqlDoes() {
        assertThat(NativePassword.store("password")).isEqualTo("*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
    }

    /** The first vector of the SHA-crypt specification. */
    @Test
    void hashesAsSha256Crypt() {
        byte[] password = "Hello world!".getBytes(StandardCharsets.US_ASCII);
        assertThat(Sha256Crypt.hash(password, "saltstring".getBytes(StandardCharsets.US_ASCII), 5000))
                .isEqualTo("5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "secret",
                "pässwörd",
                "a password that is longer than any block of SHA-256, which has 64 bytes"
            })
    void knowsTheRightPassword(String password) throws Exception {
        String stored = NativePassword.store(password);
        assertThat(NativePassword.verify(NativePassword.scramble(password, NONCE), NONCE, stored))
                .isTrue();
        assertThat(NativePassword.verify(NativePassword.scramble(password + "x", NONCE), NONCE, stored))
                .isFalse();
        assertThat(NativePassword.verify(new byte[0], NONCE, stored)).isFalse();

        String sha = CachingSha2.store(password, SALT);
        assertThat(sha).startsWith("$A$005$ABCDEFGHIJKLMNOPQRST").hasSize(70);
        assertThat(CachingSha2.verifyStored(password, sha)).isTrue();
        assertThat(CachingSha2.verifyStored(password + "x", sha)).isFalse();
        byte[] twice = CachingSha2.doubleHash(password);
        assertThat(CachingSha2.verify(CachingSha2.scramble(password, NONCE), NONCE, twice))
                .isTrue();
        assertThat(CachingSha2.verify(CachingSha2.scramble("other", NONCE), NONCE, twice))
                .isFalse();

        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        byte[] sent = CachingSha2.encrypt(password, NONCE, CachingSha2.pem(keys.getPublic()));
        assertThat(CachingSha2.decrypt(sent, NONCE, keys.getPrivate())).isEqualTo(password);
    }

    @Test
    void noPasswordIsOnlyRightWhereNoneIsStored() {
        assertThat(NativePassword.verify(new byte[0], NONCE, "")).isTrue();
        assertThat(NativePassword.verify(NativePassword.scramble("x", NONCE), NONCE, ""))
                .isFalse();
        assertThat(CachingSha2.verifyStored("", "")).isTrue();
        assertThat(CachingSha2.verifyStored("", CachingSha2.store("x", SALT))).isFalse();
    }
}
