/** The configuration file as one valid value, or one clear line that says why it is none. Calls catalog. */
@NullMarked
package drds.config;

import org.jspecify.annotations.NullMarked;
