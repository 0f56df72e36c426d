/** A primary instance and its replicas: who is asked. Calls atom and what lies below it. */
@NullMarked
package drds.group;

import org.jspecify.annotations.NullMarked;
