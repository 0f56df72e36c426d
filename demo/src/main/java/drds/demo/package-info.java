/** MariaDB instances on this machine, sample data, and the all-in-one start; calls only the server's outer API. */
@NullMarked
package drds.demo;

import org.jspecify.annotations.NullMarked;
