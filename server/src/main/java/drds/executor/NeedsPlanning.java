package drds.executor;

/**
 * A gather that was made without planning can't be merged; nothing has been written. Planned from its text the statement is
 * answered in another way.
 */
public final class NeedsPlanning extends RuntimeException {
    private static final long serialVersionUID = 1;

    NeedsPlanning() {
        super("the statement has to be planned", null, false, false);
    }
}
