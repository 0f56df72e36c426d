/**
 * Turns SQL text (MySQL 8.4, MariaDB 11 and the DRDS dialect) into trees whose every node knows its place in the text;
 * calls no other package of DRDS.
 *
 * <p>What goes to an instance is the user's own text with spans exchanged ({@link drds.parser.TextEdits}); a tree is
 * never printed again. {@link drds.parser.SqlParser} is the way in.
 */
@NullMarked
package drds.parser;

import org.jspecify.annotations.NullMarked;
