package drds;

/** What a user reads about a failure that no line of ours was written for. */
public final class UnforeseenFailure {
    private UnforeseenFailure() {}

    /** One line: what happened, for what reason, and the first place of ours on the way, which a report should name. */
    public static String line(Throwable failure) {
        Throwable root = failure;
        StringBuilder line = new StringBuilder("unexpected: ").append(oneLine(failure));
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
            line.append(", because of ").append(oneLine(root));
        }
        for (StackTraceElement place : root.getStackTrace()) {
            if (place.getClassName().startsWith("drds.")) {
                return line.append(" (at ").append(place).append(')').toString();
            }
        }
        return line.toString();
    }

    private static String oneLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }
}
