package drds.rule;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was learned of one collation from a server: the weight of each character, where a string's weight is nothing but its
 * characters' weights one after the other; immutable.
 *
 * @param collation the name as information_schema.COLUMNS gives it
 * @param padSpace whether 'a' = 'a ' under it
 * @param space the weight of a space
 * @param pages the weights by code point: page (code point >> 8), then position; a missing page or weight is unknown; null
 *     for a collation under which a string's weight is something else
 * @param supplementary the weight of every character beyond the BMP; null if unknown
 */
public record CollationWeights(
        String collation,
        boolean padSpace,
        byte[] space,
        byte @Nullable [] @Nullable [] @Nullable [] pages,
        byte @Nullable [] supplementary) {

    static final int PAGE = 256;

    /** Exactly what WEIGHT_STRING gives, trailing spaces included; empty if a character's weight is unknown. */
    public Optional<byte[]> weightString(String text) {
        if (pages == null) {
            return Optional.empty();
        }
        ByteArrayOutputStream weight = new ByteArrayOutputStream(text.length() * 2);
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            byte[] part = weight(character);
            if (part == null) {
                return Optional.empty();
            }
            weight.writeBytes(part);
            i += Character.charCount(character);
        }
        return Optional.of(weight.toByteArray());
    }

    private byte @Nullable [] weight(int character) {
        if (character > 0xffff) {
            return supplementary;
        }
        byte @Nullable [] @Nullable [] page = pages == null ? null : pages[character >> 8];
        return page == null ? null : page[character & 0xff];
    }

    /** The weight without what padding adds: equal for equal strings. */
    byte[] cut(byte[] weight) {
        if (!padSpace || space.length == 0) {
            return weight;
        }
        int end = weight.length;
        while (end >= space.length && Arrays.equals(weight, end - space.length, end, space, 0, space.length)) {
            end -= space.length;
        }
        return end == weight.length ? weight : Arrays.copyOf(weight, end);
    }
}
