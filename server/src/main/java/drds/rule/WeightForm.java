package drds.rule;

import java.nio.charset.StandardCharsets;

/** How a text's weight falls into characters, for functions that look at a part of a key. */
enum WeightForm {
    /** The bytes themselves. */
    BYTES,
    /** UTF-8: _bin collations of Unicode. */
    UTF_8,
    /** Two bytes a character (or, under a UCA collation, a weight). */
    WORDS;

    static WeightForm of(KeyType type) {
        String collation = type.collation();
        if (type.kind() instanceof KeyType.Kind.Binary || collation == null || collation.equals("binary")) {
            return BYTES;
        }
        boolean unicode = collation.startsWith("utf8")
                || collation.startsWith("ucs2")
                || collation.startsWith("utf16")
                || collation.startsWith("utf32")
                || collation.startsWith("uca1400");
        if (!unicode) {
            return BYTES;
        }
        return collation.endsWith("_bin") ? UTF_8 : WORDS;
    }

    int[] units(byte[] weight) {
        return switch (this) {
            case UTF_8 ->
                new String(weight, StandardCharsets.UTF_8).codePoints().toArray();
            case BYTES -> {
                int[] units = new int[weight.length];
                for (int i = 0; i < units.length; i++) {
                    units[i] = weight[i] & 0xff;
                }
                yield units;
            }
            case WORDS -> {
                int[] units = new int[(weight.length + 1) / 2];
                for (int i = 0; i < weight.length; i++) {
                    units[i / 2] = units[i / 2] << 8 | weight[i] & 0xff;
                }
                yield units;
            }
        };
    }

    static long hash(int[] units, int from, int to) {
        byte[] bytes = new byte[(to - from) * 4];
        for (int i = from; i < to; i++) {
            int at = (i - from) * 4;
            bytes[at] = (byte) (units[i] >>> 24);
            bytes[at + 1] = (byte) (units[i] >>> 16);
            bytes[at + 2] = (byte) (units[i] >>> 8);
            bytes[at + 3] = (byte) units[i];
        }
        return StableHash.of(bytes);
    }
}
