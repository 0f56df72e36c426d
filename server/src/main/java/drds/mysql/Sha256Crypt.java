package drds.mysql;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 crypt of Unix (akkadia.org/drepper/SHA-crypt.txt) with MySQL's longer salt. */
final class Sha256Crypt {
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BLOCK = 32;

    private Sha256Crypt() {}

    /** The hash's 43 characters, without prefix and salt. */
    static String hash(byte[] password, byte[] salt, int rounds) {
        MessageDigest sha = sha256();
        sha.update(password);
        sha.update(salt);
        sha.update(password);
        byte[] b = sha.digest();

        sha.update(password);
        sha.update(salt);
        updateRepeated(sha, b, password.length);
        for (int n = password.length; n > 0; n >>= 1) {
            sha.update((n & 1) != 0 ? b : password);
        }
        byte[] a = sha.digest();

        for (int i = 0; i < password.length; i++) {
            sha.update(password);
        }
        byte[] p = repeat(sha.digest(), password.length);
        for (int i = 0; i < 16 + (a[0] & 0xff); i++) {
            sha.update(salt);
        }
        byte[] s = repeat(sha.digest(), salt.length);

        byte[] c = a;
        for (int round = 0; round < rounds; round++) {
            boolean odd = (round & 1) != 0;
            sha.update(odd ? p : c);
            if (round % 3 != 0) {
                sha.update(s);
            }
            if (round % 7 != 0) {
                sha.update(p);
            }
            sha.update(odd ? c : p);
            c = sha.digest();
        }
        return encode(c);
    }

    private static void updateRepeated(MessageDigest sha, byte[] block, int length) {
        int left = length;
        for (; left > BLOCK; left -= BLOCK) {
            sha.update(block);
        }
        sha.update(block, 0, left);
    }

    private static byte[] repeat(byte[] block, int length) {
        byte[] result = new byte[length];
        for (int i = 0; i < length; i += BLOCK) {
            System.arraycopy(block, 0, result, i, Math.min(BLOCK, length - i));
        }
        return result;
    }

    private static String encode(byte[] c) {
        StringBuilder out = new StringBuilder(43);
        // The triples of bytes are 0-10-20, 21-1-11, 12-22-2, 3-13-23 and so on: each is the last one turned, plus one.
        int[] triple = {0, 10, 20};
        for (int i = 0; i < 10; i++) {
            append(out, (c[triple[0]] & 0xff) << 16 | (c[triple[1]] & 0xff) << 8 | (c[triple[2]] & 0xff), 4);
            triple = new int[] {triple[2] + 1, triple[0] + 1, triple[1] + 1};
        }
        append(out, (c[31] & 0xff) << 8 | (c[30] & 0xff), 3);
        return out.toString();
    }

    private static void append(StringBuilder out, int bits, int characters) {
        int rest = bits;
        for (int i = 0; i < characters; i++) {
            out.append(ALPHABET.charAt(rest & 0x3f));
            rest >>= 6;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
