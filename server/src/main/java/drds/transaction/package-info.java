/** Transactions over several instances: branches, the commit's decision and its log, savepoints, recovery. Calls matrix, group, atom. */
@NullMarked
package drds.transaction;

import org.jspecify.annotations.NullMarked;
