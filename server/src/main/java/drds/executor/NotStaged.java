package drds.executor;

/** The rows of a statement's first step can't be put into a table as they are. */
final class NotStaged extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotStaged() {
        super("the rows can't be staged", null, false, false);
    }
}
