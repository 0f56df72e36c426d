package drds.analyzer;

import drds.parser.Expression.ColumnReference;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.Statement;
import drds.parser.Update;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the analyzer found in a statement.
 *
 * @param tables every place that names a stored table, in the order in which they were found
 * @param blocks every query block, outer ones before inner ones
 * @param target the table of an INSERT or REPLACE
 */
public record Analysis(
        ParsedStatement parsed,
        List<TableUse> tables,
        List<Block> blocks,
        Map<Select, Block> blockOf,
        Map<ColumnReference, Resolution> resolutions,
        Map<Query, QuerySource> derived,
        List<CommonTableDefinition> commonTables,
        @Nullable TableUse target,
        Traits traits) {

    public Statement statement() {
        return parsed.statement();
    }

    public String source() {
        return parsed.source();
    }

    public List<TableUse> shardedTables() {
        return tables.stream().filter(TableUse::isSharded).toList();
    }

    public boolean hasSharded() {
        return tables.stream().anyMatch(TableUse::isSharded);
    }

    public Resolution resolution(ColumnReference reference) {
        return resolutions.getOrDefault(reference, Resolution.UNKNOWN);
    }

    /** The column of a source that a reference certainly means, else null. */
    public @Nullable Column column(ColumnReference reference) {
        return resolution(reference) instanceof Resolution.OfSource(Column column) ? column : null;
    }

    /** Whether an UPDATE assigns the column: a subquery may then see its old value or, behind the assignment, its new one. */
    public boolean isAssigned(Column column) {
        return statement() instanceof Update update
                && update.values().stream()
                        .anyMatch(value -> value.column() instanceof ColumnReference reference
                                && column.equals(column(reference)));
    }

    /** The block of a query that is one SELECT (parentheses around it passed over), else null. */
    public @Nullable Block block(Query query) {
        return switch (query) {
            case Select select -> blockOf.get(select);
            case Query.ParenthesizedQuery inner
            when inner.with() == null && inner.orderBy() == null && inner.limit() == null -> block(inner.query());
            case Query.ParenthesizedQuery inner -> null;
            case Query.SetOperation operation -> null;
            case Query.ValuesQuery values -> null;
            case Query.TableQuery table -> null;
        };
    }
}
