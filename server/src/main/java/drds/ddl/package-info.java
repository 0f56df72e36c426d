/** Statements that define things: as jobs over all instances that end whole or not at all. Calls transaction, catalog, rule, parser. */
@NullMarked
package drds.ddl;

import org.jspecify.annotations.NullMarked;
