package drds.parser;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code LIMIT count}, {@code LIMIT offset, count}, {@code LIMIT count OFFSET offset}, and the standard's
 * {@code OFFSET n ROWS FETCH FIRST m ROWS ONLY}.
 *
 * @param count null only for an OFFSET without FETCH or for ROWS EXAMINED alone
 * @param withTies FETCH ... WITH TIES
 * @param rowsExamined MariaDB's {@code ROWS EXAMINED n}
 */
public record Limit(
        Span span,
        @Nullable Expression count,
        @Nullable Expression offset,
        boolean withTies,
        @Nullable Expression rowsExamined)
        implements Node {
    @Override
    public void forEachChild(Consumer<? super Node> action) {
        if (count != null && offset != null && offset.start() < count.start()) {
            Node.each(action, offset, count, rowsExamined);
        } else {
            Node.each(action, count, offset, rowsExamined);
        }
    }
}
