package drds.wire;

/** A connection broke, could not be made, or kept silent for longer than allowed. */
public final class ConnectionLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean timeout;

    public ConnectionLostException(String message, boolean timeout) {
        super(message, null, false, false);
        this.timeout = timeout;
    }

    /** Whether the other side only kept silent: the connection itself may still be whole. */
    public boolean timeout() {
        return timeout;
    }
}
