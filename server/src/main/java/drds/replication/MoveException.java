package drds.replication;

/** A job can't go on until somebody has looked at it; its message tells why. */
final class MoveException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MoveException(String reason) {
        super(reason);
    }
}
