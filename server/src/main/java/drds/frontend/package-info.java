/** The side towards clients: accepting, limits, handshake, authentication, TLS, the command loop. Calls session and what lies below it. */
@NullMarked
package drds.frontend;

import org.jspecify.annotations.NullMarked;
