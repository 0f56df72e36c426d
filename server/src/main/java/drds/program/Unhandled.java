package drds.program;

import drds.error.SqlError;

/** An error for which the program has no handler: it ends the program. */
final class Unhandled extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final SqlError error;

    Unhandled(SqlError error) {
        super(error.message(), error, false, false);
        this.error = error;
    }

    SqlError error() {
        return error;
    }
}
