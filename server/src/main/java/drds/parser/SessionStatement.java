package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements about the session itself, and those a text may be made of that do nothing. */
public sealed interface SessionStatement extends Statement {

    record Use(Span span, Identifier schema) implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(schema);
        }
    }

    /**
     * {@code KILL [HARD | SOFT] [CONNECTION | QUERY [ID]] id}, {@code KILL ... USER name}, {@code KILL 'ALL'}.
     *
     * @param query only the statement, not the connection
     * @param target the id (a literal, a parameter or another expression); null for USER
     * @param user of KILL USER
     */
    record Kill(
            Span span,
            boolean query,
            boolean soft,
            @Nullable Expression target,
            AccountStatement.@Nullable Account user)
            implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, target, user);
        }
    }

    /** {@code PREPARE name FROM expression}. */
    record Prepare(Span span, Identifier name, Expression text) implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, text);
        }
    }

    /** {@code EXECUTE name [USING a, b]}. */
    record Execute(Span span, Identifier name, List<Expression> arguments) implements SessionStatement {
        public Execute {
            arguments = List.copyOf(arguments);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
            Node.each(action, arguments);
        }
    }

    /** {@code EXECUTE IMMEDIATE text [USING a, b]}. */
    record ExecuteImmediate(Span span, Expression text, List<Expression> arguments) implements SessionStatement {
        public ExecuteImmediate {
            arguments = List.copyOf(arguments);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(text);
            Node.each(action, arguments);
        }
    }

    /** {@code DEALLOCATE PREPARE name}, {@code DROP PREPARE name}. */
    record Deallocate(Span span, Identifier name) implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** Nothing but white space and comments: MySQL's error 1065 where it is the whole query. */
    record Empty(Span span) implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** A statement of stored programs that a client sends by itself: a block, a loop, SIGNAL, GET DIAGNOSTICS. */
    record Compound(Span span, ProgramStatement body) implements SessionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(body);
        }
    }
}
