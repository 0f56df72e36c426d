/** Sharding functions: from the key values of a row, or from what a condition says of them, to partitions. Calls only error. */
@NullMarked
package drds.rule;

import org.jspecify.annotations.NullMarked;
