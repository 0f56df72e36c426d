/** Blocking byte connections on virtual threads carried by the event loop that owns the socket; calls nobody but Netty. */
@NullMarked
package drds.wire;

import org.jspecify.annotations.NullMarked;
