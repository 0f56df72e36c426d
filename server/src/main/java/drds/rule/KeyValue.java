package drds.rule;

import java.math.BigInteger;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The value of a shard-key column as the column stores it: two values that MySQL compares as equal are equal here. What
 * can't be brought into this form without asking an instance is not a KeyValue (see {@link KeyConversion}).
 */
public sealed interface KeyValue {
    /** NULL; every function sends it where it sends 0 or the empty string. */
    record Null() implements KeyValue {}

    /** Any integer column, BIT and YEAR included. */
    record Int(BigInteger value) implements KeyValue {
        public static Int of(long value) {
            return new Int(BigInteger.valueOf(value));
        }
    }

    /**
     * A character or binary column. {@code weight} is what equality under the column's collation depends on (for binary and
     * _bin collations the bytes, trailing spaces cut where the collation pads); {@code text} is the value itself.
     */
    record Text(String text, Bytes weight) implements KeyValue {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && weight.equals(that.weight);
        }

        @Override
        public int hashCode() {
            return weight.hashCode();
        }
    }

    /** DATE, DATETIME and TIMESTAMP columns, in the session's time zone. */
    record Time(LocalDateTime value) implements KeyValue {}

    /** DECIMAL, FLOAT and the rest: exact text in one canonical form. */
    record Other(String canonical) implements KeyValue {}
}
