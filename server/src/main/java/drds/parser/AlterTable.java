package drds.parser;

import java.util.List;
import java.util.function.Consumer;

/** {@code ALTER [IGNORE] TABLE [IF EXISTS] table action, action ...}. */
public record AlterTable(Span span, boolean ignore, boolean ifExists, QualifiedName table, List<AlterAction> actions)
        implements DataDefinition {
    public AlterTable {
        actions = List.copyOf(actions);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        action.accept(table);
        Node.each(action, actions);
    }
}
