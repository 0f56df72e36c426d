/** Merging the row streams of a gather: orders, partial aggregates, distinct, limits. Pure; calls mysql and planner's records. */
@NullMarked
package drds.executor.merge;

import org.jspecify.annotations.NullMarked;
