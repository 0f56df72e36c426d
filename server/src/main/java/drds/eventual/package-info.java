/** Work that is done after the commit: the outbox of deferred statements, messages, compensation. May call transaction and what is below. */
@NullMarked
package drds.eventual;

import org.jspecify.annotations.NullMarked;
