package drds.rule;

import java.nio.charset.StandardCharsets;

/**
 * The hash of everything that is not an integer. It decides where rows lie, so it never changes: 64-bit FNV-1a over the
 * bytes, then the finalizer of MurmurHash3 (fmix64), the sign bit cleared; the empty string gives 0, as NULL does.
 */
final class StableHash {
    private StableHash() {}

    static long of(byte[] bytes) {
        if (bytes.length == 0) {
            return 0;
        }
        long hash = 0xcbf29ce484222325L;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return mix(hash) & Long.MAX_VALUE;
    }

    /** A number that MySQL would use in arithmetic becomes itself, everything else its hash. Never negative as unsigned. */
    static long of(KeyValue value) {
        return switch (value) {
            case KeyValue.Null() -> 0;
            case KeyValue.Int(var number) -> number.abs().longValue();
            case KeyValue.Text(var text, var weight) -> of(weight.array());
            case KeyValue.Time(var time) -> of(time.toString().getBytes(StandardCharsets.US_ASCII));
            case KeyValue.Other(var canonical) -> of(canonical.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** The hash of several columns: order matters. */
    static long combine(long first, long second) {
        return mix(first * 0x9e3779b97f4a7c15L + second) & Long.MAX_VALUE;
    }

    private static long mix(long value) {
        long hash = value;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
