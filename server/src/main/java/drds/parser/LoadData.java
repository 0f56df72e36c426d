package drds.parser;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * LOAD DATA and LOAD XML.
 *
 * @param fields null where there is no FIELDS or COLUMNS clause
 * @param ignoreLines of {@code IGNORE n LINES}; 0 where there is none
 * @param targets columns and user variables in parentheses, in order; empty where there is no list
 */
public record LoadData(
        Span span,
        boolean xml,
        boolean local,
        Set<DataChange.Modifier> modifiers,
        String file,
        QualifiedName table,
        List<Identifier> partitions,
        @Nullable Identifier charset,
        @Nullable Fields fields,
        @Nullable Lines lines,
        long ignoreLines,
        List<Expression> targets,
        List<DataChange.ColumnValue> values)
        implements DataChange {
    public LoadData {
        modifiers = Set.copyOf(modifiers);
        partitions = List.copyOf(partitions);
        targets = List.copyOf(targets);
        values = List.copyOf(values);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        action.accept(table);
        Node.each(action, partitions);
        Node.each(action, charset, fields, lines);
        Node.each(action, targets);
        Node.each(action, values);
    }

    /** {@code FIELDS TERMINATED BY ... [OPTIONALLY] ENCLOSED BY ... ESCAPED BY ...}; null where not written. */
    public record Fields(
            Span span,
            @Nullable String terminatedBy,
            boolean optionally,
            @Nullable String enclosedBy,
            @Nullable String escapedBy)
            implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code LINES STARTING BY ... TERMINATED BY ...}; null where not written. */
    public record Lines(
            Span span,
            @Nullable String startingBy,
            @Nullable String terminatedBy) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
