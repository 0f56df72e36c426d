/** Runs plans: routes, gathers, residuals on a scratch connection, writes. Calls transaction and what lies below it. */
@NullMarked
package drds.executor;

import org.jspecify.annotations.NullMarked;
