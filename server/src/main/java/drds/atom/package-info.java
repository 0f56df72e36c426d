/** One instance: its connection pools, DRDS's client side of the protocol, a connection's state. Calls mysql, wire, catalog, error. */
@NullMarked
package drds.atom;

import org.jspecify.annotations.NullMarked;
