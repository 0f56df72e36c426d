/** MySQL's client/server protocol, both sides: packets, values, authentication. Calls wire and error. */
@NullMarked
package drds.mysql;

import org.jspecify.annotations.NullMarked;
