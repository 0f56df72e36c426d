package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One action of ALTER TABLE; actions are separated by commas that belong to none of them. */
public sealed interface AlterAction extends Node {

    /** FIRST, or AFTER a column; null for {@code after} means FIRST. */
    record Position(Span span, @Nullable Identifier after) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, after);
        }
    }

    /** {@code ADD [COLUMN] definition [position]}, or {@code ADD (elements)}. */
    record Add(
            Span span,
            boolean ifNotExists,
            List<TableElement> elements,
            @Nullable Position position) implements AlterAction {
        public Add {
            elements = List.copyOf(elements);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, elements);
            Node.each(action, position);
        }
    }

    /** {@code MODIFY [COLUMN] definition [position]}. */
    record ModifyColumn(
            Span span,
            boolean ifExists,
            ColumnDefinition column,
            @Nullable Position position) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, column, position);
        }
    }

    /** {@code CHANGE [COLUMN] oldName definition [position]}. */
    record ChangeColumn(
            Span span,
            boolean ifExists,
            Identifier oldName,
            ColumnDefinition column,
            @Nullable Position position) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, oldName, column, position);
        }
    }

    /** DROP of something; {@code name} is null for the primary key. */
    record Drop(
            Span span,
            What what,
            boolean ifExists,
            @Nullable Identifier name) implements AlterAction {
        public enum What {
            COLUMN,
            INDEX,
            PRIMARY_KEY,
            FOREIGN_KEY,
            CONSTRAINT,
            PERIOD,
            SYSTEM_VERSIONING
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name);
        }
    }

    /** {@code RENAME COLUMN a TO b}, {@code RENAME INDEX a TO b}. */
    record RenamePart(Span span, boolean index, boolean ifExists, Identifier from, Identifier to)
            implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, from, to);
        }
    }

    /** {@code RENAME [TO] table}. */
    record RenameTo(Span span, QualifiedName to) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(to);
        }
    }

    /** {@code ALTER [COLUMN] c SET DEFAULT value | DROP DEFAULT}; {@code value} is null for DROP. */
    record ColumnDefault(
            Span span,
            boolean ifExists,
            Identifier column,
            @Nullable Expression value) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, column, value);
        }
    }

    /** {@code ALTER INDEX i VISIBLE | INVISIBLE | IGNORED | NOT IGNORED}, {@code ALTER COLUMN c SET VISIBLE}, {@code ALTER CHECK c ENFORCED}. */
    record AlterPart(Span span, String kind, Identifier name, String setting) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** {@code CONVERT TO CHARACTER SET charset [COLLATE collation]}. */
    record ConvertCharset(
            Span span, String charset, @Nullable Identifier collation) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, collation);
        }
    }

    record Option(Span span, TableOption option) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(option);
        }
    }

    record Order(Span span, OrderBy orderBy) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(orderBy);
        }
    }

    /** {@code ALGORITHM = x}, {@code LOCK = x}; both in upper case. */
    record AlgorithmOrLock(Span span, String name, String value) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** DRDS: {@code DBPARTITION BY ...}, {@code BROADCAST}, {@code SINGLE}. */
    record Redistribute(Span span, Distribution distribution) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(distribution);
        }
    }

    /** {@code PARTITION BY ...}. */
    record Repartition(Span span, PartitionBy partitionBy) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(partitionBy);
        }
    }

    /**
     * ADD, CONVERT, DROP, TRUNCATE, COALESCE, REORGANIZE, EXCHANGE, ANALYZE, CHECK, OPTIMIZE, REBUILD, REPAIR, DISCARD,
     * IMPORT or REMOVE of partitions.
     *
     * @param verb in upper case
     * @param partitions the names given; empty for ALL and where only a number is given
     */
    record Partitions(Span span, String verb, List<Identifier> partitions, List<PartitionBy.Definition> definitions)
            implements AlterAction {
        public Partitions {
            partitions = List.copyOf(partitions);
            definitions = List.copyOf(definitions);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, partitions);
            Node.each(action, definitions);
        }
    }

    /** Anything else by its words in upper case: FORCE, {@code ENABLE KEYS}, {@code DISCARD TABLESPACE}, {@code ADD SYSTEM VERSIONING}, ... */
    record Other(Span span, String words) implements AlterAction {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
