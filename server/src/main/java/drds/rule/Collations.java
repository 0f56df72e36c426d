package drds.rule;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The collations whose weights DRDS can compute: binary ones always, others after they were learned
 * ({@link CollationLearner}). Immutable; the lookups are pure. Two texts have the same weight exactly when MySQL takes them
 * as equal.
 */
public record Collations(Map<String, CollationWeights> learned) {
    public static final Collations BINARY_ONLY = new Collations(Map.of());

    public Collations {
        learned = Map.copyOf(learned);
    }

    public Collations with(CollationWeights weights) {
        Map<String, CollationWeights> all = new HashMap<>(learned);
        all.put(weights.collation(), weights);
        return new Collations(all);
    }

    /** Whether a key of this type needs its collation learned before anything can be computed. */
    public boolean lacks(KeyType type) {
        return type.kind() instanceof KeyType.Kind.Text
                && type.collation() != null
                && !isBinary(type)
                && !learned.containsKey(type.collation());
    }

    /** The weight of a text in a column of this type; empty: ask an instance, or don't prune. */
    public Optional<Bytes> weight(KeyType type, String text) {
        if (!isCertain(text)) {
            return Optional.empty();
        }
        if (isBinary(type)) {
            boolean narrow = "utf8mb3".equals(type.characterSet())
                    || "utf8".equals(type.characterSet())
                    || "ucs2".equals(type.characterSet());
            return narrow && text.codePoints().anyMatch(c -> c > 0xffff)
                    ? Optional.empty()
                    : Optional.of(binaryWeight(type, text));
        }
        CollationWeights weights = weights(type);
        return weights == null ? Optional.empty() : weights.weightString(text).map(w -> new Bytes(weights.cut(w)));
    }

    /** The weight under a binary collation of what an instance says is the stored text. */
    static Bytes binaryWeight(KeyType type, String text) {
        boolean pads = padsByName(type.collation());
        int end = text.length();
        while (pads && end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return new Bytes(text.substring(0, end).getBytes(StandardCharsets.UTF_8));
    }

    static boolean padsByName(@Nullable String collation) {
        return collation != null && !collation.contains("nopad") && !collation.contains("0900");
    }

    /** A weight string that an instance gave, brought to the form of {@link #weight}. */
    Bytes cut(KeyType type, byte[] weightString) {
        CollationWeights weights = weights(type);
        return new Bytes(weights == null ? weightString : weights.cut(weightString));
    }

    /** Whether equality under the type's collation is equality of code points (trailing spaces aside). */
    static boolean isBinary(KeyType type) {
        String collation = type.collation();
        String set = type.characterSet();
        return collation == null || set == null || collation.endsWith("_bin") && isUnicode(set);
    }

    static boolean isUnicode(String characterSet) {
        return characterSet.startsWith("utf") || characterSet.equals("ucs2");
    }

    private @Nullable CollationWeights weights(KeyType type) {
        String collation = type.collation();
        return collation == null ? null : learned.get(collation);
    }

    /** Replacement characters and lone surrogates stand for something that was not decoded. */
    private static boolean isCertain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0xd800) {
                continue;
            }
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0xfffd || Character.isSurrogate(c) && !pair) {
                return false;
            }
            if (pair) {
                i++;
            }
        }
        return true;
    }
}
