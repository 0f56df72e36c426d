/** What tests of several packages share: real MariaDB servers. */
@NullMarked
package drds.testing;

import org.jspecify.annotations.NullMarked;
