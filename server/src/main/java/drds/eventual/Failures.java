package drds.eventual;

import drds.error.ErrorCode;
import drds.error.SqlError;
import java.util.Set;

/** Tells errors that may pass by themselves from those that come again however often something is tried. */
final class Failures {
    /**
     * Too many connections, out of memory or disk, locks, shutdown, lost connections, read-only after a failover, a definition that
     * changes, time limits, an unknown outcome.
     */
    private static final Set<Integer> PASSING = Set.of(
            1021, 1037, 1040, 1041, 1053, 1114, 1135, 1152, 1158, 1159, 1160, 1161, 1180, 1203, 1205, 1213, 1226, 1290,
            1317, 1402, 1412, 1615, 1836, 1927, 1969, 2006, 2013, 3024, 4031);

    /** A statement that is too long is so the next time as well, although it is told like a failure of the connection. */
    private static final int TOO_LONG = 1153;

    private Failures() {}

    static boolean mayPass(SqlError error) {
        if (error.number() == TOO_LONG) {
            return false;
        }
        return PASSING.contains(error.number())
                || error.sqlState().startsWith("40")
                || error.sqlState().startsWith("08")
                || error.message().contains("[TDDL-" + ErrorCode.INSTANCE_UNAVAILABLE.drdsCode() + "]")
                || error.message().contains("[TDDL-" + ErrorCode.INSTANCE_LOST.drdsCode() + "]");
    }
}
