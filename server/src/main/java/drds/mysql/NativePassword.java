package drds.mysql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** mysql_native_password. */
public final class NativePassword {
    public static final String PLUGIN = "mysql_native_password";

    private NativePassword() {}

    /** What the client sends: {@code SHA1(password) XOR SHA1(nonce, SHA1(SHA1(password)))}; nothing for no password. */
    public static byte[] scramble(String password, byte[] nonce) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = sha1(password.getBytes(StandardCharsets.UTF_8));
        return xor(once, sha1(nonce, sha1(once)));
    }

    /** The stored form: {@code *} and the hex of {@code SHA1(SHA1(password))}; empty for no password. */
    public static String store(String password) {
        return password.isEmpty()
                ? ""
                : "*"
                        + HexFormat.of()
                                .formatHex(sha1(sha1(password.getBytes(StandardCharsets.UTF_8))))
                                .toUpperCase(Locale.ROOT);
    }

    /** Whether what a client sent fits the stored form. */
    public static boolean verify(byte[] sent, byte[] nonce, String stored) {
        if (stored.isEmpty() || sent.length == 0) {
            return stored.isEmpty() && sent.length == 0;
        }
        if (sent.length != 20 || stored.length() != 41) {
            return false;
        }
        byte[] twice = HexFormat.of().parseHex(stored, 1, stored.length());
        byte[] once = xor(sent, sha1(nonce, twice));
        return MessageDigest.isEqual(sha1(once), twice);
    }

    static byte[] xor(byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i % b.length]);
        }
        return result;
    }

    private static byte[] sha1(byte[]... parts) {
        return digest("SHA-1", parts);
    }

    static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
