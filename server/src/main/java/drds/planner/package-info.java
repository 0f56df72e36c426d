/** From a statement's tree and the catalog to a {@link drds.planner.Plan}: pure, no I/O. Calls analyzer, catalog, rule, parser. */
@NullMarked
package drds.planner;

import org.jspecify.annotations.NullMarked;
