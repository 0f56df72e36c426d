package drds.parser;

/** Ends the parse of a statement that does not fit the grammar; never leaves the package. */
final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The offset of the token that does not fit. */
    final int position;

    SyntaxException(int position) {
        super(null, null, false, false);
        this.position = position;
    }
}
