/**
 * One client's session: decodes, splits and dispatches its statements, keeps its variables and answers what only DRDS knows.
 * Calls everything below; is called by frontend through {@link drds.session.ClientSession} alone.
 */
@NullMarked
package drds.session;

import org.jspecify.annotations.NullMarked;
