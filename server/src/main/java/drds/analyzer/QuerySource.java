package drds.analyzer;

import drds.parser.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A derived table, or one place that names a common table expression. */
public final class QuerySource implements Source {
    private final @Nullable String correlationName;
    private final Query query;
    private final @Nullable CommonTableDefinition definition;
    private final boolean lateral;
    private final @Nullable List<String> columns;
    private final Block block;

    QuerySource(
            @Nullable String correlationName,
            Query query,
            @Nullable CommonTableDefinition definition,
            boolean lateral,
            @Nullable List<String> columns,
            Block block) {
        this.correlationName = correlationName;
        this.query = query;
        this.definition = definition;
        this.lateral = lateral;
        this.columns = columns;
        this.block = block;
    }

    public Query query() {
        return query;
    }

    /** The common table expression; null for a derived table. */
    public @Nullable CommonTableDefinition definition() {
        return definition;
    }

    public boolean lateral() {
        return lateral;
    }

    /** The query block whose FROM has it. */
    public Block block() {
        return block;
    }

    @Override
    public @Nullable String correlationName() {
        return correlationName;
    }

    @Override
    public @Nullable List<String> columnNames() {
        return columns;
    }

    @Override
    public @Nullable List<String> starColumns() {
        return columns;
    }
}
