package drds.parser;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A column of CREATE TABLE or ALTER TABLE.
 *
 * @param type null only where MariaDB allows none (ROW START/END, generated columns of CREATE ... SELECT)
 */
public record ColumnDefinition(
        Span span, Identifier name, @Nullable DataType type, List<ColumnAttribute> attributes) implements TableElement {
    public ColumnDefinition {
        attributes = List.copyOf(attributes);
    }

    public <T extends ColumnAttribute> Optional<T> attribute(Class<T> kind) {
        return attributes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    public boolean has(Class<? extends ColumnAttribute> kind) {
        return attributes.stream().anyMatch(kind::isInstance);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, name, type);
        Node.each(action, attributes);
    }
}
