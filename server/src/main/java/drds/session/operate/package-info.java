/** What people who operate DRDS ask for or decide: hints, traces, slow statements, statistics, throttling. Calls no session. */
@NullMarked
package drds.session.operate;

import org.jspecify.annotations.NullMarked;
