/** What tests of several packages share: real MariaDB servers, and waiting. */
@NullMarked
package drds.testing;

import org.jspecify.annotations.NullMarked;
