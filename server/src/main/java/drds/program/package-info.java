/**
 * Runs stored programs over the logical database: variables, control, conditions and cursors here, each statement through the
 * session. May call the parser, the catalog, mysql and error.
 */
@NullMarked
package drds.program;

import org.jspecify.annotations.NullMarked;
