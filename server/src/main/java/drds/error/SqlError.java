package drds.error;

/**
 * An error that goes to the client as an ERR packet: MySQL's number, SQLSTATE and text. It ends the statement, never the
 * connection. It carries no stack trace of its own when it answers bad input, since it is an answer and not a fault.
 */
public final class SqlError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int number;
    private final String sqlState;

    public SqlError(int number, String sqlState, String message) {
        super(message, null, false, false);
        this.number = number;
        this.sqlState = sqlState;
    }

    public SqlError(int number, String sqlState, String message, Throwable cause) {
        super(message, cause, false, true);
        this.number = number;
        this.sqlState = sqlState;
    }

    /** MySQL's error number, such as 1146. */
    public int number() {
        return number;
    }

    /** Five characters, such as 42S02. */
    public String sqlState() {
        return sqlState;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}
