/**
 * What a statement means: its query blocks, tables, columns and conditions, and what they say of shard keys. Calls catalog,
 * rule and parser.
 */
@NullMarked
package drds.analyzer;

import org.jspecify.annotations.NullMarked;
