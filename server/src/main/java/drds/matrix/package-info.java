/** The Groups of a catalog, ready for use. Calls group and what lies below it. */
@NullMarked
package drds.matrix;

import org.jspecify.annotations.NullMarked;
