package drds.mysql;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * caching_sha2_password. The fast path needs {@code SHA256(SHA256(password))}, which a server has only from an earlier full
 * authentication; the full one sends the password itself, over TLS or encrypted with the server's RSA key.
 */
public final class CachingSha2 {
    public static final String PLUGIN = "caching_sha2_password";

    /** Bytes of an AuthMoreData packet. */
    public static final int REQUEST_PUBLIC_KEY = 2;

    public static final int FAST_OK = 3;
    public static final int FULL_NEEDED = 4;

    private static final String STORED_PREFIX = "$A$005$";
    private static final int SALT_BYTES = 20;
    private static final int ROUNDS = 5000;
    private static final String CIPHER = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

    private CachingSha2() {}

    /** What the client sends first: {@code SHA256(p) XOR SHA256(SHA256(SHA256(p)), nonce)}; nothing for no password. */
    public static byte[] scramble(String password, byte[] nonce) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = sha256(password.getBytes(StandardCharsets.UTF_8));
        return NativePassword.xor(once, sha256(sha256(once), nonce));
    }

    /** What the fast path compares with. */
    public static byte[] doubleHash(String password) {
        return sha256(sha256(password.getBytes(StandardCharsets.UTF_8)));
    }

    /** The fast path. */
    public static boolean verify(byte[] sent, byte[] nonce, byte[] doubleHash) {
        if (sent.length != doubleHash.length) {
            return false;
        }
        byte[] once = NativePassword.xor(sent, sha256(doubleHash, nonce));
        return MessageDigest.isEqual(sha256(once), doubleHash);
    }

    /** The stored form, as in mysql.user. @param salt 20 bytes, none of them 0 or '$' */
    public static String store(String password, byte[] salt) {
        if (password.isEmpty()) {
            return "";
        }
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("the salt has 20 bytes");
        }
        return STORED_PREFIX
                + new String(salt, StandardCharsets.ISO_8859_1)
                + Sha256Crypt.hash(password.getBytes(StandardCharsets.UTF_8), salt, ROUNDS);
    }

    /** Whether a password fits the stored form; takes milliseconds. */
    public static boolean verifyStored(String password, String stored) {
        if (stored.isEmpty() || password.isEmpty()) {
            return stored.isEmpty() && password.isEmpty();
        }
        if (!stored.startsWith("$A$") || stored.length() <= STORED_PREFIX.length() + SALT_BYTES) {
            return false;
        }
        int rounds = Integer.parseInt(stored.substring(3, 6), 16) * 1000;
        byte[] salt = stored.substring(STORED_PREFIX.length(), STORED_PREFIX.length() + SALT_BYTES)
                .getBytes(StandardCharsets.ISO_8859_1);
        String hash = Sha256Crypt.hash(password.getBytes(StandardCharsets.UTF_8), salt, rounds);
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII),
                stored.substring(STORED_PREFIX.length() + SALT_BYTES).getBytes(StandardCharsets.US_ASCII));
    }

    /** The client's side of the full authentication without TLS. @param pem the server's public key */
    public static byte[] encrypt(String password, byte[] nonce, String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PublicKey key = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        byte[] text = (password + "\0").getBytes(StandardCharsets.UTF_8);
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(NativePassword.xor(text, nonce));
    }

    /** The server's side of it. */
    public static String decrypt(byte[] sent, byte[] nonce, PrivateKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(Cipher.DECRYPT_MODE, key);
        return password(NativePassword.xor(cipher.doFinal(sent), nonce));
    }

    /** The password from its bytes with a zero at the end. */
    public static String password(byte[] zeroTerminated) {
        int end = 0;
        while (end < zeroTerminated.length && zeroTerminated[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOf(zeroTerminated, end), StandardCharsets.UTF_8);
    }

    public static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static byte[] sha256(byte[]... parts) {
        return NativePassword.digest("SHA-256", parts);
    }
}
