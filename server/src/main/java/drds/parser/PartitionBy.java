package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's PARTITION BY or SUBPARTITION BY.
 *
 * @param span from PARTITION (SUBPARTITION) to the end of the definitions (for a subpartition: of its number)
 * @param expression of HASH, RANGE, LIST; null for KEY and COLUMNS
 * @param columns of KEY, RANGE COLUMNS, LIST COLUMNS; empty {@code KEY ()} means the primary key
 * @param partitions 0 where PARTITIONS (SUBPARTITIONS) isn't given
 */
public record PartitionBy(
        Span span,
        boolean linear,
        Kind kind,
        @Nullable Expression expression,
        List<Identifier> columns,
        int partitions,
        @Nullable PartitionBy subpartitionBy,
        List<Definition> definitions)
        implements Node {
    public enum Kind {
        HASH,
        KEY,
        RANGE,
        RANGE_COLUMNS,
        LIST,
        LIST_COLUMNS,
        /** MariaDB's history partitions. */
        SYSTEM_TIME
    }

    public PartitionBy {
        columns = List.copyOf(columns);
        definitions = List.copyOf(definitions);
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, expression);
        Node.each(action, columns);
        Node.each(action, subpartitionBy);
        Node.each(action, definitions);
    }

    /** {@code PARTITION name [VALUES ...] [options] [(SUBPARTITION ...)]}. */
    public record Definition(
            Span span,
            Identifier name,
            @Nullable Values values,
            List<TableOption> options,
            List<Definition> subpartitions)
            implements Node {
        public Definition {
            options = List.copyOf(options);
            subpartitions = List.copyOf(subpartitions);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, values);
            Node.each(action, options);
            Node.each(action, subpartitions);
        }
    }

    /** What a partition holds. */
    public sealed interface Values extends Node {}

    /** {@code VALUES LESS THAN (a, b)}; a bound may be {@link Expression.MaxValue}. */
    public record LessThan(Span span, List<Expression> bounds) implements Values {
        public LessThan {
            bounds = List.copyOf(bounds);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, bounds);
        }
    }

    /** {@code VALUES IN (a, (b, c))}; tuples are {@link Expression.Row}. */
    public record In(Span span, List<Expression> values) implements Values {
        public In {
            values = List.copyOf(values);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, values);
        }
    }

    /** MariaDB's DEFAULT, HISTORY and CURRENT partitions; {@code word} in upper case. */
    public record Special(Span span, String word) implements Values {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
