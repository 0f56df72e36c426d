package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code FOR UPDATE}, {@code FOR SHARE}, {@code LOCK IN SHARE MODE}.
 *
 * @param tables of MySQL's {@code OF t1, t2}
 * @param waitSeconds of MariaDB's {@code WAIT n}
 */
public record Locking(
        Span span,
        Strength strength,
        List<Identifier> tables,
        boolean noWait,
        boolean skipLocked,
        @Nullable Expression waitSeconds)
        implements Node {
    public enum Strength {
        UPDATE,
        SHARE
    }

    public Locking {
        tables = List.copyOf(tables);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, tables);
        Node.each(action, waitSeconds);
    }
}
