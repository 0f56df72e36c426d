/** Transactions while servers are killed, frozen and cut off: what was promised to clients is there afterwards, and nothing else. */
@NullMarked
package drds.acceptance.fire;

import org.jspecify.annotations.NullMarked;
