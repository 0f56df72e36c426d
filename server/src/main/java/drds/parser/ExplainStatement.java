package drds.parser;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** EXPLAIN, DESCRIBE and MariaDB's ANALYZE of a statement or a table. */
public sealed interface ExplainStatement extends Statement {

    /**
     * {@code EXPLAIN ... statement}.
     *
     * @param form PLAIN without a word of its own
     * @param format of {@code FORMAT = name}, in upper case; null where none is given
     * @param statement what is explained; it may be {@link Unparsed}
     */
    record Explain(Span span, Form form, @Nullable String format, Statement statement) implements ExplainStatement {
        public enum Form {
            PLAIN,
            EXTENDED,
            PARTITIONS,
            /** EXPLAIN ANALYZE, and MariaDB's ANALYZE. */
            ANALYZE,
            LOGIC,
            EXECUTE,
            PHYSICAL,
            SHARDING,
            COST,
            ADVISOR
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(statement);
        }
    }

    /** {@code EXPLAIN FOR CONNECTION n}. */
    record ExplainConnection(Span span, @Nullable String format, Expression connection) implements ExplainStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(connection);
        }
    }

    /** {@code DESCRIBE table [column | 'pattern']}; {@code column} is the name or pattern, or null. */
    record Describe(
            Span span, QualifiedName table, @Nullable String column) implements ExplainStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(table);
        }
    }
}
