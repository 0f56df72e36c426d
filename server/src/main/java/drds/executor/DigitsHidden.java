package drds.executor;

/** The rows of a query don't show all digits that the INSERT would have stored. Nothing is done yet. */
final class DigitsHidden extends RuntimeException {
    private static final long serialVersionUID = 1;

    DigitsHidden() {
        super("digits are hidden", null, false, false);
    }
}
