/**
 * The differential tests: every statement of the corpus goes to DRDS and to one plain MariaDB, and both must answer alike.
 *
 * <p>How to run one file by hand, and the format of a {@code .test} file, stand in {@code acceptance/README.md}.
 * Nothing here uses the server's own protocol code: a mistake there must not hide itself.
 */
@NullMarked
package drds.acceptance;

import org.jspecify.annotations.NullMarked;
