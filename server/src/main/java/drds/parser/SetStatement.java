package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SET of variables; SET PASSWORD alone and SET ROLE are {@link AccountStatement}s. */
public sealed interface SetStatement extends Statement {

    /** {@code SET a = 1, @b := 2, NAMES utf8mb4, ...}; entries may be of different kinds. */
    record SetVariables(Span span, List<Entry> entries) implements SetStatement {
        public SetVariables {
            entries = List.copyOf(entries);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, entries);
        }
    }

    /** MariaDB's {@code SET STATEMENT a = 1 FOR statement}. */
    record SetForStatement(Span span, List<Entry> entries, Statement statement) implements SetStatement {
        public SetForStatement {
            entries = List.copyOf(entries);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, entries);
            action.accept(statement);
        }
    }

    /**
     * {@code SET [GLOBAL | SESSION] TRANSACTION ...}.
     *
     * @param scope null means the next transaction only
     */
    record SetTransaction(
            Span span,
            @Nullable VariableScope scope,
            @Nullable Isolation isolation,
            TransactionStatement.@Nullable AccessMode accessMode)
            implements SetStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    enum Isolation {
        READ_UNCOMMITTED,
        READ_COMMITTED,
        REPEATABLE_READ,
        SERIALIZABLE
    }

    /** One assignment; its span has the scope's word. */
    sealed interface Entry extends Node {}

    /**
     * A system variable (or, in a stored program, a local one).
     *
     * @param scope null where none is written (SESSION is meant, or for {@code @@x} too)
     * @param component what stands before the name with a dot
     * @param name as written
     * @param value {@link Expression.DefaultValue} for DEFAULT; bare words come as {@link Expression.Keyword} (ON, ALL,
     *     BINARY...) or as a column reference of one part
     */
    record SystemVariable(
            Span span,
            @Nullable VariableScope scope,
            @Nullable Identifier component,
            Identifier name,
            Expression value) implements Entry {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, component, name, value);
        }
    }

    /** {@code @name = value}, {@code @name := value}. */
    record UserVariable(Span span, Expression.UserVariable variable, Expression value) implements Entry {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, variable, value);
        }
    }

    /** {@code PASSWORD [FOR account] = ...} beside other assignments. */
    record Password(Span span, AccountStatement.SetPassword change) implements Entry {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(change);
        }
    }

    /** {@code NAMES charset [COLLATE collation]}; {@code charset} null for DEFAULT. */
    record Names(
            Span span, @Nullable String charset, @Nullable String collation) implements Entry {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code CHARACTER SET charset}, {@code CHARSET charset}; null for DEFAULT. */
    record CharacterSet(Span span, @Nullable String charset) implements Entry {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
