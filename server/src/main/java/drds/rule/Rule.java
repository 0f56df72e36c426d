package drds.rule;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * How one table is sharded: D shards with T tables each, D*T partitions numbered 0 to D*T-1 (partition = shard * T + table
 * in the shard). Immutable and pure.
 */
public interface Rule {
    /** The key columns' names in lower case, in the order in which {@link #partition} takes their values. */
    List<String> columns();

    /** How many partitions there are in all. */
    int partitions();

    /**
     * The partition of a row.
     *
     * @param key one value for each of {@link #columns}
     * @throws drds.error.SqlError if the values can't be stored anywhere (RANGE without a partition for the value: 1526;
     *     RANGE_HASH whose two columns disagree)
     */
    int partition(List<KeyValue> key);

    /**
     * The partitions in which a row that meets all these constraints can lie; all partitions when they say nothing.
     *
     * @param constraints by column name in lower case; columns without a constraint are absent
     */
    BitSet prune(Map<String, KeyConstraint> constraints);

    /**
     * Whether rows with equal values in the key columns (this rule's first with that rule's first, and so on) lie in
     * partitions with the same number: what makes a join on the keys colocated.
     */
    boolean sameDistribution(Rule that);

    /** The clause that makes this rule, such as {@code DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2}. */
    String clause();
}
