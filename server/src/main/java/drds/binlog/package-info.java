/** An instance's binary log as a row of changes, each value as exact SQL. Calls catalog and error; knows nothing of jobs. */
@NullMarked
package drds.binlog;

import org.jspecify.annotations.NullMarked;
