package drds.analyzer;

import drds.catalog.Table;
import drds.parser.Expression;
import drds.rule.KeyValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads constants as values of shard-key columns, and knows which columns compare alike. */
public interface KeyReader {
    /** What is known of an expression without asking anybody. */
    enum Constant {
        NULL,
        FALSE,
        VALUE,
        /** No constant, or one whose value is not known yet (a parameter while preparing). */
        UNKNOWN
    }

    Constant kind(Expression expression);

    /** The one value of the column for which {@code column = constant} is true; empty if that is not certain. */
    Optional<KeyValue> compared(Table.Column column, Expression constant);

    /** Whether two columns have equal key values exactly where {@code left = right} is true. */
    boolean comparesLike(Table.@Nullable Column left, Table.@Nullable Column right);
}
