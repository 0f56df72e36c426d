package drds.analyzer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON_TABLE and whatever else gives rows without being a table or a query. */
public final class OpaqueSource implements Source {
    private final @Nullable String correlationName;

    OpaqueSource(@Nullable String correlationName) {
        this.correlationName = correlationName;
    }

    @Override
    public @Nullable String correlationName() {
        return correlationName;
    }

    @Override
    public @Nullable List<String> columnNames() {
        return null;
    }

    @Override
    public @Nullable List<String> starColumns() {
        return null;
    }
}
