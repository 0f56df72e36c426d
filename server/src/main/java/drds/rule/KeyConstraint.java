package drds.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a condition says of one shard-key column. */
public sealed interface KeyConstraint {
    /** The column is one of these (from =, IN, OR of equalities). An empty list: no row can match. */
    record OneOf(List<KeyValue> values) implements KeyConstraint {}

    /** The column lies between the bounds, both inclusive; null is open. */
    record Between(@Nullable KeyValue low, @Nullable KeyValue high) implements KeyConstraint {}
}
