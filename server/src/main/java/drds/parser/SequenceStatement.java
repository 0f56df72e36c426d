package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements about sequences (DRDS's, of which MariaDB's are nearly a part). */
public sealed interface SequenceStatement extends DataDefinition {

    /** {@code CREATE [OR REPLACE] [GROUP | SIMPLE | TIME] SEQUENCE [IF NOT EXISTS] s options}; {@code kind} null where none is given. */
    record CreateSequence(
            Span span,
            boolean orReplace,
            boolean temporary,
            boolean ifNotExists,
            @Nullable SequenceKind kind,
            QualifiedName name,
            Options options)
            implements SequenceStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, options);
        }
    }

    /** {@code ALTER SEQUENCE s [CHANGE TO kind] options}. */
    record AlterSequence(
            Span span,
            boolean ifExists,
            QualifiedName name,
            @Nullable SequenceKind changeTo,
            Options options) implements SequenceStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, options);
        }
    }

    record DropSequence(Span span, boolean temporary, boolean ifExists, List<QualifiedName> names)
            implements SequenceStatement {
        public DropSequence {
            names = List.copyOf(names);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, names);
        }
    }

    record RenameSequence(Span span, QualifiedName from, QualifiedName to) implements SequenceStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, from, to);
        }
    }

    /**
     * Options of a sequence; null where not given.
     *
     * @param cycle true for CYCLE, false for NOCYCLE
     * @param cache 0 for NOCACHE
     * @param restarts RESTART is written, with a number or without
     * @param unitIndex of {@code UNIT COUNT n INDEX i}
     * @param noMinValue NO MINVALUE is written, as {@code noMaxValue}
     */
    record Options(
            Span span,
            @Nullable Long startWith,
            @Nullable Long incrementBy,
            @Nullable Long minValue,
            boolean noMinValue,
            @Nullable Long maxValue,
            boolean noMaxValue,
            @Nullable Boolean cycle,
            @Nullable Long cache,
            boolean restarts,
            @Nullable Long restart,
            @Nullable Long unitCount,
            @Nullable Long unitIndex)
            implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
