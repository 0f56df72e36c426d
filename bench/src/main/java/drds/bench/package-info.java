/** Benchmarks that measure DRDS and its peers in one run and print ratios. */
@NullMarked
package drds.bench;

import org.jspecify.annotations.NullMarked;
