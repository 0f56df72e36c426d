package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A primary key, a unique constraint or an index, in CREATE TABLE, ALTER TABLE or CREATE INDEX.
 *
 * @param constraint of {@code CONSTRAINT name}
 * @param name null where none is given
 * @param using BTREE, HASH, RTREE; null where none is given
 * @param global for DRDS's global indexes, which instances do not know
 */
public record IndexDefinition(
        Span span,
        Kind kind,
        @Nullable Identifier constraint,
        @Nullable Identifier name,
        @Nullable String using,
        List<KeyPart> parts,
        List<TableOption> options,
        @Nullable Global global)
        implements TableElement {
    public enum Kind {
        PRIMARY,
        UNIQUE,
        INDEX,
        FULLTEXT,
        SPATIAL,
        VECTOR
    }

    public IndexDefinition {
        parts = List.copyOf(parts);
        options = List.copyOf(options);
    }

    /** The columns of the index; expressions are left out. */
    public List<String> columnNames() {
        return parts.stream()
                .map(KeyPart::column)
                .filter(column -> column != null)
                .map(Identifier::text)
                .toList();
    }

    @Override
    public void forEachChild(Consumer<? super Node> action) {
        Node.each(action, constraint, name);
        Node.each(action, parts);
        Node.each(action, options);
        Node.each(action, global);
    }

    /**
     * A column of an index, or an expression.
     *
     * @param prefixLength -1 where the whole column is indexed
     * @param withoutOverlaps MariaDB's {@code period WITHOUT OVERLAPS}
     */
    public record KeyPart(
            Span span,
            @Nullable Identifier column,
            @Nullable Expression expression,
            int prefixLength,
            OrderBy.@Nullable Direction direction,
            boolean withoutOverlaps)
            implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, column, expression);
        }
    }

    /** {@code GLOBAL [CLUSTERED] ... [COVERING (...)] [DBPARTITION BY ...]}; its span is that of the index. */
    public record Global(
            Span span,
            boolean clustered,
            List<Identifier> covering,
            @Nullable Distribution distribution) implements Node {
        public Global {
            covering = List.copyOf(covering);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, covering);
            Node.each(action, distribution);
        }
    }
}
