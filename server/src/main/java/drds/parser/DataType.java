package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column or a cast.
 *
 * @param span all of it, with its attributes
 * @param name in upper case as written, words separated by one space: {@code INT}, {@code DOUBLE PRECISION}
 * @param parameters lengths, scales, and the (unescaped) members of ENUM and SET, in order
 * @param charset of CHARACTER SET; {@code ASCII}, {@code UNICODE} and {@code BYTE} are given as such
 * @param array MySQL's {@code CAST(... AS UNSIGNED ARRAY)}
 */
public record DataType(
        Span span,
        String name,
        List<String> parameters,
        boolean unsigned,
        boolean zerofill,
        @Nullable Identifier charset,
        @Nullable Identifier collation,
        boolean array)
        implements Node {
    public DataType {
        parameters = List.copyOf(parameters);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, charset, collation);
    }
}
