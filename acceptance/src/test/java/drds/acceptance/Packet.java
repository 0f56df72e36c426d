package drds.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** One packet's body, read from its start on. */
final class Packet {
    private final byte[] bytes;
    private int at;

    Packet(byte[] bytes) {
        this.bytes = bytes;
    }

    int size() {
        return bytes.length;
    }

    /** The first byte of the body, wherever the reading stands. */
    int first() {
        return bytes.length == 0 ? -1 : bytes[0] & 0xff;
    }

    int next() {
        return bytes[at] & 0xff;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    void skip(int count) {
        at += count;
    }

    /** An unsigned integer of {@code size} bytes, little-endian. */
    long fixed(int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes[at++] & 0xffL) << (8 * i);
        }
        return value;
    }

    /** A length-encoded integer. */
    long length() {
        int first = (int) fixed(1);
        return switch (first) {
            case 0xfc -> fixed(2);
            case 0xfd -> fixed(3);
            case 0xfe -> fixed(8);
            default -> first;
        };
    }

    byte[] lengthEncoded() {
        int size = (int) length();
        at += size;
        return Arrays.copyOfRange(bytes, at - size, at);
    }

    String text() {
        return new String(lengthEncoded(), UTF_8);
    }

    String rest() {
        return new String(bytes, at, bytes.length - at, UTF_8);
    }
}
