package drds.parser;

import java.util.regex.Pattern;

/** Functions whose value is the time of the statement, which several statements on several instances don't have in common. */
public final class TimeFunctions {
    private static final Pattern NAMES =
            Pattern.compile("(?i)\\b(NOW|CURRENT_|CURDATE|CURTIME|LOCALTIME|SYSDATE|UTC_|UNIX_TIMESTAMP)");

    private TimeFunctions() {}

    /** Whether an expression may have one; also true of some that have none, such as texts with those words. */
    public static boolean mayBeIn(String expression) {
        return NAMES.matcher(expression).find();
    }
}
