/** The one table of errors that clients can see; calls nobody. */
@NullMarked
package drds.error;

import org.jspecify.annotations.NullMarked;
