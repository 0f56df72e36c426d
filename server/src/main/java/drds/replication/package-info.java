/** Moves data while it is used: copier, player, verifier and switcher, and the jobs made of them. Calls transaction, binlog, catalog. */
@NullMarked
package drds.replication;

import org.jspecify.annotations.NullMarked;
