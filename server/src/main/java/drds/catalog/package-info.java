/** The catalog: what there is (groups, databases, shards, tables, rules, accounts) as one immutable value with a version. */
@NullMarked
package drds.catalog;

import org.jspecify.annotations.NullMarked;
