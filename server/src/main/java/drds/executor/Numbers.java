package drds.executor;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Numbers in the texts of variables. */
final class Numbers {
    private Numbers() {}

    static OptionalLong parse(@Nullable String text) {
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.strip().replace("'", "")));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
