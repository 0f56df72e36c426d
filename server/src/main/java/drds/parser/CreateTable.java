package drds.parser;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * CREATE TABLE in all forms.
 *
 * @param elementsSpan the list of columns and indexes with its parentheses; null where there is none
 * @param like of {@code CREATE TABLE a LIKE b}
 * @param options in the order of the text
 * @param partitionBy MySQL's own PARTITION BY
 * @param distribution DRDS's DBPARTITION BY ..., BROADCAST or SINGLE, whose span can be cut out of the text
 * @param query of {@code CREATE TABLE ... SELECT}
 * @param querySpan from AS, IGNORE or REPLACE to the end of the query; null where there is no query
 */
public record CreateTable(
        Span span,
        boolean orReplace,
        boolean temporary,
        boolean ifNotExists,
        QualifiedName table,
        @Nullable Span elementsSpan,
        List<TableElement> elements,
        @Nullable QualifiedName like,
        List<TableOption> options,
        @Nullable PartitionBy partitionBy,
        @Nullable Distribution distribution,
        @Nullable Query query,
        @Nullable Span querySpan)
        implements DataDefinition {
    public CreateTable {
        elements = List.copyOf(elements);
        options = List.copyOf(options);
    }

    public List<ColumnDefinition> columns() {
        return elements.stream()
                .filter(ColumnDefinition.class::isInstance)
                .map(ColumnDefinition.class::cast)
                .toList();
    }

    public List<IndexDefinition> indexes() {
        return elements.stream()
                .filter(IndexDefinition.class::isInstance)
                .map(IndexDefinition.class::cast)
                .toList();
    }

    /** The table option of that (upper case) name. */
    public Optional<TableOption> option(String name) {
        return options.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** The primary key's columns, declared with the table or with a column; empty where there is none. */
    public List<String> primaryKey() {
        for (IndexDefinition index : indexes()) {
            if (index.kind() == IndexDefinition.Kind.PRIMARY) {
                return index.columnNames();
            }
        }
        return columns().stream()
                .filter(column -> column.has(ColumnAttribute.PrimaryKey.class))
                .map(column -> column.name().text())
                .toList();
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        action.accept(table);
        Node.each(action, elements);
        Node.each(action, like);
        Node.each(action, options);
        Node.each(action, partitionBy, distribution, query);
    }
}
