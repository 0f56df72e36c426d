package drds.parser;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The name of a table or another object of a schema, {@code name} or {@code schema.name}; the span covers both. */
public record QualifiedName(Span span, @Nullable Identifier schema, Identifier name) implements Node {
    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, schema, name);
    }

    @Override
    public String toString() {
        return schema == null ? name.text() : schema.text() + "." + name.text();
    }
}
